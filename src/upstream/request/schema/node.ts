/** One object of a JSON Schema, with its keywords. */
export type SchemaNode = Readonly<Record<string, unknown>>

/** Reports a removed keyword, or a path below it such as `required[1]`; '' is the schema itself. */
export type Drop = (keyword: string) => void

/** The types of JSON Schema. */
export const TYPES: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'])

/** Returns the type of a schema in lower case; undefined if it has none or a list of types. */
export const singleType = ({ type }: SchemaNode): string | undefined => (typeof type === 'string' ? type.toLowerCase() : undefined)

/** Makes a table with the same value for each of several keywords, separated by spaces. */
export const forKeywords = <T>(keywords: string, value: T): Record<string, T> =>
  Object.fromEntries(keywords.split(' ').map((keyword) => [keyword, value]))

/** Looks up a key that the client chose, which may be the name of an inherited property. */
export const lookUp = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** Maps the members of an object, also `__proto__`; the same object if none changes. */
export const mapMembers = (object: SchemaNode, map: (value: unknown, key: string) => unknown): SchemaNode => {
  const before = Object.entries(object)
  const after = before.map(([key, value]) => [key, map(value, key)] as const)
  return after.every(([, value], index) => value === before[index]?.[1]) ? object : Object.fromEntries(after)
}
