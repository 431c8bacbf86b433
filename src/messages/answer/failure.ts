import type { ApiError } from '../../contract/errors.js'

/** Gemini's error message for a prompt that is longer than the model's context window. */
const TOO_LONG = /input token count \(?(\d+)\)? exceeds the maximum number of tokens allowed \(?(\d+)\)?/i

/** Rewrites that error as Anthropic's, on which clients compact their conversation. */
export function rephrasePromptTooLong(failure: ApiError): ApiError {
  const [, tokens, most] = failure.code === 'context_length_exceeded' ? (TOO_LONG.exec(failure.message) ?? []) : []
  return tokens === undefined ? failure : failure.withMessage(`prompt is too long: ${tokens} tokens > ${most} maximum`)
}
