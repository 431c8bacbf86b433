import type { Ordered } from '../../../contract/repair.js'
import type { RequestRepair } from './context.js'
import { contentParts, emptyMessages, legacyFunctions, messageFields, systemMessages, textContents } from './messages.js'
import { extraBody, impossibleParameters, oneTokenLimit, serviceTier, streamUsage, unknownParameters } from './params.js'
import { responseFormat } from './responseFormat.js'
import { thoughtSignatures } from './signatures.js'
import { ownThinkingConfig, thinkingConfig, thinkingHeadroom } from './thinking.js'
import { legacyTools, toolChoice, toolKinds, toolSchemas } from './tools.js'
import { toolResults, turnOrder } from './turns.js'

/**
 * All repairs of a chat request, in the order in which they apply, each with the constraint behind its
 * position. Repairs whose errors name an index come before those that move messages or tools.
 */
export const REQUEST_REPAIRS: readonly Ordered<RequestRepair>[] = [
  { ...legacyTools, order: 'Before `unknown-parameters`, which removes `functions`, and `tool-kinds`, which checks tools.' },
  { ...impossibleParameters, order: 'Before `unknown-parameters`, which would remove `logprobs: true` without an error.' },
  {
    ...oneTokenLimit,
    order: 'Before `unknown-parameters`, which removes the other name, and `thinking-headroom`, which raises the limit.',
  },
  { ...unknownParameters, order: 'Before `service-tier` and `thinking-config`, which would report a null as ignored.' },
  { ...extraBody, order: 'Before `own-thinking-config`, which takes a null for a setting.' },
  { ...serviceTier, order: 'After `unknown-parameters`, which removes `service_tier: null`.' },
  { ...streamUsage, order: 'Anywhere: no other repair depends on `stream` and `stream_options`.' },
  {
    ...legacyFunctions,
    order: 'Before `message-fields`, which removes `function_call`, and `tool-results`, which pairs calls and results.',
  },
  { ...messageFields, order: 'Before `empty-messages`, which takes null for content, and a message with only a `refusal` for empty.' },
  { ...textContents, order: 'Before `tool-results`, which moves messages: ignored parts are reported by the index of the client.' },
  {
    ...contentParts,
    order: 'Before `tool-results`, which changes the indexes that errors name, and `empty-messages`: it removes empty texts.',
  },
  { ...toolResults, order: 'Before `empty-messages` and `turn-order`, which change the indexes that errors name.' },
  { ...emptyMessages, order: 'Before `system-messages` and `turn-order`, which depend on the neighbors of a message.' },
  { ...systemMessages, order: 'After `empty-messages`: an empty message must not separate instructions.' },
  { ...turnOrder, order: 'After `tool-results` and `empty-messages`: the messages left over decide which are missing.' },
  { ...toolKinds, order: 'Before `tool-choice`, which removes tools: errors name the index of the client.' },
  { ...toolSchemas, order: 'Before `tool-choice`, which removes tools: ignored keywords are reported by the index of the client.' },
  { ...toolChoice, order: 'After `legacy-tools`, which sets it, and after `tool-kinds` and `tool-schemas`.' },
  { ...responseFormat, order: 'After `tool-kinds` and `tool-choice`: a mistake in the request is reported before a limit of the model.' },
  { ...ownThinkingConfig, order: 'Before `thinking-headroom`, which adds the budget that this one may change.' },
  { ...thinkingHeadroom, order: 'Before `thinking-config`, which removes the `reasoning_effort` that decides the headroom.' },
  { ...thinkingConfig, order: 'After `thinking-headroom`, and after `unknown-parameters`, which removes `reasoning_effort: null`.' },
  { ...thoughtSignatures, order: 'After `legacy-functions`: the calls made by it need signatures, too.' },
]
