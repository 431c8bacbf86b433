import { apiError } from '../contract/errors.js'
import { ASPECT_RATIOS, IMAGE_SIZES, type ImageConfig } from '../contract/imageConfig.js'
import { unlistedMembers } from '../contract/paramNames.js'
import type { ImageRequest } from '../contract/types.js'

// Largest difference between the logarithms of two aspect ratios that count as equal: 6 %. The size
// 1792x1024 of OpenAI differs from 16:9 by 1.6 %.
const MAX_RATIO_DIFFERENCE = Math.log(1.06)

/** Gemini's image size for each image quality of OpenAI. */
const SIZE_OF_QUALITY: Readonly<Record<string, string>> = { low: '1K', standard: '1K', medium: '2K', hd: '2K', high: '4K' }
/** The qualities that a response of the Images API can name. */
const NAMED_QUALITIES: ReadonlySet<string> = new Set(['low', 'medium', 'high'])

/** A quality that a response of the Images API can name. */
export type NamedQuality = 'low' | 'medium' | 'high'

/** The image settings of a request, converted to Gemini's. */
export interface ImageSettings {
  /** Gemini's image settings; undefined if the request sets none. */
  readonly config: ImageConfig | undefined
  /** The requested quality; undefined if it has no effect or responses cannot name it. */
  readonly quality: NamedQuality | undefined
  /** Maximum number of partial images that the client wants of each image. */
  readonly maxPartialImages: number
  /** Names of the request's parameters that have no effect. */
  readonly ignored: readonly string[]
}

/** Inputs of {@link parseImageSettings} besides the members of the request. */
export interface ImageSettingsParts {
  /** The values of Gemini's `image_size` that the model accepts. */
  readonly imageSizes: readonly string[]
  readonly isStream: boolean
  /** Names of the request's members that have an effect: they are not reported as ignored. */
  readonly supportedFields: ReadonlySet<string>
}

/** Image settings in a request of the Images API, or in an image tool of the Responses API. */
type ImageMembers = Pick<ImageRequest, 'size' | 'quality' | 'background' | 'moderation' | 'partial_images'> & { readonly action?: unknown }

/** Values of parameters that request what Gemini does anyway: they are not reported as ignored. */
const DEFAULT_VALUES: readonly (readonly [name: keyof ImageMembers, values: readonly unknown[]])[] = [
  ['background', ['auto', 'opaque']],
  ['moderation', ['auto']],
  ['action', ['auto']],
  ['partial_images', [0]],
]

/**
 * Converts the image settings of a request to Gemini's.
 *
 * @throws 400 for an unknown size or quality, for a size in `quality` that this model cannot make,
 *   and for a transparent background
 */
export function parseImageSettings(members: ImageMembers, { imageSizes, isStream, supportedFields }: ImageSettingsParts): ImageSettings {
  if (members.background === 'transparent')
    throw apiError('unsupported_value', "Gemini's images are opaque. Remove `background: transparent`.", { param: 'background' })
  const shape = parseSize(members.size)
  const requested = parseQuality(members.quality)
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
    ...supportedFields,
    ...DEFAULT_VALUES.flatMap(([name, values]) => (values.includes(members[name]) ? [name] : [])),
    ...(isStream ? ['partial_images'] : []),
  ])
  return {
    config: Object.keys(config).length === 0 ? undefined : config,
    // The cast is safe: NAMED_QUALITIES has only the members of NamedQuality.
    quality: isApplied ? (requested.text as NamedQuality) : undefined,
    maxPartialImages: isStream ? (members.partial_images ?? 0) : 0,
    ignored: [...unlistedMembers(members, effective), ...(requested !== undefined && imageSize === undefined ? ['quality'] : [])],
  }
}

interface ParsedSize {
  readonly ratio: string
  /** Gemini's image size for the requested number of pixels; undefined for the default size. */
  readonly imageSize?: string | undefined
}

function parseSize(size: string | null | undefined): ParsedSize | undefined {
  const text = (size ?? '').trim().toLowerCase()
  if (text === '' || text === 'auto') return undefined
  if (ASPECT_RATIOS.has(text)) return { ratio: text }
  const [, width, height] = /^([1-9]\d{0,4})\s*[x\u00d7*]\s*([1-9]\d{0,4})$/.exec(text) ?? []
  if (width === undefined || height === undefined) throw invalidSize()
  const shape = Math.log(Number(width) / Number(height))
  const differences = [...ASPECT_RATIOS].map((ratio) => ({ ratio, difference: Math.abs(toLogarithm(ratio) - shape) }))
  const nearest = differences.reduce((best, each) => (each.difference < best.difference ? each : best))
  if (nearest.difference > MAX_RATIO_DIFFERENCE) throw invalidSize()
  return { ratio: nearest.ratio, imageSize: toImageSize(Math.max(Number(width), Number(height))) }
}

const toLogarithm = (ratio: string): number => {
  const [width, height] = ratio.split(':')
  return Math.log(Number(width) / Number(height))
}

/** Returns Gemini's image size for the longer side in pixels; undefined for the default, 1K. */
function toImageSize(longest: number): string | undefined {
  if (longest <= 512) return '512'
  if (longest >= 3_000) return '4K'
  return longest >= 2_000 ? '2K' : undefined
}

/**
 * Returns the image size that `quality` stands for; `quality` may also be a size such as `2K`: then
 * `isQuality` is false. @returns undefined for `auto` or without `quality`
 */
function parseQuality(
  quality: string | null | undefined,
): { readonly text: string; readonly size: string; readonly isQuality: boolean } | undefined {
  const text = (quality ?? '').trim().toLowerCase()
  if (text === '' || text === 'auto') return undefined
  if (Object.hasOwn(SIZE_OF_QUALITY, text)) return { text, size: SIZE_OF_QUALITY[text] ?? '', isQuality: true }
  const size = text.toUpperCase()
  if (IMAGE_SIZES.has(size)) return { text, size, isQuality: false }
  throw apiError('invalid_value', 'The quality must be low, medium, high, standard, hd, auto, 512, 1K, 2K or 4K.', { param: 'quality' })
}

const invalidSize = (): Error =>
  apiError(
    'invalid_value',
    `The size must be auto, one of the aspect ratios ${[...ASPECT_RATIOS].join(', ')}, or a size in pixels near one of them.`,
    {
      param: 'size',
    },
  )

function unsupportedSize(size: string, sizes: readonly string[]): Error {
  const others = sizes.length === 0 ? 'Remove `quality`.' : `Supported sizes are ${sizes.join(', ')}.`
  return apiError('unsupported_value', `This model does not generate images of the size ${size}. ${others}`, { param: 'quality' })
}
