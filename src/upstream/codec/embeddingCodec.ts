import { apiError } from '../../contract/errors.js'
import type { EmbeddingResponse } from '../../contract/types.js'
import { isOptionalCount } from '../answer/checks.js'

/** The texts to embed in one upstream call, with its model and options. */
export interface EmbeddingBatch {
  /** Id of the model at Gemini. */
  readonly model: string
  readonly texts: readonly string[]
  /** Length of each vector; undefined for the default of the model. */
  readonly dimensions: number | undefined
}

/** The embeddings of the texts of one upstream call. */
export interface DecodedEmbeddings {
  /** One vector per text, in the order of the texts. */
  readonly vectors: readonly number[][]
  /** Token counts; undefined if Gemini has not counted the tokens. */
  readonly usage: EmbeddingResponse['usage'] | undefined
}

/** Encodes embedding requests to one of Google's APIs and decodes the answers. */
export interface EmbeddingCodec {
  encode(batch: EmbeddingBatch): { readonly path: string; readonly body: object }
  /** Decodes a response. @throws 502 unless it has exactly one vector per text */
  decode(answer: object, batch: EmbeddingBatch): DecodedEmbeddings
}

/** Returns the vectors if there are exactly `count`, each with numbers. @throws 502 otherwise */
export function checkVectors(vectors: readonly unknown[], count: number): readonly number[][] {
  if (vectors.length !== count || !vectors.every(isVector))
    throw apiError('upstream_error', 'Gemini did not return one embedding for each input. Retry the request.')
  return vectors
}

const isVector = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((component) => typeof component === 'number')

/** Checks a token count of a response, which may be absent. @throws 502 for other values */
export function checkCount(count: unknown): number | undefined {
  if (!isOptionalCount(count)) throw apiError('upstream_error', 'Gemini sent an invalid response. Retry the request.')
  return typeof count === 'number' ? count : undefined
}
