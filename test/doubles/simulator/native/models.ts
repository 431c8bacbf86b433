import { invalidArgument, refusal } from '../errors.js'
import { bareId, isGenerative, listedModels, type Model, modelOf, type Task } from '../models.js'
import type { JsonObject, Settings } from '../types.js'

/** Models behind Google's aliases, as of the last recordings. */
const ALIASES: { readonly [alias: string]: string } = {
  'gemini-flash-latest': 'gemini-3.8-flash',
  'gemini-flash-lite-latest': 'gemini-3.5-flash-lite',
  'gemini-pro-latest': 'gemini-3.1-pro-preview',
}
const DEFAULT_PAGE = 50
const MAX_PAGE = 1000

export const modelVersionOf = (id: string): string => ALIASES[id] ?? id

/**
 * Returns the model whose id is in a path.
 *
 * @throws Refusal 404 for a retired, closed or unknown model; if it is unknown, with the `method`
 */
export const nativeModel = (id: string, task: Task, method: string, settings: Settings): Model =>
  modelOf(id, task, settings, (missing) => notFound(missing, method))

/** Throws 400 for an invalid model name. Google checks this before it looks up the model. */
export const checkName = (id: string): void => {
  if (!/^[\w.-]+$/.test(id)) throw invalidArgument('* GenerateContentRequest.model: unexpected model name format\n')
}

const notFound = (id: string, method: string): Error =>
  refusal(
    'not-found',
    `models/${id} is not found for API version v1beta, or is not supported for ${method}. Call ModelService.ListModels to see the list of available models and their supported methods.`,
  )

/** Serves `GET /v1beta/models`. */
export const listNative = (query: string, settings: Settings): JsonObject => {
  const parameters = new URLSearchParams(query)
  const size = Number(parameters.get('pageSize') ?? DEFAULT_PAGE)
  if (!Number.isInteger(size) || size < 0) throw invalidArgument('* ListModelsRequest.page_size: page_size must not be negative.\n')
  const all = listedModels(settings).map(entryOf)
  const start = startOf(parameters.get('pageToken'), all.length)
  const end = start + (size === 0 ? DEFAULT_PAGE : Math.min(size, MAX_PAGE))
  return { models: all.slice(start, end), ...(end < all.length ? { nextPageToken: Buffer.from(`from ${end}`).toString('base64') } : {}) }
}

function startOf(token: string | null, count: number): number {
  if (token === null || token === '') return 0
  const start = Number(/^from (\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1])
  if (!(start < count)) throw invalidArgument('* ListModelsRequest.page_token: invalid page token.\n')
  return start
}

/** Serves `GET /v1beta/models/{id}`. */
export const retrieveNative = (requested: string, settings: Settings): JsonObject => {
  const id = bareId(requested)
  const found = listedModels(settings).find(({ model }) => model.id === id)
  if (found === undefined) throw notFound(id, 'GetModel')
  return entryOf(found)
}

function entryOf({ model, displayName }: { readonly model: Model; readonly displayName: string }): JsonObject {
  const isEmbedding = model.task === 'embedding'
  const generates = isGenerative(model)
  const methods = generates ? ['generateContent', 'countTokens', 'createCachedContent', 'batchGenerateContent'] : []
  return {
    name: `models/${model.id}`,
    version: '001',
    displayName,
    description: displayName,
    inputTokenLimit: isEmbedding ? 2048 : 1_048_576,
    outputTokenLimit: isEmbedding ? 1 : 65_536,
    supportedGenerationMethods: isEmbedding ? ['embedContent', 'countTextTokens', 'countTokens', 'asyncBatchEmbedContent'] : methods,
    ...(generates ? { temperature: 1, topP: 0.95, topK: 64, maxTemperature: 2 } : {}),
    // Models that do not think have no member `thinking`.
    ...(generates && ['2.5', '3'].includes(model.generation) ? { thinking: true } : {}),
  }
}
