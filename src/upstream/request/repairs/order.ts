import type { OrderedRepair } from '../../../contract/repair.js'
import { callArgumentsRepair } from './callArguments.js'
import { callIdsRepair } from './calls.js'
import { complexSchemasRepair } from './complexSchemas.js'
import type { RequestRepair } from './context.js'
import { duplicateToolsRepair } from './duplicateTools.js'
import { functionNamesRepair, resultNamesRepair } from './functionNames.js'
import { imageConfigRepair } from './imageConfig.js'
import {
  contentPartsRepair,
  emptyMessagesRepair,
  legacyFunctionsRepair,
  messageFieldsRepair,
  systemMessagesRepair,
  textContentsRepair,
} from './messages.js'
import {
  extraBodyRepair,
  impossibleParametersRepair,
  mergeTokenLimitsRepair,
  samplingRepair,
  serviceTierRepair,
  streamUsageRepair,
  unknownParametersRepair,
} from './params.js'
import { replayedPartsRepair } from './replayedParts.js'
import { responseFormatRepair } from './responseFormat.js'
import { serverToolsRepair } from './serverTools.js'
import { foreignSignaturesRepair, invalidSignaturesRepair, refusedSignaturesRepair, thoughtSignaturesRepair } from './signatures.js'
import { stopSequencesRepair } from './stopSequences.js'
import { ownThinkingConfigRepair, thinkingConfigRepair, thinkingHeadroomRepair } from './thinking.js'
import { toolMediaRepair } from './toolMedia.js'
import { legacyToolsRepair, toolChoiceRepair, toolKindsRepair, toolSchemasRepair } from './tools.js'
import { toolResultsRepair, turnOrderRepair } from './turns.js'

/**
 * All repairs of a chat request, in the order in which they apply. Each states in `order` which
 * other repairs it must precede or follow. An index in an error or an ignored path must match the
 * client's array, so a repair that reports one comes before those that add, move or remove messages
 * or tools.
 */
export const REQUEST_REPAIRS: readonly OrderedRepair<RequestRepair>[] = [
  { ...complexSchemasRepair, order: 'Before `legacy-tools`, `tool-schemas` and `response-format`, which convert the schemas.' },
  { ...legacyToolsRepair, order: 'Before `unknown-parameters`, which removes `functions`.' },
  { ...impossibleParametersRepair, order: 'Before `unknown-parameters`, which would remove `logprobs: true` without an error.' },
  {
    ...imageConfigRepair,
    order: 'Before `unknown-parameters` and `extra-body`, which would remove the settings, or report them as ignored.',
  },
  {
    ...mergeTokenLimitsRepair,
    order: 'Before `unknown-parameters`, which removes `max_completion_tokens`, and `thinking-headroom`, which raises the limit.',
  },
  { ...unknownParametersRepair, order: 'Before `service-tier` and `thinking-config`, which would report a null as ignored.' },
  { ...extraBodyRepair, order: 'Before `own-thinking-config`, which would treat null as a value.' },
  { ...samplingRepair, order: 'After `unknown-parameters`, which removes `temperature: null`.' },
  { ...stopSequencesRepair, order: 'Anywhere: no other repair depends on `stop`.' },
  { ...serviceTierRepair, order: 'After `unknown-parameters`, which removes `service_tier: null`.' },
  { ...streamUsageRepair, order: 'Anywhere: no other repair depends on `stream` and `stream_options`.' },
  {
    ...callArgumentsRepair,
    order:
      'Before `legacy-functions`, which converts `function_call` to `tool_calls`: ignored arguments are listed by the name that the client sent.',
  },
  {
    ...legacyFunctionsRepair,
    order: 'Before `message-fields`, which removes `function_call`, and `tool-results`, which needs tool calls.',
  },
  {
    ...messageFieldsRepair,
    order: 'Before `empty-messages`: this repair removes null contents, and moves the text of `refusal` to `content`.',
  },
  {
    ...textContentsRepair,
    order: 'Before `tool-results`, which changes message indexes, and `empty-messages`: texts from this repair may be empty.',
  },
  {
    ...contentPartsRepair,
    order: 'Before `tool-results`, which changes message indexes, and `empty-messages`: this repair removes empty parts.',
  },
  { ...toolResultsRepair, order: 'Before `empty-messages` and `turn-order`, which change message indexes.' },
  { ...emptyMessagesRepair, order: 'Before `system-messages` and `turn-order`: an empty message must not count as a turn.' },
  { ...systemMessagesRepair, order: 'After `empty-messages`, so that an empty message does not separate instructions.' },
  { ...turnOrderRepair, order: 'After `tool-results` and `empty-messages`, which move and remove messages and so determine the turns.' },
  { ...toolKindsRepair, order: 'Before `tool-choice`, which changes tool indexes.' },
  { ...toolSchemasRepair, order: 'Before `tool-choice`, which changes tool indexes.' },
  {
    ...duplicateToolsRepair,
    order: 'After `tool-kinds` and `tool-schemas`, which report tool indexes. Before `tool-choice`, which changes them.',
  },
  { ...toolChoiceRepair, order: 'After `legacy-tools`, which sets `tool_choice`, and after `tool-kinds` and `tool-schemas`.' },
  {
    ...serverToolsRepair,
    order:
      'After `unknown-parameters`, which removes `web_search_options` if the API has no search, and `tool-choice`, which removes the choice `none` from a request without tools.',
  },
  {
    ...responseFormatRepair,
    order:
      'After `tool-kinds` and `tool-choice`: a mistake in the request is reported before a limit of the model. After `server-tools`, which adds a tool.',
  },
  { ...ownThinkingConfigRepair, order: 'Before `thinking-headroom`, which adds the budget that this repair may change.' },
  { ...thinkingHeadroomRepair, order: 'Before `thinking-config`, which removes `reasoning_effort`: the headroom depends on the effort.' },
  { ...thinkingConfigRepair, order: 'After `thinking-headroom`, and after `unknown-parameters`, which removes `reasoning_effort: null`.' },
  { ...invalidSignaturesRepair, order: 'Before `thought-signatures`, which replaces the placeholder with the stored signature.' },
  { ...thoughtSignaturesRepair, order: 'After `legacy-functions`, whose tool calls need signatures, too.' },
  { ...foreignSignaturesRepair, order: 'After `thought-signatures`, which may add the signature of another model.' },
  { ...refusedSignaturesRepair, order: 'After `thought-signatures`, which would replace the placeholder with the stored signature.' },
  {
    ...replayedPartsRepair,
    order:
      'After `message-fields`, which removes `parts` that a client added itself. Before `call-ids` and `function-names`: this repair looks up calls by the ids and names that the client sent.',
  },
  {
    ...callIdsRepair,
    order:
      'After `tool-results`, which moves results behind their calls, and after `thought-signatures` and `foreign-signatures`, which look up calls by the ids that the client sent.',
  },
  {
    ...toolMediaRepair,
    order:
      'After `tool-results`, so that the results of a step stay together, after `content-parts`, and after `call-ids`: the text before the media contains the call id.',
  },
  {
    ...functionNamesRepair,
    order:
      "After `legacy-tools`, `legacy-functions` and `message-fields`, which convert older forms, and `tool-choice`, `thought-signatures`, `foreign-signatures` and `call-ids`, which use the client's names.",
  },
  { ...resultNamesRepair, order: 'After `tool-results`, which puts results behind their calls, and `function-names`.' },
]
