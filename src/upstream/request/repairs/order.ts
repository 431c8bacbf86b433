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
 * All repairs of a chat request, in the order in which they apply, each with the constraint behind
 * its position: what it must precede or follow. The general rule: a repair whose errors or ignored
 * paths contain an index comes before those that add, move or remove messages or tools.
 */
export const REQUEST_REPAIRS: readonly Ordered<RequestRepair>[] = [
  { ...legacyTools, order: 'Before `unknown-parameters`, which removes `functions`, and `tool-kinds`, which checks all tools.' },
  { ...impossibleParameters, order: 'Before `unknown-parameters`, which would remove `logprobs: true` without an error.' },
  { ...oneTokenLimit, order: 'Before `unknown-parameters`, which removes the new name, and `thinking-headroom`, which raises the limit.' },
  { ...unknownParameters, order: 'Before `service-tier` and `thinking-config`, which would report a null as ignored.' },
  { ...extraBody, order: 'Before `own-thinking-config`, which would take a null for a setting.' },
  { ...serviceTier, order: 'After `unknown-parameters`, which removes `service_tier: null`.' },
  { ...streamUsage, order: 'Anywhere: no other repair depends on `stream` and `stream_options`.' },
  { ...legacyFunctions, order: 'Before `message-fields`, which removes `function_call`, and `tool-results`, which needs tool calls.' },
  { ...messageFields, order: 'Before `empty-messages`: it removes null contents, and makes the text of a refusal the content.' },
  { ...textContents, order: 'Before `tool-results`, which changes the index of messages, and `empty-messages`: texts may be empty.' },
  { ...contentParts, order: 'Before `tool-results`, which changes the index of messages, and `empty-messages`: it removes empty parts.' },
  { ...toolResults, order: 'Before `empty-messages` and `turn-order`, which change the index of messages.' },
  { ...emptyMessages, order: 'Before `system-messages` and `turn-order`: an empty message must not count as a turn.' },
  { ...systemMessages, order: 'After `empty-messages`, so that an empty message does not separate instructions.' },
  { ...turnOrder, order: 'After `tool-results` and `empty-messages`, which decide what the turns are.' },
  { ...toolKinds, order: 'Before `tool-choice`, which changes the index of tools.' },
  { ...toolSchemas, order: 'Before `tool-choice`, which changes the index of tools.' },
  { ...toolChoice, order: 'After `legacy-tools`, which sets `tool_choice`, and after `tool-kinds` and `tool-schemas`.' },
  { ...responseFormat, order: 'After `tool-kinds` and `tool-choice`: a mistake in the request is reported before a limit of the model.' },
  { ...ownThinkingConfig, order: 'Before `thinking-headroom`, which adds the budget that this repair may change.' },
  { ...thinkingHeadroom, order: 'Before `thinking-config`, which removes `reasoning_effort`: the headroom depends on it.' },
  { ...thinkingConfig, order: 'After `thinking-headroom`, and after `unknown-parameters`, which removes `reasoning_effort: null`.' },
  { ...thoughtSignatures, order: 'After `legacy-functions`, whose tool calls need signatures, too.' },
]
