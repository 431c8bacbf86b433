import { setImmediate } from 'node:timers/promises'
import { asBuffer } from './asBuffer.js'

// Bytes to encode in one turn of the event loop: about a millisecond of work. A multiple of three,
// so that there is no padding between the encoded pieces.
const TURN_BYTES = 786_432

/** Encodes bytes as base64. Yields to the event loop between pieces: media can be large. */
export async function toBase64(bytes: Uint8Array): Promise<Uint8Array> {
  const encoded = Buffer.allocUnsafe(Math.ceil(bytes.length / 3) * 4)
  const whole = asBuffer(bytes)
  for (let at = 0; at < whole.length; at += TURN_BYTES) {
    if (at > 0) await setImmediate()
    encoded.write(whole.toString('base64', at, at + TURN_BYTES), (at / 3) * 4, 'latin1')
  }
  return encoded
}
