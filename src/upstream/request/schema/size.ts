import { isRecord } from '../../../contract/isRecord.js'
import { tooLarge } from './references.js'

/** Most members and items of a whole schema: expanding and merging cost a multiple of them. */
const MOST_MEMBERS = 30_000
/** Most parts of one `allOf`: each is merged with the members of all others. */
const MOST_PARTS = 100
/** Most characters of a `$ref`. */
const LONGEST_REF = 1_000

/**
 * Limits the size of a schema, so that translating it takes little time.
 *
 * @throws 400 `unsupported_value` for a schema that is too large
 */
export function checkSize(schema: unknown, path: string): void {
  const open: unknown[] = [schema]
  let members = 0
  for (let value = open.pop(); open.length > 0 || value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue
    const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
    members += items.length
    if (members > MOST_MEMBERS || isTooLarge(value)) throw tooLarge(path)
    for (const item of items) if (typeof item === 'object' && item !== null) open.push(item)
  }
}

const isTooLarge = (value: object): boolean =>
  isRecord(value) &&
  ((typeof value.$ref === 'string' && value.$ref.length > LONGEST_REF) || (Array.isArray(value.allOf) && value.allOf.length > MOST_PARTS))
