import type { ApiError } from './errors.js'

/**
 * The messages of the errors behind a failure, for operators; undefined where there is none. Those
 * of Gemini are redacted.
 */
export const describeCause = ({ cause }: ApiError): string | undefined => (cause instanceof Error ? messagesOf(cause) : undefined)

/** The stack of an error, for a bug of our own. */
export const describeStack = (error: Error): string => (error.stack ?? error.message).replace(error.message, () => ownMessageOf(error))

const messagesOf = (error: Error): string =>
  error.cause instanceof Error ? `${ownMessageOf(error)}: ${messagesOf(error.cause)}` : ownMessageOf(error)

/** The message of an error, except that of JSON.parse: it quotes the text, such as a prompt. */
const ownMessageOf = (error: Error): string => (error instanceof SyntaxError ? 'not valid JSON' : error.message)
