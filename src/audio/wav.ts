/** How sound is sampled: signed 16-bit numbers, little-endian. */
export interface PcmFormat {
  /** Samples per second of each channel. */
  readonly rate: number
  readonly channels: number
}

/** The sound of a WAV file. */
export interface WavSound extends PcmFormat {
  /** A view of the file, without its headers. */
  readonly pcm: Uint8Array
}

const HEADER_BYTES = 44
const SAMPLE_BYTES = 2
const PCM_CODE = 1

/**
 * Puts sound into a WAV file.
 *
 * @param pieces - joined to the sound; an incomplete sample at its end is left out
 */
export function toWav(pieces: readonly Uint8Array[], { rate, channels }: PcmFormat): Uint8Array {
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
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE(rate * frameBytes, 28)
  file.writeUInt16LE(frameBytes, 32)
  file.writeUInt16LE(SAMPLE_BYTES * 8, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(length, 40)
  let at = HEADER_BYTES
  // `set` would throw for the left-out end.
  for (const piece of pieces) at += Buffer.from(piece.buffer, piece.byteOffset, piece.length).copy(file, at)
  return file
}

/** True for bytes that begin as a WAV file does. */
export const isWav = (bytes: Uint8Array): boolean => textAt(bytes, 0) === 'RIFF' && textAt(bytes, 8) === 'WAVE'

const textAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))

/**
 * Reads a WAV file of 16-bit samples. A length in it that is longer than the file, as writers of
 * streams set it, means the rest of the file.
 *
 * @returns undefined for anything else
 */
export function readWav(bytes: Uint8Array): WavSound | undefined {
  if (!isWav(bytes)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let format: PcmFormat | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = textAt(bytes, at)
    const length = Math.min(view.getUint32(at + 4, true), bytes.length - at - 8)
    if (name === 'fmt ' && length >= 16 && view.getUint16(at + 8, true) === PCM_CODE && view.getUint16(at + 22, true) === 16) {
      format = { channels: view.getUint16(at + 10, true), rate: view.getUint32(at + 12, true) }
    }
    if (name === 'data') return format === undefined ? undefined : { ...format, pcm: bytes.subarray(at + 8, at + 8 + length) }
    // Chunks begin at even offsets.
    at += 8 + length + (length % 2)
  }
  return undefined
}

/** The length of sound, in seconds. */
export const secondsOf = ({ pcm, rate, channels }: WavSound): number => pcm.length / (SAMPLE_BYTES * channels * rate)

// What Gemini's speech models send where a media type does not say otherwise.
const USUAL_RATE = 24_000

/** Reads the sampling of raw sound from its media type, such as `audio/L16;codec=pcm;rate=24000`. */
export const pcmFormatOf = (mimeType: string): PcmFormat => ({
  rate: Number(/;\s*rate=([1-9]\d{0,6})/i.exec(mimeType)?.[1] ?? USUAL_RATE),
  channels: Number(/;\s*channels=([1-9])/i.exec(mimeType)?.[1] ?? 1),
})
