import type { ApiError } from '../../contract/errors.js'

/** Matches Gemini's error message for a prompt that exceeds the model's context window. */
const PROMPT_TOO_LONG = /input token count \(?(\d+)\)? exceeds the maximum number of tokens allowed \(?(\d+)\)?/i

/** Rewrites Gemini's error for a too long prompt as Anthropic's: clients then compact it. */
export function rephrasePromptTooLong(failure: ApiError): ApiError {
  const [, tokens, most] = failure.code === 'context_length_exceeded' ? (PROMPT_TOO_LONG.exec(failure.message) ?? []) : []
  return tokens === undefined ? failure : failure.withMessage(`prompt is too long: ${tokens} tokens > ${most} maximum`)
}
