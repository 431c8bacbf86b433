import type { AnswerOf, Model } from './types.js'

/** What a model is for. */
export type ModelKind = AnswerOf<'getConsoleStatus'>['models'][number]['kind']

/**
 * Returns what a model of GET /v1/models is for, by its limits and inputs: the list does not say
 * it. A model of which neither is known counts as a chat model.
 */
export function kindOfListed({ context_window: window, max_output_tokens: output, input_modalities: inputs = [] }: Model): ModelKind {
  if (window !== null && output === null) return 'embedding'
  if (inputs.length !== 1) return 'chat'
  return inputs[0] === 'audio' ? 'transcription' : 'speech'
}
