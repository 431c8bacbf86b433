/** True for values of a type. */
export type ReplyCheck<T> = (value: unknown) => value is T

export const isInteger: ReplyCheck<number> = (value): value is number => Number.isSafeInteger(value)
export const isTextReply: ReplyCheck<string> = (value) => typeof value === 'string'
export const isTextReplyOrNull: ReplyCheck<string | null> = (value) => value === null || typeof value === 'string'
/** @param length - by default any */
export const isArrayOf =
  <T>(isEntry: ReplyCheck<T>, length?: number): ReplyCheck<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && (length === undefined || value.length === length) && value.every(isEntry)

/** A reply that the command never returns: what responds is not Redis, or not in a usable state. */
export class UnexpectedReply extends Error {
  override readonly name = 'UnexpectedReply'

  constructor() {
    super('Redis sent an unexpected reply')
  }
}

/** Checks the type of a reply. @throws UnexpectedReply */
export function expectReply<T>(reply: unknown, isExpected: ReplyCheck<T>): T {
  if (!isExpected(reply)) throw new UnexpectedReply()
  return reply
}
