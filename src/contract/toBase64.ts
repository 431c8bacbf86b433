import { setImmediate } from 'node:timers/promises'
import { asBuffer } from './asBuffer.js'

// A multiple of three, so that the texts of all pieces can be joined: a millisecond of work.
const TURN_BYTES = 786_432

/** Encodes bytes, in pieces between which other work is done: media have many megabytes. */
export async function toBase64(bytes: Uint8Array): Promise<Uint8Array> {
  const encoded = Buffer.allocUnsafe(Math.ceil(bytes.length / 3) * 4)
  const whole = asBuffer(bytes)
  for (let at = 0; at < whole.length; at += TURN_BYTES) {
    if (at > 0) await setImmediate()
    encoded.write(whole.toString('base64', at, at + TURN_BYTES), (at / 3) * 4, 'latin1')
  }
  return encoded
}
