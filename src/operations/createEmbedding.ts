import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { EmbeddingRequest } from '../contract/types.js'
import type { Embeddings } from '../upstream/embeddings.js'
import type { Models } from '../upstream/models/directory.js'
import { withoutModelsPrefix } from '../upstream/models/names.js'

/** Handler of POST /v1/embeddings: returns one embedding for each text. */
export const makeCreateEmbedding =
  (embeddings: Embeddings, models: Models): Operation<'createEmbedding'> =>
  async ({ body }, { signal, deadlineAt, requestLog }) => {
    requestLog.isModelKnown = models.isKnown(body.model)
    const texts = toTexts(body.input)
    const served = models.resolveEmbedding(body.model)
    if (served !== withoutModelsPrefix(body.model)) requestLog.servedModel = served
    return { json: await embeddings.embed(texts, body, { servedModel: served, signal, deadlineAt, requestLog }) }
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
