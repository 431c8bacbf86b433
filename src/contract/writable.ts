/** An object while it is being made. Spreads of optional members would cost time per request. */
export type Writable<T> = { -readonly [Name in keyof T]: T[Name] }
