import { isRecord } from '../../contract/isRecord.js'

/** Says whether a value has the structure that is read later. */
export type Check = (value: unknown) => boolean

// Only the members that are read are checked: Google may add others at any time. The checks of an
// API are written out, and not made from a table of members: they run for each event of a stream.

/** True for a member that Google has left out. */
export const isAbsent: Check = (value) => value === undefined || value === null
/** True for a text, or none. */
export const isOptionalText: Check = (value) => isAbsent(value) || typeof value === 'string'
/** True for an object, or none. */
export const isOptionalObject: Check = (value) => isAbsent(value) || isRecord(value)
/** True for a number of tokens, or none. */
export const isOptionalCount: Check = (value) => isAbsent(value) || (Number.isSafeInteger(value) && Number(value) >= 0)
/** True for an index, or none. Limited, because it becomes an array index; Gemini's are small. */
export const isOptionalIndex: Check = (value) => isOptionalCount(value) && Number(value ?? 0) < 1_000
// Google's own parser refuses more. JSON.stringify and other recursions end at some thousands.
const DEEPEST_ANSWER = 100
/** True for a value that is not nested deeper than Gemini nests: it can be written again. */
export function isShallow(value: unknown, levels = DEEPEST_ANSWER): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (levels === 0) return false
  if (Array.isArray(value)) return value.every((item) => isShallow(item, levels - 1))
  for (const name in value) if (!isShallow((value as Record<string, unknown>)[name], levels - 1)) return false
  return true
}
/** True for a list of what a check accepts, or none. */
export const isOptionalList = (value: unknown, check: Check): boolean => isAbsent(value) || (Array.isArray(value) && value.every(check))
