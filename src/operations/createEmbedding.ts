import { setImmediate } from 'node:timers/promises'
import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { EmbeddingRequest, EmbeddingResponse } from '../contract/types.js'
import type { EmbeddedTexts, Embeddings, EmbeddingVector } from '../upstream/embeddings.js'
import type { Models } from '../upstream/models/directory.js'
import { withoutModelsPrefix } from '../upstream/models/names.js'

/** Handler of POST /v1/embeddings: returns one embedding for each text. */
export const makeCreateEmbedding =
  (embeddings: Embeddings, models: Models): Operation<'createEmbedding'> =>
  async ({ body }, { signal, deadlineAt, requestLog, countMemory }) => {
    requestLog.isModelKnown = models.isKnown(body.model)
    const texts = toTexts(body.input)
    const served = models.resolveEmbedding(body.model)
    if (served !== withoutModelsPrefix(body.model)) requestLog.servedModel = served
    const embedded = await embeddings.embed(texts, body, { servedModel: served, signal, deadlineAt, requestLog, countMemory })
    return { jsonPieces: toJsonPieces(embedded, body) }
  }

/** Makes the response's JSON in pieces, one vector per turn, so as not to block the event loop. */
async function* toJsonPieces(
  { vectors, usage }: EmbeddedTexts,
  { model, encoding_format: format }: EmbeddingRequest,
): AsyncGenerator<string> {
  yield `{"object":"list","model":${JSON.stringify(model)},"data":[`
  for (const [index, vector] of vectors.entries()) {
    const embedding = format === 'base64' ? toBase64Floats(vector) : Array.from(vector)
    const item: EmbeddingResponse['data'][number] = { object: 'embedding', index, embedding }
    yield `${index === 0 ? '' : ','}${JSON.stringify(item)}`
    await setImmediate()
  }
  const counted: EmbeddingResponse['usage'] = usage ?? { prompt_tokens: 0, total_tokens: 0 }
  yield `],"usage":${JSON.stringify(counted)}}`
}

/** Encodes a vector as base64, like OpenAI: little-endian 32-bit floats. */
function toBase64Floats(vector: EmbeddingVector): string {
  const bytes = Buffer.allocUnsafe(vector.length * 4)
  vector.forEach((value, index) => void bytes.writeFloatLE(value, index * 4))
  return bytes.toString('base64')
}

const NO_TOKEN_NUMBERS =
  'Token numbers are not supported, because Gemini has another tokenizer. Send the text as a string; for `OpenAIEmbeddings` of LangChain, set `check_embedding_ctx_length=False`.'

const isString = (item: unknown): item is string => typeof item === 'string'

/** Returns the texts to embed as a list. @throws 400 `unsupported_value` for token arrays */
function toTexts(input: EmbeddingRequest['input']): readonly string[] {
  if (isString(input)) return [input]
  if (input.every(isString)) return input
  throw apiError('unsupported_value', NO_TOKEN_NUMBERS, { param: 'input' })
}
