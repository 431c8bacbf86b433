import type { ApiError } from '../../contract/errors.js'

/** How Gemini says that a prompt is longer than the context window of the model. */
const TOO_LONG = /input token count \(?(\d+)\)? exceeds the maximum number of tokens allowed \(?(\d+)\)?/i

/** Says that a prompt is too long in the words upon which clients compact the conversation. */
export function rephrasePromptTooLong(failure: ApiError): ApiError {
  const [, tokens, most] = failure.code === 'context_length_exceeded' ? (TOO_LONG.exec(failure.message) ?? []) : []
  return tokens === undefined ? failure : failure.withMessage(`prompt is too long: ${tokens} tokens > ${most} maximum`)
}
