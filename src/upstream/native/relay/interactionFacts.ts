import { isRecord } from '../../../contract/isRecord.js'
import type { Usage } from '../../../contract/types.js'
import { hasCounts, toUsage } from '../../answer/usage.js'
import { toGeminiError } from '../../failures/geminiError.js'
import { type FailureContext, toApiError } from '../../failures/rules.js'
import { toRawUsage } from '../answer/usage.js'
import type { ModalityTokens } from '../wire/types.js'
import { type EventFacts, invalidAnswer, parseAnswer } from './eventFacts.js'
import { toInteractionId } from './namedIds.js'

/** Data of the last event of an interaction's stream. */
const END_OF_STREAM = '[DONE]'
/** Statuses of an interaction that is still running. */
const UNFINISHED: ReadonlySet<unknown> = new Set(['in_progress', 'queued'])
/** Types of an interaction's final event, in the current and the previous revision of the API. */
const COMPLETED: ReadonlySet<unknown> = new Set(['interaction.completed', 'interaction.complete'])

/**
 * Reads the facts of a whole interaction, or of one event of its stream.
 *
 * @throws an ApiError for an error of Gemini, and for invalid JSON
 */
export function readInteraction(json: string, failure: FailureContext): EventFacts {
  if (json.trim() === END_OF_STREAM) return { isFinished: true }
  const value = parseAnswer(json, failure)
  const error = toGeminiError(value)
  if (error !== undefined) throw toApiError(error, failure)
  if (!isRecord(value)) throw invalidAnswer()
  const { event_type: type, interaction } = value
  // A value without `event_type` is the interaction itself. An event may have a `status` instead.
  const whole = isRecord(interaction) ? interaction : type === undefined ? value : {}
  const { id, model, usage, environment_id: environment, status = value.status } = whole
  return {
    usage: isRecord(usage) && (type === undefined || COMPLETED.has(type)) ? readUsage(usage) : undefined,
    model: typeof model === 'string' ? model : undefined,
    isFinished: COMPLETED.has(type) || (typeof status === 'string' && !UNFINISHED.has(status)),
    ids: [
      ...(typeof id === 'string' ? [toInteractionId(id)] : []),
      ...(typeof environment === 'string' ? [`environments/${environment}`] : []),
    ],
  }
}

/** Converts token counts of the Interactions API to OpenAI's; undefined if there are none. */
function readUsage(usage: Readonly<Record<string, unknown>>): Usage | undefined {
  const count = (name: string): number | undefined => (typeof usage[name] === 'number' ? usage[name] : undefined)
  const raw = toRawUsage({
    ...given('promptTokenCount', count('total_input_tokens')),
    ...given('cachedContentTokenCount', count('total_cached_tokens')),
    ...given('candidatesTokenCount', count('total_output_tokens')),
    ...given('thoughtsTokenCount', count('total_thought_tokens')),
    ...given('toolUsePromptTokenCount', count('total_tool_use_tokens')),
    ...given('totalTokenCount', count('total_tokens')),
    promptTokensDetails: modalitiesOf(usage.input_tokens_by_modality),
    candidatesTokensDetails: modalitiesOf(usage.output_tokens_by_modality),
  })
  return hasCounts(raw) ? toUsage(raw) : undefined
}

const given = <Name extends string>(name: Name, value: number | undefined): { readonly [Key in Name]?: number } =>
  // The cast restores the type of the computed name, which TypeScript widens to `string`.
  value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]?: number })

const modalitiesOf = (counts: unknown): ModalityTokens[] =>
  (Array.isArray(counts) ? counts.filter(isRecord) : []).flatMap(({ modality, tokens }) =>
    typeof modality === 'string' && typeof tokens === 'number' ? [{ modality: modality.toUpperCase(), tokenCount: tokens }] : [],
  )
