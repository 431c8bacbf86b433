/** One object of a JSON Schema, with its keywords. */
export type SchemaNode = Readonly<Record<string, unknown>>

/** Names a keyword of the node at hand, or a place below it such as `required[1]`, that could not be kept. */
export type Drop = (keyword: string) => void

/** Is this an object with keywords: not an array, not null, not a boolean? */
export const isNode = (value: unknown): value is SchemaNode => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The node without some of its keywords; the same node where it has none of them. */
export const without = (node: SchemaNode, ...keywords: readonly string[]): SchemaNode =>
  keywords.some((keyword) => Object.hasOwn(node, keyword))
    ? Object.fromEntries(Object.entries(node).filter(([keyword]) => !keywords.includes(keyword)))
    : node

/** JSON Schema's types. */
export const TYPES: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'])

/** The one type of a node, in lower case; undefined where it has none or a list. */
export const typeOf = ({ type }: SchemaNode): string | undefined => (typeof type === 'string' ? type.toLowerCase() : undefined)

/** What a table has for a word of the caller's, who may say `constructor` as well. */
export const entryOf = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined

/** Maps the members of an object; the same object where no member changed. A member may be called `__proto__`. */
export const mapMembers = (object: SchemaNode, map: (value: unknown, key: string) => unknown): SchemaNode => {
  const before = Object.entries(object)
  const after = before.map(([key, value]) => [key, map(value, key)] as const)
  return after.every(([, value], index) => value === before[index]?.[1]) ? object : Object.fromEntries(after)
}

/** Maps the entries of an array; the same array where no entry changed. */
export const mapEntries = (array: readonly unknown[], map: (value: unknown, index: number) => unknown): readonly unknown[] => {
  const after = array.map(map)
  return after.every((value, index) => value === array[index]) ? array : after
}
