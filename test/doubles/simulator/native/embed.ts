import { vectorOf } from '../embeddings.js'
import { invalidArgument } from '../errors.js'
import { bareId } from '../models.js'
import { countTokens } from '../tokens.js'
import type { JsonObject, Settings } from '../types.js'
import { BATCH_EMBED_FIELDS, EMBED_FIELDS } from './fields.js'
import { nativeModel } from './models.js'
import { parseNative } from './parse.js'
import type { NativeContent } from './wire.js'

const DIMENSIONS = 3072
const MAX_BATCH = 100

interface EmbedRequest {
  readonly model?: string
  readonly content?: NativeContent
  readonly outputDimensionality?: number
}

/** Returns the response to embedContent: one vector. */
export const embedContent = (body: JsonObject, id: string, settings: Settings): JsonObject => {
  // The cast is safe: parseNative() checks the fields.
  const request = parseNative(body, EMBED_FIELDS) as EmbedRequest
  nativeModel(id, 'embedding', 'embedContent', settings)
  return { embedding: embeddingOf(request, 'EmbedContentRequest'), ...usageOf([request], id) }
}

/** Returns the response to batchEmbedContents: one vector per request. */
export const batchEmbed = (body: JsonObject, id: string, settings: Settings): JsonObject => {
  // The cast is safe: parseNative() checks the fields.
  const { requests = [] } = parseNative(body, BATCH_EMBED_FIELDS) as { requests?: readonly EmbedRequest[] }
  nativeModel(id, 'embedding', 'embedContent', settings)
  if (requests.length === 0) throw invalidArgument('* BatchEmbedContentsRequest.requests: requests is not specified\n')
  if (requests.length > MAX_BATCH)
    throw invalidArgument(`* BatchEmbedContentsRequest.requests: at most ${MAX_BATCH} requests can be in one batch\n`)
  requests.forEach(({ model }, index) => {
    if (bareId(model ?? '') !== id)
      throw invalidArgument(`* BatchEmbedContentsRequest.requests[${index}].model: model must match the model of the batch, models/${id}\n`)
  })
  const embeddings = requests.map((request, index) => embeddingOf(request, `BatchEmbedContentsRequest.requests[${index}]`))
  return { embeddings, ...usageOf(requests, id) }
}

/** Makes one vector for all parts of a content. */
function embeddingOf(request: EmbedRequest, path: string): JsonObject {
  const text = textOf(request)
  if (text === '') throw invalidArgument(`* ${path}.content: contents is not specified\n`)
  const dimensions = request.outputDimensionality ?? DIMENSIONS
  if (dimensions < 1 || dimensions > DIMENSIONS)
    throw invalidArgument(`* ${path}.output_dimensionality: output_dimensionality must be in the range [1, ${DIMENSIONS}]\n`)
  return { values: vectorOf(text, dimensions) }
}

const textOf = ({ content }: EmbedRequest): string => (content?.parts ?? []).map(({ text }) => text ?? '').join('')

/** Makes the usage. Only gemini-embedding-2 reports it; its member is named promptTokenDetails. */
function usageOf(requests: readonly EmbedRequest[], id: string): JsonObject {
  if (!id.startsWith('gemini-embedding-2')) return {}
  const tokens = requests.reduce((sum, request) => sum + countTokens(textOf(request)), 0)
  return { usageMetadata: { promptTokenCount: tokens, promptTokenDetails: [{ modality: 'TEXT', tokenCount: tokens }] } }
}
