import { inClientTerms } from '../contract/clientFailure.js'
import type { Operation } from '../contract/operation.js'
import { type ResponseParts, readRequest, toChatCall } from './createResponse.js'

/** POST /v1/responses/input_tokens: counts the input tokens of a Responses API request. */
export const makeCountInputTokens =
  (parts: ResponseParts): Operation<'countInputTokens'> =>
  async ({ body }, context) => {
    const { gemini, models } = parts
    context.requestLog.isModelKnown = models.isKnown(body.model)
    const { parsed } = await readRequest(body, parts, context)
    const call = await toChatCall(parsed, parts, context)
    const count = await inClientTerms(call.toClient, () => gemini.countTokens(call.chat, call.options))
    return { json: { object: 'response.input_tokens', input_tokens: count } }
  }
