import { randomUUID } from 'node:crypto'

/** Returns a random id of 32 hexadecimal digits, all 128 bits random. */
export function randomId(): string {
  // From UUIDs, whose bits Node.js draws in bulk: `randomBytes` takes as long as parsing a request.
  // The digits with the fixed bits, at the start of groups three and four, are replaced by others.
  const [a = '', b = '', c = '', d = '', e = ''] = randomUUID().split('-')
  return `${a}${b}${randomUUID().slice(0, 2)}${c.slice(1)}${d.slice(1)}${e}`
}

/** Returns a new id for a tool call; OpenAI allows at most 40 characters. */
export const newCallId = (): string => `call_${randomId().slice(0, 24)}`

/** True for an id of the form that {@link newCallId} makes; no id of Gemini has it. */
export const isCallId = (id: string): boolean => /^call_[0-9a-f]{24}$/.test(id)
