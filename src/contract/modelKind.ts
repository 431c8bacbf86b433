import type { JsonResponseOf, Model } from './types.js'

/** The kind of a model, such as `chat` or `embedding`. */
export type ModelKind = JsonResponseOf<'getConsoleStatus'>['models'][number]['kind']

/**
 * Infers the kind of a model from its limits and input modalities in GET /v1/models, which does not
 * report kinds. A model without limits and modalities is a chat model.
 */
export function kindOfListedModel({ context_window: window, max_output_tokens: output, input_modalities: inputs = [] }: Model): ModelKind {
  if (window !== null && output === null) return 'embedding'
  if (inputs.length !== 1) return 'chat'
  return inputs[0] === 'audio' ? 'transcription' : 'speech'
}
