import type { ModelKind } from '../../contract/modelKind.js'
import { isEmbeddingModel } from './embeddingCatalogue.js'
import { traitsOf } from './traits.js'

/** Returns the kind of a Gemini model by its id, even if the catalogue lacks it. */
export function kindOfModel(id: string): ModelKind {
  if (isEmbeddingModel(id)) return 'embedding'
  const { speech, transcribes } = traitsOf(id)
  if (speech !== undefined) return 'speech'
  return transcribes ? 'transcription' : 'chat'
}
