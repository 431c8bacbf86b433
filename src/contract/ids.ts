import { randomFillSync } from 'node:crypto'

const ID_BYTES = 16
// Random bytes for 256 ids at once: a call per id would take as long as parsing a small request.
const randomPool = Buffer.alloc(256 * ID_BYTES)
let usedBytes = randomPool.length

/** Returns a random id of 32 hexadecimal digits, all 128 bits random. */
export function randomId(): string {
  if (usedBytes === randomPool.length) {
    randomFillSync(randomPool)
    usedBytes = 0
  }
  usedBytes += ID_BYTES
  return randomPool.toString('hex', usedBytes - ID_BYTES, usedBytes)
}

/** Returns a new id for a tool call; OpenAI allows at most 40 characters. */
export const newCallId = (): string => `call_${randomId().slice(0, 24)}`

/** True for a tool call id made by {@link newCallId}: Gemini's own ids look different. */
export const isCallId = (id: string): boolean => /^call_[0-9a-f]{24}$/.test(id)
