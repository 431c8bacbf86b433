// Copy on write: each function returns the value itself where nothing changes, so that a caller can
// see by identity whether it did.

/** Names of the optional members of a type. */
export type OptionalName<T> = T extends unknown
  ? { [Name in keyof T]-?: Record<never, never> extends Pick<T, Name> ? Name : never }[keyof T]
  : never

/** Returns the value without the given optional members. */
export function omit<T extends object>(value: T, ...names: readonly OptionalName<T>[]): T {
  if (!names.some((name) => Object.hasOwn(value, name))) return value
  // A schema may have a hundred thousand members that are all omitted.
  const omitted = new Set<PropertyKey>(names)
  return copyMembers(value, (name) => !omitted.has(name))
}

/**
 * Returns the value with the listed members only, and without those that are null or undefined.
 * `names` must include every required member; `onOmitted` is called for each other with a value.
 */
export function select<T extends object>(value: T, names: ReadonlySet<string>, onOmitted: (name: string) => void = () => undefined): T {
  const hasValue = (member: unknown): boolean => member !== null && member !== undefined
  const isSelected = (name: string, member: unknown): boolean => names.has(name) && hasValue(member)
  const entries = Object.entries(value)
  if (entries.every(([name, member]) => isSelected(name, member))) return value
  for (const [name, member] of entries) if (hasValue(member) && !names.has(name)) onOmitted(name)
  return copyMembers(value, isSelected)
}

/** Returns the value with one member replaced; undefined removes an optional member. */
export function replace<T extends object, Name extends keyof T>(value: T, name: Name, member: T[Name]): T {
  if (value[name] === member) return value
  if (member === undefined) return copyMembers(value, (each) => each !== name)
  const copy = { ...value }
  copy[name] = member
  return copy
}

/**
 * Copies the members that are kept; the others must be optional. Copying everything and deleting
 * some would cost several times as much: V8 makes a slow object of one that lost a member.
 */
function copyMembers<T extends object>(value: T, isKept: (name: string, member: unknown) => boolean): T {
  const copy: Partial<T> = {}
  // The body parser has removed members named `__proto__`.
  for (const name of Object.keys(value) as (keyof T & string)[]) if (isKept(name, value[name])) copy[name] = value[name]
  return copy as T
}

/** Returns the list with each item mapped. */
export const mapItems = <T>(items: T[], map: (item: T, index: number) => T): T[] => keepSame(items, items.map(map))

/** Returns the list `before` where `after` has the very same items, else `after`. */
export const keepSame = <List extends readonly unknown[]>(before: List, after: List): List =>
  before.length === after.length && after.every((item, index) => item === before[index]) ? before : after
