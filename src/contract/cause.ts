import type { ApiError } from './errors.js'

/**
 * Returns the messages of the chain of causes of a failure, for operators; undefined without a
 * cause. Secrets in Gemini's messages are already redacted.
 */
export const describeCause = ({ cause }: ApiError): string | undefined => (cause instanceof Error ? messagesOf(cause) : undefined)

/** Returns the stack of an unexpected error. Omits the message of JSON.parse: it quotes input. */
export const describeStack = (error: Error): string => (error.stack ?? error.message).replace(error.message, () => safeMessageOf(error))

const messagesOf = (error: Error): string =>
  error.cause instanceof Error ? `${safeMessageOf(error)}: ${messagesOf(error.cause)}` : safeMessageOf(error)

/** Returns the message of an error, but replaces that of JSON.parse, which may quote a prompt. */
const safeMessageOf = (error: Error): string => (error instanceof SyntaxError ? 'not valid JSON' : error.message)
