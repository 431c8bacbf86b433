import type { Model } from '../../contract/types.js'

/** An embedding model of Gemini. Source of the catalogue: Google's model pages, November 2026. */
export interface EmbeddingModel {
  readonly id: string
  readonly displayName: string
  /** The day of the model's release, ISO 8601. */
  readonly releasedOn: string
  /** Maximum tokens of one text. */
  readonly contextWindow: number
}

/** Embedding models, newest first. No model can replace another: their vectors are incompatible. */
export const EMBEDDING_CATALOGUE: readonly EmbeddingModel[] = [
  { id: 'gemini-embedding-2', displayName: 'Gemini Embedding 2', releasedOn: '2026-04-22', contextWindow: 8_192 },
  { id: 'gemini-embedding-2-preview', displayName: 'Gemini Embedding 2 Preview', releasedOn: '2026-03-10', contextWindow: 8_192 },
  { id: 'gemini-embedding-001', displayName: 'Gemini Embedding 001', releasedOn: '2025-07-14', contextWindow: 2_048 },
]

/** The hint in a 404 for a model that does not create embeddings. */
export const EMBEDDING_HINT =
  'Supported embedding models are gemini-embedding-001, gemini-embedding-2 and the names that the operator has configured.'

/** True for ids of models that create embeddings and cannot chat, even if not in the catalogue. */
export const isEmbeddingModel = (id: string): boolean => /^gemini-embedding-[\w.-]+$/.test(id)

/** Describes an embedding model for GET /v1/models. @param id - the model's own id, or an alias */
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
