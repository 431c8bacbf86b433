// Copy on write: each function of this file returns its argument itself if nothing changes, so that
// `!==` between argument and result detects a change.

/** Names of the optional members of a type. */
export type OptionalKey<T> = T extends unknown
  ? { [Name in keyof T]-?: Record<never, never> extends Pick<T, Name> ? Name : never }[keyof T]
  : never

/** Returns the object without the given optional members. */
export function omit<T extends object>(value: T, ...names: readonly OptionalKey<T>[]): T {
  if (!names.some((name) => Object.hasOwn(value, name))) return value
  // A Set, because searching an array is slow for up to 100,000 omitted members of a schema.
  const omitted = new Set<PropertyKey>(names)
  return copyMembers(value, (name) => !omitted.has(name))
}

/**
 * Returns the object with only the members in `names`, without those that are null or undefined.
 * `names` must include every required member; `onOmitted` gets the name of each other member that
 * has a value.
 */
export function pickSetMembers<T extends object>(
  value: T,
  names: ReadonlySet<string>,
  onOmitted: (name: string) => void = () => undefined,
): T {
  const hasValue = (member: unknown): boolean => member !== null && member !== undefined
  const isSelected = (name: string, member: unknown): boolean => names.has(name) && hasValue(member)
  const entries = Object.entries(value)
  if (entries.every(([name, member]) => isSelected(name, member))) return value
  for (const [name, member] of entries) if (hasValue(member) && !names.has(name)) onOmitted(name)
  return copyMembers(value, isSelected)
}

/** Returns the object with one member replaced, or removed if `member` is undefined. */
export function replaceMember<T extends object, Name extends keyof T>(value: T, name: Name, member: T[Name]): T {
  if (value[name] === member) return value
  if (member === undefined) return copyMembers(value, (each) => each !== name)
  const copy = { ...value }
  copy[name] = member
  return copy
}

/**
 * Copies the members for which `isKept` returns true; the others must be optional. Copying all and
 * deleting some costs several times as much: `delete` turns a V8 object into a slow dictionary.
 */
function copyMembers<T extends object>(value: T, isKept: (name: string, member: unknown) => boolean): T {
  const copy: Partial<T> = {}
  // Assignment cannot replace the prototype: the body parser removes members named `__proto__`.
  for (const name of Object.keys(value) as (keyof T & string)[]) if (isKept(name, value[name])) copy[name] = value[name]
  return copy as T
}

/** Maps the items of a list. Returns the list itself if no item changes. */
export const mapItems = <T>(items: T[], map: (item: T, index: number) => T): T[] => reuseIfEqual(items, items.map(map))

/** Returns the list `before` if `after` has identical items in the same order, else `after`. */
export const reuseIfEqual = <List extends readonly unknown[]>(before: List, after: List): List =>
  before.length === after.length && after.every((item, index) => item === before[index]) ? before : after
