import { joinDeltas } from './joinDeltas.js'
import type { RawChoice } from './rawAnswer.js'
import type { RawMessage } from './repairs/context.js'

/** Joins the parts of each choice in an answer or event. @returns one joined part per choice */
export function joinParts(parts: readonly RawChoice[]): readonly RawChoice[] {
  if (parts.length < 2) return parts
  const choices = new Map<number, { choice: RawChoice; deltas: RawMessage[] }>()
  for (const [position, part] of parts.entries()) {
    const index = part.index ?? position
    const known = choices.get(index) ?? { choice: {}, deltas: [] }
    choices.set(index, known)
    Object.assign(known.choice, part)
    known.deltas.push(part.delta ?? {})
  }
  return [...choices.values()].map(({ choice, deltas }) => ({ ...choice, delta: joinDeltas(deltas) }))
}
