import { apiError } from '../../contract/errors.js'
import type { EmbeddingResponse } from '../../contract/types.js'

/** The texts of one upstream call, and how they are embedded. */
export interface EmbeddingBatch {
  /** Id of the model at Gemini. */
  readonly model: string
  readonly texts: readonly string[]
  /** Undefined for the model's own. */
  readonly dimensions: number | undefined
}

/** What Gemini answers to a batch. */
export interface Embedded {
  /** One for each text, in the order of the texts. */
  readonly vectors: readonly number[][]
  /** Undefined where Gemini has not counted the tokens. */
  readonly usage: EmbeddingResponse['usage'] | undefined
}

/** How one of Google's APIs is asked for embeddings, and how its answer is read. */
export interface EmbeddingCodec {
  encode(batch: EmbeddingBatch): { readonly path: string; readonly body: object }
  /** @throws 502 where there is not exactly one vector for each text */
  decode(answer: object, batch: EmbeddingBatch): Embedded
}

/** Checks what should be one vector for each text. @throws 502 where it is not */
export function checkVectors(vectors: readonly unknown[], count: number): readonly number[][] {
  if (vectors.length !== count || !vectors.every((vector) => Array.isArray(vector)))
    throw apiError('upstream_error', 'Gemini did not return one embedding for each input. Retry the request.')
  // Google's vectors are arrays of numbers.
  return vectors as number[][]
}
