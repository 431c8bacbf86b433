import { isNode } from './node.js'
import { tooLarge } from './references.js'

/** Members and items of a whole schema: what is merged and written out costs a multiple of them. */
const MOST_MEMBERS = 30_000
/** Parts of one `allOf`: each is merged with all that the others have. */
const MOST_PARTS = 100
/** Characters of a `$ref`. */
const LONGEST_REF = 1_000

/**
 * Makes sure that a schema can be translated in little time, whatever it says.
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
    if (members > MOST_MEMBERS || isUnwieldy(value)) throw tooLarge(path)
    for (const item of items) if (typeof item === 'object' && item !== null) open.push(item)
  }
}

const isUnwieldy = (value: object): boolean =>
  isNode(value) &&
  ((typeof value.$ref === 'string' && value.$ref.length > LONGEST_REF) || (Array.isArray(value.allOf) && value.allOf.length > MOST_PARTS))
