import { omit } from '../contract/copyOnWrite.js'
import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { AnyMessageRequest } from '../messages/request/parseRequest.js'
import { type MessageParts, withPreparedMessage } from './createMessage.js'

const NOT_NATIVE = 'Only the native Gemini API counts tokens: the operator of this proxy must set GEMINI_UPSTREAM=native.'

/** Parameters that a count does not have: they are removed, and their values are not validated. */
const ANSWER_SETTINGS = ['max_tokens', 'stream', 'stop_sequences', 'temperature', 'top_p', 'top_k'] as const

/** Handler of POST /v1/messages/count_tokens: counts the input tokens of a Messages API request. */
export const makeCountMessageTokens =
  (parts: MessageParts): Operation<'countMessageTokens'> =>
  ({ body }, context) => {
    // After this error, Anthropic clients fall back to their own estimate.
    if (parts.upstream !== 'native') throw apiError('not_supported', NOT_NATIVE)
    return withPreparedMessage(omit<AnyMessageRequest>(body, ...ANSWER_SETTINGS), parts, context, async ({ chat, options }) => ({
      json: { input_tokens: await parts.gemini.countTokens(chat, options) },
    }))
  }
