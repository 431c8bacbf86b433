import { checkCount, checkVectors, type EmbeddingCodec } from '../codec/embeddingCodec.js'

/** A response of `batchEmbedContents`; only newer models report token counts. */
interface BatchEmbedContentsResponse {
  readonly embeddings?: readonly ({ readonly values?: unknown } | null)[]
  readonly usageMetadata?: { readonly promptTokenCount?: unknown } | null
}

/** Encodes and decodes embeddings for Google's native API. */
export const NATIVE_EMBEDDINGS: EmbeddingCodec = {
  encode: ({ model, texts, dimensions }) => ({
    path: `/models/${encodeURIComponent(model)}:batchEmbedContents`,
    body: {
      // Send one request per text: Google makes a single vector for all parts of one content.
      requests: texts.map((text) => ({
        model: `models/${model}`,
        content: { parts: [{ text }] },
        ...(dimensions === undefined ? {} : { outputDimensionality: dimensions }),
      })),
    },
  }),
  decode: ({ embeddings, usageMetadata }: BatchEmbedContentsResponse, { texts }) => {
    const items = Array.isArray(embeddings) ? embeddings : []
    const tokens = checkCount(usageMetadata?.promptTokenCount)
    return {
      vectors: checkVectors(
        items.map((item) => item?.values),
        texts.length,
      ),
      usage: tokens === undefined ? undefined : { prompt_tokens: tokens, total_tokens: tokens },
    }
  },
}
