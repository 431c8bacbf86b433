import { isObject } from '../strict.js'
import type { Behaviour, JsonObject } from '../types.js'

/** The events of a scripted answer. */
export const scriptedEvents = (script: NonNullable<Behaviour['nativeAnswer']>): readonly JsonObject[] =>
  // Array.isArray does not narrow readonly arrays away.
  Array.isArray(script) ? script : [script as JsonObject]

/** The object of a scripted answer: of several events, later members win and parts are joined. */
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
