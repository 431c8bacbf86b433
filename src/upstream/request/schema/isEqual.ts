import { isRecord } from '../../../contract/isRecord.js'
import type { WorkCounter } from './budget.js'

/** True if two JSON values are deeply equal. Counts the comparisons as work. */
export function isEqual(first: unknown, second: unknown, work: WorkCounter): boolean {
  if (first === second) return true
  work.spend(1)
  if (Array.isArray(first) && Array.isArray(second)) {
    return first.length === second.length && first.every((item, index) => isEqual(item, second[index], work))
  }
  if (!isRecord(first) || !isRecord(second)) return false
  const names = Object.keys(first)
  work.spend(names.length)
  return (
    names.length === Object.keys(second).length &&
    names.every((name) => Object.hasOwn(second, name) && isEqual(first[name], second[name], work))
  )
}
