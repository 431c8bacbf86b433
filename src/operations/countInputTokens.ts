import { runConvertingFailures } from '../contract/clientFailure.js'
import type { Operation } from '../contract/operation.js'
import { type ResponseParts, readResponseRequest, toChatCall } from './createResponse.js'

/** Handler of POST /v1/responses/input_tokens: counts the tokens of a Responses API request. */
export const makeCountInputTokens =
  (parts: ResponseParts): Operation<'countInputTokens'> =>
  async ({ body }, context) => {
    const { gemini, models } = parts
    context.requestLog.isModelKnown = models.isKnown(body.model)
    const { parsed } = await readResponseRequest(body, parts, context)
    const call = await toChatCall(parsed, parts, context)
    const count = await runConvertingFailures(call.toClient, () => gemini.countTokens(call.chat, call.options))
    return { json: { object: 'response.input_tokens', input_tokens: count } }
  }
