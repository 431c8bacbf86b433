/** Checks the type of a reply of Redis. */
export type ReplyCheck<T> = (value: unknown) => value is T

/** True for an integer reply. */
export const isInteger: ReplyCheck<number> = (value): value is number => Number.isSafeInteger(value)
/** True for a text reply. */
export const isTextReply: ReplyCheck<string> = (value) => typeof value === 'string'
/** True for a text reply, or null for a key that does not exist. */
export const isTextReplyOrNull: ReplyCheck<string | null> = (value) => value === null || typeof value === 'string'
/** Makes a check for a list reply. @param length - exact length of the list; any by default */
export const isArrayOf =
  <T>(isEntry: ReplyCheck<T>, length?: number): ReplyCheck<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && (length === undefined || value.length === length) && value.every(isEntry)

/** Thrown for a reply of a type that the command never returns: the server is not usable. */
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
