/** A type guard for the reply of Redis to a command. */
export type ReplyCheck<T> = (value: unknown) => value is T

/** True for a Redis reply that is an integer. */
export const isIntegerReply: ReplyCheck<number> = (value): value is number => Number.isSafeInteger(value)
/** True for a Redis reply that is a string. */
export const isStringReply: ReplyCheck<string> = (value) => typeof value === 'string'
/** True for a Redis reply that is a string, or null for a key that does not exist. */
export const isStringReplyOrNull: ReplyCheck<string | null> = (value) => value === null || typeof value === 'string'
/** Makes a type guard for a Redis reply that is an array. @param length - any by default */
export const isArrayReplyOf =
  <T>(isEntry: ReplyCheck<T>, length?: number): ReplyCheck<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && (length === undefined || value.length === length) && value.every(isEntry)

/** Thrown for a reply of a type that the command never returns: the server is no proper Redis. */
export class UnexpectedReply extends Error {
  override readonly name = 'UnexpectedReply'

  constructor() {
    super('Redis sent an unexpected reply')
  }
}

/** Returns a reply of Redis if it has the expected type. @throws UnexpectedReply */
export function expectReply<T>(reply: unknown, isExpected: ReplyCheck<T>): T {
  if (!isExpected(reply)) throw new UnexpectedReply()
  return reply
}
