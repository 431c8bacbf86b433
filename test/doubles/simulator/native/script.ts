import { isObject } from '../strict.js'
import type { Behaviour, JsonObject } from '../types.js'

/** Returns the events of a scripted answer. */
export const scriptedEvents = (script: NonNullable<Behaviour['nativeAnswer']>): readonly JsonObject[] =>
  // The cast is needed because Array.isArray does not narrow readonly arrays.
  Array.isArray(script) ? script : [script as JsonObject]

/** Returns a scripted answer as one object: joins parts of its events, later members win. */
export const scriptedObject = (script: NonNullable<Behaviour['nativeAnswer']>): JsonObject => scriptedEvents(script).reduce(merged)

function merged(one: JsonObject, other: JsonObject): JsonObject {
  const [before] = listOf(one.candidates)
  const [after] = listOf(other.candidates)
  const candidate = before === undefined ? after : after === undefined ? before : joined(before, after)
  return { ...one, ...other, ...(candidate === undefined ? {} : { candidates: [candidate] }) }
}

function joined(before: JsonObject, after: JsonObject): JsonObject {
  const parts = [before, after].flatMap(({ content }) => (isObject(content) ? listOf(content.parts) : []))
  return { ...before, ...after, content: { parts, role: 'model' } }
}

const listOf = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])
