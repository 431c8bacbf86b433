import { apiError } from '../contract/errors.js'
import type { ChatCompletionRequest, ImageRequest } from '../contract/types.js'

type ImageSettings = NonNullable<ChatCompletionRequest['image_config']>

/** The shapes of images that Gemini knows, width to height. */
const RATIOS = '1:1 1:4 4:1 1:8 8:1 2:3 3:2 3:4 4:3 4:5 5:4 9:16 16:9 21:9'.split(' ')
// 1792x1024, a size of OpenAI for 16:9, differs by 1.6 %.
const LARGEST_DIFFERENCE = Math.log(1.06)

/** The sizes of Gemini by the qualities of OpenAI. */
const SIZES: Readonly<Record<string, string>> = { low: '1K', standard: '1K', medium: '2K', hd: '2K', high: '4K' }
const OWN_SIZES: ReadonlySet<string> = new Set(['512', '1K', '2K', '4K'])
/** The qualities that an answer can name. */
const NAMED_QUALITIES: ReadonlySet<string> = new Set(['low', 'medium', 'high'])

/** The qualities that answers of OpenAI name. */
export type NamedQuality = 'low' | 'medium' | 'high'

/** How the images of a request are to look. */
export interface ImageLook {
  /** Undefined where all is left to the model. */
  readonly config: ImageSettings | undefined
  /** The quality of the request, where it has an effect and answers can name it. */
  readonly quality: NamedQuality | undefined
  /** Parameters without an effect. */
  readonly ignored: readonly string[]
}

/**
 * Converts size and quality to Gemini's settings.
 *
 * @param imageSizes - those that the model accepts
 * @throws 400 for a size or a quality that is unknown, or that names a size of other models
 */
export function toImageLook({ size, quality }: Pick<ImageRequest, 'size' | 'quality'>, imageSizes: readonly string[]): ImageLook {
  const shape = toShape(size)
  const asked = toAskedSize(quality)
  if (asked !== undefined && !asked.isWord && !imageSizes.includes(asked.size)) throw unsupportedSize(asked.size, imageSizes)
  const wanted = asked?.size ?? shape?.imageSize
  const imageSize = wanted !== undefined && imageSizes.includes(wanted) ? wanted : undefined
  const config = {
    ...(shape === undefined ? {} : { aspect_ratio: shape.ratio }),
    ...(imageSize === undefined ? {} : { image_size: imageSize }),
  }
  const isApplied = asked !== undefined && imageSize !== undefined && NAMED_QUALITIES.has(asked.text)
  return {
    config: Object.keys(config).length === 0 ? undefined : config,
    // The set has these three only.
    quality: isApplied ? (asked.text as NamedQuality) : undefined,
    ignored: asked !== undefined && imageSize === undefined ? ['quality'] : [],
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
  if (RATIOS.includes(text)) return { ratio: text }
  const [, width, height] = /^([1-9]\d{0,4})\s*[x×*]\s*([1-9]\d{0,4})$/.exec(text) ?? []
  if (width === undefined || height === undefined) throw invalidSize()
  const shape = Math.log(Number(width) / Number(height))
  const differences = RATIOS.map((ratio) => ({ ratio, difference: Math.abs(toLogarithm(ratio) - shape) }))
  const nearest = differences.reduce((best, each) => (each.difference < best.difference ? each : best))
  if (nearest.difference > LARGEST_DIFFERENCE) throw invalidSize()
  return { ratio: nearest.ratio, imageSize: toPixelSize(Math.max(Number(width), Number(height))) }
}

const toLogarithm = (ratio: string): number => {
  const [width, height] = ratio.split(':')
  return Math.log(Number(width) / Number(height))
}

/** Sizes around 1024 are what every model makes by itself. */
function toPixelSize(longest: number): string | undefined {
  if (longest <= 512) return '512'
  if (longest >= 3_000) return '4K'
  return longest >= 2_000 ? '2K' : undefined
}

/** @returns undefined where it is left to the model; `isWord` for a quality of OpenAI */
function toAskedSize(
  quality: string | null | undefined,
): { readonly text: string; readonly size: string; readonly isWord: boolean } | undefined {
  const text = (quality ?? '').trim().toLowerCase()
  if (text === '' || text === 'auto') return undefined
  if (Object.hasOwn(SIZES, text)) return { text, size: SIZES[text] ?? '', isWord: true }
  const size = text.toUpperCase()
  if (OWN_SIZES.has(size)) return { text, size, isWord: false }
  throw apiError('invalid_value', 'The quality must be low, medium, high, standard, hd, auto, 512, 1K, 2K or 4K.', { param: 'quality' })
}

const invalidSize = (): Error =>
  apiError('invalid_value', `The size must be auto, one of the shapes ${RATIOS.join(', ')}, or a size in pixels near one of them.`, {
    param: 'size',
  })

function unsupportedSize(size: string, sizes: readonly string[]): Error {
  const others = sizes.length === 0 ? 'Remove `quality`.' : `It makes ${sizes.join(', ')}.`
  return apiError('unsupported_value', `This model makes no images of the size ${size}. ${others}`, { param: 'quality' })
}
