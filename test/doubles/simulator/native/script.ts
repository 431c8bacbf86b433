import { isObject } from '../strict.js'
import type { Behaviour, JsonObject } from '../types.js'

/** Returns the events of an answer that a behaviour scripts as `nativeAnswer`. */
export const scriptedEvents = (script: NonNullable<Behaviour['nativeAnswer']>): readonly JsonObject[] =>
  // The cast is needed because Array.isArray does not narrow readonly arrays.
  Array.isArray(script) ? script : [script as JsonObject]

/** Returns a scripted answer as one object; joins parts and log probabilities of its events. */
export const scriptedObject = (script: NonNullable<Behaviour['nativeAnswer']>): JsonObject => scriptedEvents(script).reduce(merged)

function merged(one: JsonObject, other: JsonObject): JsonObject {
  const [before] = listOf(one.candidates)
  const [after] = listOf(other.candidates)
  const candidate = before === undefined ? after : after === undefined ? before : joined(before, after)
  return { ...one, ...other, ...(candidate === undefined ? {} : { candidates: [candidate] }) }
}

function joined(before: JsonObject, after: JsonObject): JsonObject {
  const both = (member: string, list: string): readonly JsonObject[] =>
    [before[member], after[member]].flatMap((value) => (isObject(value) ? listOf(value[list]) : []))
  const chosenCandidates = both('logprobsResult', 'chosenCandidates')
  const logprobsResult = { chosenCandidates, topCandidates: both('logprobsResult', 'topCandidates') }
  return {
    ...before,
    ...after,
    content: { parts: both('content', 'parts'), role: 'model' },
    ...(chosenCandidates.length === 0 ? {} : { logprobsResult }),
  }
}

const listOf = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])
