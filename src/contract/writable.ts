/** The type with writable members, for objects that are built member by member in hot paths. */
export type Writable<T> = { -readonly [Name in keyof T]: T[Name] }
