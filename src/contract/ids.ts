import { randomFillSync } from 'node:crypto'

const ID_BYTES = 16
// Random bytes for 256 ids: drawing them for each id takes as long as parsing a small request.
const drawn = Buffer.alloc(256 * ID_BYTES)
let used = drawn.length

/** Returns a random id of 32 hexadecimal digits, all 128 bits random. */
export function randomId(): string {
  if (used === drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  used += ID_BYTES
  return drawn.toString('hex', used - ID_BYTES, used)
}

/** Returns a new id for a tool call; OpenAI allows at most 40 characters. */
export const newCallId = (): string => `call_${randomId().slice(0, 24)}`

/** True for an id made by {@link newCallId}: Gemini's own ids have another form. */
export const isCallId = (id: string): boolean => /^call_[0-9a-f]{24}$/.test(id)
