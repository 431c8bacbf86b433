import { isRecord } from '../../contract/isRecord.js'

/** Returns true if a value in Gemini's answer has the type that the proxy expects. */
export type Check = (value: unknown) => boolean

// The checks cover only members that the proxy reads, because Google may add others at any time.
// They are functions instead of schemas for speed: they run for each event of a stream.

/** True for undefined and null, the values of an absent member. */
export const isAbsent: Check = (value) => value === undefined || value === null
/** True for a string or an absent value. */
export const isOptionalText: Check = (value) => isAbsent(value) || typeof value === 'string'
/** True for an object or an absent value. */
export const isOptionalObject: Check = (value) => isAbsent(value) || isRecord(value)
/** True for a whole number from 0, or an absent value. */
export const isOptionalCount: Check = (value) => isAbsent(value) || (Number.isSafeInteger(value) && Number(value) >= 0)
/** True for an array index from 0 to 999, or an absent value. */
export const isOptionalIndex: Check = (value) => isOptionalCount(value) && Number(value ?? 0) < 1_000
// Maximum nesting depth of a JSON value: Google's own parser refuses a deeper one, and
// JSON.stringify overflows the stack at a few thousand levels.
const DEEPEST_ANSWER = 100
/** True for a value that is nested at most `levels` deep, and so is safe to serialize. */
export function isShallow(value: unknown, levels = DEEPEST_ANSWER): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (levels === 0) return false
  if (Array.isArray(value)) return value.every((item) => isShallow(item, levels - 1))
  for (const name in value) if (!isShallow((value as Record<string, unknown>)[name], levels - 1)) return false
  return true
}
/** True for an array whose items all pass `check`, or an absent value. */
export const isOptionalList = (value: unknown, check: Check): boolean => isAbsent(value) || (Array.isArray(value) && value.every(check))
