import type { EmbeddingResponse } from '../../contract/types.js'
import { checkCount, checkVectors, type EmbeddingCodec } from '../codec/embeddingCodec.js'

type CompatUsage = EmbeddingResponse['usage']

/** A response of Google's `/embeddings`, which omits an `index` of 0, and usually `usage`. */
interface RawEmbeddings {
  readonly data?: readonly ({ readonly index?: number; readonly embedding?: unknown } | null)[]
  readonly usage?: { readonly [Name in keyof CompatUsage]?: unknown } | null
}

/** Encodes and decodes embeddings for Google's OpenAI-compatible API. */
export const COMPAT_EMBEDDINGS: EmbeddingCodec = {
  encode: ({ model, texts, dimensions }) => ({
    path: '/embeddings',
    // `base64` is never requested: Google ignores it, and the proxy encodes vectors itself.
    body: { model, input: texts, encoding_format: 'float', dimensions },
  }),
  decode: ({ data, usage }: RawEmbeddings, { texts }) => ({ vectors: sortVectors(data, texts.length), usage: toEmbeddingUsage(usage) }),
}

/**
 * Sorts the vectors of one response into the order of their texts. Throws 502 if one is missing.
 *
 * @see https://github.com/spring-projects/spring-ai/issues/7019 index 0 is omitted
 */
function sortVectors(data: RawEmbeddings['data'], count: number): readonly number[][] {
  const items = Array.isArray(data) ? data : []
  const isIndexed = items.some((item) => item?.index !== undefined)
  const vectors: unknown[] = new Array(count).fill(undefined)
  for (const [position, item] of items.entries()) vectors[isIndexed ? (item?.index ?? 0) : position] = item?.embedding
  return checkVectors(items.length === count ? vectors : [], count)
}

function toEmbeddingUsage(raw: RawEmbeddings['usage']): CompatUsage | undefined {
  const total = checkCount(raw?.total_tokens)
  const prompt = checkCount(raw?.prompt_tokens) ?? total
  return prompt === undefined ? undefined : { prompt_tokens: prompt, total_tokens: total ?? prompt }
}
