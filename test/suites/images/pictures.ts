import { createRequire } from 'node:module'

interface Decoded {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** The decoders pngjs and jpeg-js, which Playwright's bundle contains. */
const { PNG, jpegjs } = createRequire(import.meta.url)('playwright-core/lib/utilsBundle') as {
  readonly PNG: { readonly sync: { read(bytes: Buffer): Decoded } }
  readonly jpegjs: { decode(bytes: Buffer): Decoded }
}

/**
 * A decoded image: its format, its width, and the ratio of width to height in lowest terms, such as
 * `3:2`.
 */
export interface SeenPicture {
  readonly format: 'png' | 'jpeg'
  readonly ratio: string
  readonly width: number
}

/** Decodes all pixels of an image. @throws if it is neither PNG nor JPEG, or damaged */
export function seePicture(base64: string | undefined): SeenPicture {
  const bytes = Buffer.from(base64 ?? '', 'base64')
  const format = bytes[0] === 0xff ? 'jpeg' : 'png'
  const { width, height, data } = format === 'jpeg' ? jpegjs.decode(bytes) : PNG.sync.read(bytes)
  if (data.length !== width * height * 4) throw new Error('The picture lacks pixels.')
  const divisor = greatest(width, height)
  return { format, ratio: `${width / divisor}:${height / divisor}`, width }
}

const greatest = (one: number, other: number): number => (other === 0 ? one : greatest(other, one % other))

/** A PNG of one pixel, base64. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
