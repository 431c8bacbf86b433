/** One schema object of a JSON Schema, with its keywords. */
export type SchemaNode = Readonly<Record<string, unknown>>

/** Reports a keyword or a path such as `required[1]` as removed; '' stands for the whole schema. */
export type ReportDropped = (keyword: string) => void

/** The names of the types of JSON Schema. */
export const JSON_SCHEMA_TYPES: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'])

/** Maximum number of characters of a name in a reported path: clients choose the names. */
const LONGEST_NAME = 100

/** Returns the path of a member, such as `tools[0].function.parameters.properties.age`. */
export const memberPath = (path: string, name: string): string => `${path}.${name.slice(0, LONGEST_NAME)}`

/** Returns the type of a schema in lower case; undefined if it has none or a list of types. */
export const singleType = ({ type }: SchemaNode): string | undefined => (typeof type === 'string' ? type.toLowerCase() : undefined)

/** True for a schema with `anyOf`, whose other keywords are later moved into its branches. */
export const hasAlternatives = ({ anyOf }: SchemaNode): boolean => Array.isArray(anyOf)

/** Makes a table with the same value for each of several keywords, separated by spaces. */
export const forKeywords = <T>(keywords: string, value: T): Record<string, T> =>
  Object.fromEntries(keywords.split(' ').map((keyword) => [keyword, value]))

/** Looks up a key that the client chose, without finding inherited properties of the table. */
export const lookUp = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** Maps an object's members, even `__proto__`; returns the same object if none changes. */
export const mapMembers = (object: SchemaNode, map: (value: unknown, key: string) => unknown): SchemaNode => {
  const before = Object.entries(object)
  const after = before.map(([key, value]) => [key, map(value, key)] as const)
  return after.every(([, value], index) => value === before[index]?.[1]) ? object : Object.fromEntries(after)
}
