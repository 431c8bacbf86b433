import { isRecord } from '../../../contract/isRecord.js'
import type { Usage } from '../../../contract/types.js'
import { hasCounts, toUsage } from '../../answer/usage.js'
import { toGeminiError } from '../../failures/geminiError.js'
import { type FailureContext, toApiError } from '../../failures/rules.js'
import { toRawUsage } from '../answer/usage.js'
import type { ModalityTokens } from '../wire/types.js'
import { type EventFacts, invalidAnswer, parseAnswer } from './eventFacts.js'
import { toInteractionId } from './namedIds.js'

/** The `data` of the event with which Google ends the stream of an interaction. */
const END_OF_STREAM = '[DONE]'
/** Statuses of an interaction that is still running. */
const UNFINISHED: ReadonlySet<unknown> = new Set(['in_progress', 'queued'])
/** Types of an interaction's final event, in the current and the previous revision of the API. */
const COMPLETED: ReadonlySet<unknown> = new Set(['interaction.completed', 'interaction.complete'])

/**
 * Reads token counts, model, ids and state of a whole interaction, or of one event of its stream.
 *
 * @throws an ApiError for an error of Gemini, and for invalid JSON
 */
export function readInteractionFacts(json: string, context: FailureContext): EventFacts {
  if (json.trim() === END_OF_STREAM) return { isFinished: true }
  const value = parseAnswer(json, context)
  const error = toGeminiError(value)
  if (error !== undefined) throw toApiError(error, context)
  if (!isRecord(value)) throw invalidAnswer()
  const { event_type: type, interaction } = value
  // JSON without `event_type` is an interaction. An event may have an `interaction` or a `status`.
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

/** Converts token counts of the Interactions API to OpenAI's; undefined without counts. */
function readUsage(usage: Readonly<Record<string, unknown>>): Usage | undefined {
  const count = (name: string): number | undefined => (typeof usage[name] === 'number' ? usage[name] : undefined)
  const raw = toRawUsage({
    ...optionalMember('promptTokenCount', count('total_input_tokens')),
    ...optionalMember('cachedContentTokenCount', count('total_cached_tokens')),
    ...optionalMember('candidatesTokenCount', count('total_output_tokens')),
    ...optionalMember('thoughtsTokenCount', count('total_thought_tokens')),
    ...optionalMember('toolUsePromptTokenCount', count('total_tool_use_tokens')),
    ...optionalMember('totalTokenCount', count('total_tokens')),
    promptTokensDetails: modalitiesOf(usage.input_tokens_by_modality),
    candidatesTokensDetails: modalitiesOf(usage.output_tokens_by_modality),
  })
  return hasCounts(raw) ? toUsage(raw) : undefined
}

const optionalMember = <Name extends string>(name: Name, value: number | undefined): { readonly [Key in Name]?: number } =>
  // The cast restores the type of the computed property name, which TypeScript widens to `string`.
  value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]?: number })

const modalitiesOf = (counts: unknown): ModalityTokens[] =>
  (Array.isArray(counts) ? counts.filter(isRecord) : []).flatMap(({ modality, tokens }) =>
    typeof modality === 'string' && typeof tokens === 'number' ? [{ modality: modality.toUpperCase(), tokenCount: tokens }] : [],
  )
