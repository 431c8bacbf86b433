import type { Model } from '../../contract/types.js'

/** What the proxy knows of one embedding model. Source: Google's model pages, November 2026. */
export interface EmbeddingModel {
  readonly id: string
  readonly displayName: string
  /** Release day, ISO 8601. */
  readonly releasedOn: string
  /** Most tokens of one text. */
  readonly contextWindow: number
}

/**
 * The built-in embedding models, newest first. They have no replacements: vectors of different models cannot be compared,
 * so that another model would spoil an index instead of saving a request.
 */
export const EMBEDDING_CATALOGUE: readonly EmbeddingModel[] = [
  { id: 'gemini-embedding-2', displayName: 'Gemini Embedding 2', releasedOn: '2026-04-22', contextWindow: 8_192 },
  { id: 'gemini-embedding-2-preview', displayName: 'Gemini Embedding 2 Preview', releasedOn: '2026-03-10', contextWindow: 8_192 },
  { id: 'gemini-embedding-001', displayName: 'Gemini Embedding 001', releasedOn: '2025-07-14', contextWindow: 2_048 },
]

/** What stands in a 404 for a model that does not embed. */
export const EMBEDDING_HINT =
  'Supported embedding models are gemini-embedding-001, gemini-embedding-2 and the names that the operator has configured.'

/** True for the models that make embeddings and do not chat, also those that are newer than the catalogue. */
export const isEmbeddingModel = (id: string): boolean => /^gemini-embedding-[\w.-]+$/.test(id)

/** An embedding model as listed; `id` is its own, or an alias of it. */
export const toListedEmbeddingModel = (model: EmbeddingModel, id = model.id): Model => ({
  id,
  object: 'model',
  created: Date.parse(model.releasedOn) / 1000,
  owned_by: 'google',
  display_name: model.displayName,
  context_window: model.contextWindow,
  max_output_tokens: null,
  input_modalities: ['text'],
  thinking_levels: [],
  retired: false,
  replacement: null,
})
