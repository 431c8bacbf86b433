import { asBuffer } from '../contract/asBuffer.js'

/** The format of raw audio (PCM). Its samples are signed 16-bit numbers, little-endian. */
export interface PcmFormat {
  /** Samples per second of each channel. */
  readonly sampleRate: number
  readonly channels: number
}

/** The audio of a WAV file, with its format. */
export interface WavAudio extends PcmFormat {
  /** The samples: a view of the file's bytes, without the headers. */
  readonly pcm: Uint8Array
}

const HEADER_BYTES = 44
/** Bytes of one sample of one channel. */
export const SAMPLE_BYTES = 2
const PCM_CODE = 1

/**
 * Makes a WAV file of raw audio.
 *
 * @param pieces - the audio in pieces, which are joined; an incomplete last sample is dropped
 */
export function toWav(pieces: readonly Uint8Array[], { sampleRate, channels }: PcmFormat): Uint8Array {
  const frameBytes = SAMPLE_BYTES * channels
  const total = pieces.reduce((sum, { length }) => sum + length, 0)
  const length = total - (total % frameBytes)
  const file = Buffer.alloc(HEADER_BYTES + length)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(HEADER_BYTES - 8 + length, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(PCM_CODE, 20)
  file.writeUInt16LE(channels, 22)
  file.writeUInt32LE(sampleRate, 24)
  file.writeUInt32LE(sampleRate * frameBytes, 28)
  file.writeUInt16LE(frameBytes, 32)
  file.writeUInt16LE(SAMPLE_BYTES * 8, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(length, 40)
  let at = HEADER_BYTES
  // `copy` drops bytes beyond the end of the file: those of an incomplete last sample.
  for (const piece of pieces) at += asBuffer(piece).copy(file, at)
  return file
}

/** True if the bytes begin with the header of a WAV file. */
export const isWav = (bytes: Uint8Array): boolean => readFourChars(bytes, 0) === 'RIFF' && readFourChars(bytes, 8) === 'WAVE'

/** Returns four bytes as text, such as `RIFF`: file formats have such marks at fixed offsets. */
export const readFourChars = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))

/** The two chunks of a WAV file that contain its audio format (`fmt `) and its audio (`data`). */
interface WavChunks {
  readonly format: DataView
  readonly sound: Uint8Array
}

/**
 * Finds the format and audio chunks of a WAV file; undefined for any other file. A header that was
 * written before the length was known states 0, or more bytes than the file has: the audio then
 * extends to the end of the file.
 */
function readChunks(bytes: Uint8Array): WavChunks | undefined {
  if (!isWav(bytes)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let format: DataView | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = readFourChars(bytes, at)
    const start = at + 8
    const length = Math.min(view.getUint32(at + 4, true), bytes.length - start)
    if (name === 'fmt ' && length >= 16) format = new DataView(bytes.buffer, bytes.byteOffset + start, length)
    if (name === 'data')
      return format === undefined ? undefined : { format, sound: bytes.subarray(start, length === 0 ? undefined : start + length) }
    // Chunks begin at even offsets: a padding byte follows a chunk of odd length.
    at = start + length + (length % 2)
  }
  return undefined
}

/** Reads the audio of a WAV file with 16-bit samples. @returns undefined for any other file */
export function readWav(bytes: Uint8Array): WavAudio | undefined {
  const { format, sound } = readChunks(bytes) ?? {}
  if (format === undefined || sound === undefined) return undefined
  const channels = format.getUint16(2, true)
  const isKnown = format.getUint16(0, true) === PCM_CODE && format.getUint16(14, true) === SAMPLE_BYTES * 8 && channels > 0
  return isKnown ? { channels, sampleRate: format.getUint32(4, true), pcm: sound } : undefined
}

/** Returns the duration of a WAV file of any sample format; undefined for other files. */
export function readWavDurationSeconds(bytes: Uint8Array): number | undefined {
  const { format, sound } = readChunks(bytes) ?? {}
  const bytesPerSecond = format?.getUint32(8, true) ?? 0
  return sound === undefined || bytesPerSecond === 0 ? undefined : sound.length / bytesPerSecond
}

// Sample rate of Gemini's speech models, used if a media type has no `rate`.
const DEFAULT_SAMPLE_RATE = 24_000

/** Reads the format of raw audio from its media type, such as `audio/L16;codec=pcm;rate=24000`. */
export const parsePcmFormat = (mimeType: string): PcmFormat => ({
  sampleRate: Number(/;\s*rate=([1-9]\d{0,6})/i.exec(mimeType)?.[1] ?? DEFAULT_SAMPLE_RATE),
  channels: Number(/;\s*channels=([1-9])/i.exec(mimeType)?.[1] ?? 1),
})
