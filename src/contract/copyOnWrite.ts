// Copy on write: each function returns the value itself where nothing changes, so that a caller can
// see by identity whether it did.

/** Names of the optional members of a type. */
export type OptionalName<T> = T extends unknown
  ? { [Name in keyof T]-?: Record<never, never> extends Pick<T, Name> ? Name : never }[keyof T]
  : never

/** Returns the value without the given optional members. */
export function omit<T extends object>(value: T, ...names: readonly OptionalName<T>[]): T {
  if (!names.some((name) => Object.hasOwn(value, name))) return value
  const copy = { ...value }
  for (const name of names) Reflect.deleteProperty(copy, name)
  return copy
}

/**
 * Returns the value with the listed members only, and without those that are null or undefined.
 * `names` must include every required member; `onOmitted` is called for each other with a value.
 */
export function select<T extends object>(value: T, names: ReadonlySet<string>, onOmitted: (name: string) => void = () => undefined): T {
  const entries = Object.entries(value)
  const selected = entries.filter(([name, member]) => {
    if (member === null || member === undefined) return false
    if (!names.has(name)) onOmitted(name)
    return names.has(name)
  })
  // `names` includes every required member, so only optional ones are missing.
  return selected.length === entries.length ? value : (Object.fromEntries(selected) as T)
}

/** Returns the value with one member replaced; undefined removes an optional member. */
export function replace<T extends object, Name extends keyof T>(value: T, name: Name, member: T[Name]): T {
  if (value[name] === member) return value
  const copy = { ...value, [name]: member }
  if (member === undefined) Reflect.deleteProperty(copy, name)
  return copy
}

/** Returns the list with each item mapped. */
export const mapItems = <T>(items: T[], map: (item: T, index: number) => T): T[] => keepSame(items, items.map(map))

/** Returns the list `before` where `after` has the very same items, else `after`. */
export const keepSame = <List extends readonly unknown[]>(before: List, after: List): List =>
  before.length === after.length && after.every((item, index) => item === before[index]) ? before : after
