import { crc32, deflateSync } from 'node:zlib'
import type { Model } from '../models.js'
import type { GenerationConfig, NativePart } from './wire.js'

/** Longest edge of a picture in pixels, by requested size; Google's edges are 16 times as long. */
const EDGES: { readonly [size: string]: number } = { '512': 32, '1K': 64, '2K': 128, '4K': 256 }

/** Draws a picture in the requested aspect ratio and size: JPEG for Gemini 3, otherwise PNG. */
export function drawPicture({ imageConfig: config = {} }: GenerationConfig, { generation }: Model): NonNullable<NativePart['inlineData']> {
  const [width = 1, height = 1] = (config.aspectRatio ?? '1:1').split(':').map(Number)
  const scale = Math.max(1, Math.floor((EDGES[config.imageSize ?? '1K'] ?? 64) / Math.max(width, height)))
  const size = { width: width * scale, height: height * scale }
  const isJpeg = generation === '3'
  const bytes = isJpeg ? toJpeg(size) : toPng(size)
  return { mimeType: isJpeg ? 'image/jpeg' : 'image/png', data: bytes.toString('base64') }
}

interface Size {
  readonly width: number
  readonly height: number
}

/** Makes a grey PNG of this size in pixels. */
function toPng({ width, height }: Size): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // 8 bits per sample. The other fields are 0: grey, deflate, no filter, not interlaced.
  header.writeUInt8(8, 8)
  const rows = Buffer.alloc((width + 1) * height, 0x80)
  for (let row = 0; row < height; row += 1) rows[row * (width + 1)] = 0
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, toChunk('IHDR', header), toChunk('IDAT', deflateSync(rows)), toChunk('IEND', Buffer.alloc(0))])
}

function toChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** Makes a grey JPEG: two bits per block of 8 x 8 pixels, "no difference" and "end of block". */
function toJpeg({ width, height }: Size): Buffer {
  const frame = Buffer.from([8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0])
  // A Huffman table with a single code of one bit, which stands for the symbol 0.
  const codes = [1, ...new Array<number>(15).fill(0), 0]
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8)
  const scan = Buffer.alloc(Math.ceil(blocks / 4))
  const unused = 8 * scan.length - 2 * blocks
  scan[scan.length - 1] = (1 << unused) - 1
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    toSegment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    toSegment(0xdb, Buffer.from([0, ...new Array<number>(64).fill(1)])),
    toSegment(0xc0, frame),
    toSegment(0xc4, Buffer.from([0x00, ...codes, 0x10, ...codes])),
    toSegment(0xda, Buffer.from([1, 1, 0x00, 0, 63, 0])),
    scan,
    Buffer.from([0xff, 0xd9]),
  ])
}

function toSegment(marker: number, data: Buffer): Buffer {
  const length = data.length + 2
  return Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 0xff]), data])
}
