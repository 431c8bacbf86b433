import type { ApiError } from './errors.js'

/**
 * The messages of the causes of a failure, for operators; undefined without a cause. Gemini's
 * messages are redacted already.
 */
export const describeCause = ({ cause }: ApiError): string | undefined => (cause instanceof Error ? messagesOf(cause) : undefined)

/** The stack of an unexpected error, without a message that may quote a prompt. */
export const describeStack = (error: Error): string => (error.stack ?? error.message).replace(error.message, () => ownMessageOf(error))

const messagesOf = (error: Error): string =>
  error.cause instanceof Error ? `${ownMessageOf(error)}: ${messagesOf(error.cause)}` : ownMessageOf(error)

/** The message of an error. Not that of JSON.parse, which quotes its input, such as a prompt. */
const ownMessageOf = (error: Error): string => (error instanceof SyntaxError ? 'not valid JSON' : error.message)
