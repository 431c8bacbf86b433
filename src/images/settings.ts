import { apiError } from '../contract/errors.js'
import { ASPECT_RATIOS, IMAGE_SIZES, type ImageConfig } from '../contract/imageConfig.js'
import { otherMembers } from '../contract/paramNames.js'
import type { ImageRequest } from '../contract/types.js'

// 1792x1024, a size of OpenAI for 16:9, differs by 1.6 %.
const LARGEST_DIFFERENCE = Math.log(1.06)

/** The sizes of Gemini by the qualities of OpenAI. */
const SIZES: Readonly<Record<string, string>> = { low: '1K', standard: '1K', medium: '2K', hd: '2K', high: '4K' }
/** The qualities that an answer can name. */
const NAMED_QUALITIES: ReadonlySet<string> = new Set(['low', 'medium', 'high'])

/** The qualities that answers of OpenAI name. */
export type NamedQuality = 'low' | 'medium' | 'high'

/** The settings of a request for images. */
export interface ImageSettings {
  /** Undefined if the request sets nothing. */
  readonly config: ImageConfig | undefined
  /** The quality of the request, where it has an effect and answers can name it. */
  readonly quality: NamedQuality | undefined
  /** Most drafts of an image that the client wants. */
  readonly mostDrafts: number
  /** Names of the parameters without an effect. */
  readonly ignored: readonly string[]
}

/** Inputs of {@link parseImageSettings} besides the members of the request. */
export interface ImageSettingsParts {
  /** The sizes that the model accepts. */
  readonly imageSizes: readonly string[]
  readonly isStream: boolean
  /** The members that have an effect, or are handled elsewhere. */
  readonly used: ReadonlySet<string>
}

/** The members of a request of the Images API, or of the tool of the Responses API. */
type ImageMembers = Pick<ImageRequest, 'size' | 'quality' | 'background' | 'moderation' | 'partial_images'> & { readonly action?: unknown }

/** Values that request Gemini's own behaviour: they are not reported as ignored. */
const DEFAULT_VALUES: readonly (readonly [name: keyof ImageMembers, values: readonly unknown[]])[] = [
  ['background', ['auto', 'opaque']],
  ['moderation', ['auto']],
  ['action', ['auto']],
  ['partial_images', [0]],
]

/**
 * Converts the settings of a request for images to Gemini's.
 *
 * @throws 400 for a size or a quality that is unknown, or that names a size of other models, and
 *   for a transparent background
 */
export function parseImageSettings(members: ImageMembers, { imageSizes, isStream, used }: ImageSettingsParts): ImageSettings {
  if (members.background === 'transparent')
    throw apiError('unsupported_value', "Gemini's images are opaque. Remove `background: transparent`.", { param: 'background' })
  const shape = toShape(members.size)
  const requested = toRequestedSize(members.quality)
  if (requested !== undefined && !requested.isQuality && !imageSizes.includes(requested.size))
    throw unsupportedSize(requested.size, imageSizes)
  const wanted = requested?.size ?? shape?.imageSize
  const imageSize = wanted !== undefined && imageSizes.includes(wanted) ? wanted : undefined
  const config = {
    ...(shape === undefined ? {} : { aspect_ratio: shape.ratio }),
    ...(imageSize === undefined ? {} : { image_size: imageSize }),
  }
  const isApplied = requested !== undefined && imageSize !== undefined && NAMED_QUALITIES.has(requested.text)
  const effective = new Set([
    ...used,
    ...DEFAULT_VALUES.flatMap(([name, values]) => (values.includes(members[name]) ? [name] : [])),
    ...(isStream ? ['partial_images'] : []),
  ])
  return {
    config: Object.keys(config).length === 0 ? undefined : config,
    // NAMED_QUALITIES has only these three.
    quality: isApplied ? (requested.text as NamedQuality) : undefined,
    mostDrafts: isStream ? (members.partial_images ?? 0) : 0,
    ignored: [...otherMembers(members, effective), ...(requested !== undefined && imageSize === undefined ? ['quality'] : [])],
  }
}

interface Shape {
  readonly ratio: string
  /** The size that the number of pixels suggests; undefined for none. */
  readonly imageSize?: string | undefined
}

function toShape(size: string | null | undefined): Shape | undefined {
  const text = (size ?? '').trim().toLowerCase()
  if (text === '' || text === 'auto') return undefined
  if (ASPECT_RATIOS.has(text)) return { ratio: text }
  const [, width, height] = /^([1-9]\d{0,4})\s*[x\u00d7*]\s*([1-9]\d{0,4})$/.exec(text) ?? []
  if (width === undefined || height === undefined) throw invalidSize()
  const shape = Math.log(Number(width) / Number(height))
  const differences = [...ASPECT_RATIOS].map((ratio) => ({ ratio, difference: Math.abs(toLogarithm(ratio) - shape) }))
  const nearest = differences.reduce((best, each) => (each.difference < best.difference ? each : best))
  if (nearest.difference > LARGEST_DIFFERENCE) throw invalidSize()
  return { ratio: nearest.ratio, imageSize: toPixelSize(Math.max(Number(width), Number(height))) }
}

const toLogarithm = (ratio: string): number => {
  const [width, height] = ratio.split(':')
  return Math.log(Number(width) / Number(height))
}

/** @returns undefined for sizes around 1024, which every model makes by default */
function toPixelSize(longest: number): string | undefined {
  if (longest <= 512) return '512'
  if (longest >= 3_000) return '4K'
  return longest >= 2_000 ? '2K' : undefined
}

/** @returns undefined if the request sets no size; `isQuality` for a quality of OpenAI's */
function toRequestedSize(
  quality: string | null | undefined,
): { readonly text: string; readonly size: string; readonly isQuality: boolean } | undefined {
  const text = (quality ?? '').trim().toLowerCase()
  if (text === '' || text === 'auto') return undefined
  if (Object.hasOwn(SIZES, text)) return { text, size: SIZES[text] ?? '', isQuality: true }
  const size = text.toUpperCase()
  if (IMAGE_SIZES.has(size)) return { text, size, isQuality: false }
  throw apiError('invalid_value', 'The quality must be low, medium, high, standard, hd, auto, 512, 1K, 2K or 4K.', { param: 'quality' })
}

const invalidSize = (): Error =>
  apiError(
    'invalid_value',
    `The size must be auto, one of the shapes ${[...ASPECT_RATIOS].join(', ')}, or a size in pixels near one of them.`,
    {
      param: 'size',
    },
  )

function unsupportedSize(size: string, sizes: readonly string[]): Error {
  const others = sizes.length === 0 ? 'Remove `quality`.' : `It makes ${sizes.join(', ')}.`
  return apiError('unsupported_value', `This model makes no images of the size ${size}. ${others}`, { param: 'quality' })
}
