/** Sample rate of all generated sound, in hertz. */
export const RATE = 24_000
// Number of audio samples per character of the encoded text; they last 20 ms.
const FRAME = 480
const LOUDNESS = 6000
const HEADER_BYTES = 44

/**
 * Encodes a text as a tone, with one frame of 20 ms per character. The first sample of a frame is
 * the code of its character, so that {@link transcribeSound} can decode the text.
 *
 * @param pitch - in hertz
 */
export const encodeAsTone = (text: string, pitch: number): Buffer => {
  const pcm = Buffer.alloc(text.length * FRAME * 2)
  for (let at = 0; at < text.length * FRAME; at += 1) {
    const code = text.charCodeAt(at / FRAME)
    const value = at % FRAME === 0 ? (code << 16) >> 16 : Math.round(LOUDNESS * Math.sin((2 * Math.PI * pitch * at) / RATE))
    pcm.writeInt16LE(value, at * 2)
  }
  return pcm
}

/** Makes a WAV file of PCM samples. */
export const wavOf = (pcm: Buffer): Buffer => {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write('RIFF    WAVEfmt ', 0, 'latin1')
  header.writeUInt32LE(pcm.length + HEADER_BYTES - 8, 4)
  const fields = [16, 1 | (1 << 16), RATE, RATE * 2, 2 | (16 << 16)]
  for (const [index, field] of fields.entries()) header.writeUInt32LE(field, 16 + index * 4)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(pcm.length, 40)
  return Buffer.concat([header, pcm])
}

/** Returns the text that a tone encodes, or a sentence that describes any other recording. */
export const transcribeSound = (base64: string, type: string): string => {
  const bytes = Buffer.from(base64, 'base64')
  const isTone = bytes.toString('latin1', 0, 4) === 'RIFF' && (bytes.length - HEADER_BYTES) % (FRAME * 2) === 0
  if (!isTone) return `A recording of ${bytes.length} bytes in ${type}.`
  const frames = (bytes.length - HEADER_BYTES) / (FRAME * 2)
  const codes = Array.from({ length: frames }, (_, at) => bytes.readUInt16LE(HEADER_BYTES + at * FRAME * 2))
  return codes.every((code) => code === 0) ? '' : String.fromCharCode(...codes)
}

/** Returns the time at which a character of a tone begins, in seconds. */
export const secondsAt = (character: number): number => (character * FRAME) / RATE
