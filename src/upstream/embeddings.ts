import { type CancelSignal, toAbortSignal } from '../contract/cancelSignal.js'
import { apiError } from '../contract/errors.js'
import { logAttempt, MOST_IGNORED_PARAMS } from '../contract/requestLog.js'
import type { EmbeddingRequest, EmbeddingResponse } from '../contract/types.js'
import { readAnswer } from './answer/whole.js'
import type { GeminiParts } from './choices.js'
import type { AttemptOptions } from './retries.js'

/** Gemini's embeddings, in the format of OpenAI's. */
export interface Embeddings {
  /**
   * Creates one embedding for each text, in the order of the texts.
   *
   * @param texts - those of `request.input`
   * @throws an ApiError, or the signal's reason
   */
  embed(texts: readonly string[], request: EmbeddingRequest, options: Omit<AttemptOptions, 'requestedModel'>): Promise<EmbeddingResponse>
}

type Embedding = EmbeddingResponse['data'][number]
type EmbeddingUsage = EmbeddingResponse['usage']

/** A response as Gemini sends it: zeros are omitted, and mostly the usage as well. */
interface RawEmbeddings {
  readonly data?: readonly ({ readonly index?: number; readonly embedding?: unknown } | null)[]
  readonly usage?: Partial<EmbeddingUsage> | null
}

/** The result of one upstream call. */
interface EmbeddedTexts {
  readonly data: readonly Embedding[]
  readonly usage: EmbeddingUsage | undefined
}

// Google's limit: "at most 100 requests can be in one batch". OpenAI's is 2,048, and its clients
// send 1,000 by default.
const TEXTS_PER_CALL = 100
const PARALLEL_CALLS = 4
const FORWARDED_PARAMS = new Set(['model', 'input', 'dimensions', 'encoding_format'])

/** Makes the embedding side of Gemini. */
export function makeEmbeddings({ client, attempts, redact }: Pick<GeminiParts, 'client' | 'attempts' | 'redact'>): Embeddings {
  return {
    embed: async (texts, request, options) => {
      const { requestLog } = options
      const ignoredParams = Object.entries(request).flatMap(([name, value]) => (value === null || FORWARDED_PARAMS.has(name) ? [] : [name]))
      if (ignoredParams.length > 0) requestLog.ignoredParams = ignoredParams.slice(0, MOST_IGNORED_PARAMS)
      const results = await callInParallel(texts.length, options.signal, (first, signal) =>
        attempts.run({ ...options, signal, requestedModel: request.model }, async ({ model, key }) => {
          const input = texts.slice(first, first + TEXTS_PER_CALL)
          // Never base64: Google would send numbers all the same, and the SDKs fail to decode them.
          const body = { model, input, encoding_format: 'float', dimensions: request.dimensions ?? undefined }
          logAttempt(requestLog, key)
          const response = await client.post('/embeddings', body, { key, signal })
          const answer: RawEmbeddings = await readAnswer(response, { requestedModel: request.model, redact }, signal)
          const toEmbedding = (vector: number[], index: number): Embedding => ({
            object: 'embedding',
            index: first + index,
            embedding: request.encoding_format === 'base64' ? toBase64(vector) : vector,
          })
          return { data: sortVectors(answer.data, input.length).map(toEmbedding), usage: toEmbeddingUsage(answer.usage) }
        }),
      )
      const usage = sumEmbeddingUsage(results)
      if (usage !== undefined) requestLog.usage = { ...usage, completion_tokens: usage.total_tokens - usage.prompt_tokens }
      return {
        object: 'list',
        model: request.model,
        data: results.flatMap(({ data }) => data),
        usage: usage ?? { prompt_tokens: 0, total_tokens: 0 },
      }
    },
  }
}

/** Makes all calls for `count` texts, some in parallel. The first failure aborts the others. */
async function callInParallel(
  count: number,
  signal: CancelSignal,
  callFrom: (first: number, signal: CancelSignal) => Promise<EmbeddedTexts>,
): Promise<readonly EmbeddedTexts[]> {
  if (count <= TEXTS_PER_CALL) return [await callFrom(0, signal)]
  const results: EmbeddedTexts[] = new Array(Math.ceil(count / TEXTS_PER_CALL))
  const failed = new AbortController()
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < results.length; index = next++) {
      // One signal per call: each call adds listeners, and Node.js warns about the eleventh.
      const either = AbortSignal.any([toAbortSignal(signal), failed.signal])
      results[index] = await callFrom(index * TEXTS_PER_CALL, either)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(PARALLEL_CALLS, results.length) }, work))
  } catch (error) {
    failed.abort(error)
    throw error
  }
  return results
}

/**
 * Sorts the vectors of one response into the order of their texts.
 *
 * @see https://github.com/spring-projects/spring-ai/issues/7019 index 0 is omitted
 * @throws 502 where there is not exactly one vector for each text
 */
function sortVectors(data: RawEmbeddings['data'], count: number): readonly number[][] {
  const items = Array.isArray(data) ? data : []
  const isIndexed = items.some((item) => item?.index !== undefined)
  const vectors: unknown[] = new Array(count).fill(undefined)
  for (const [position, item] of items.entries()) vectors[isIndexed ? (item?.index ?? 0) : position] = item?.embedding
  const isComplete = items.length === count && vectors.length === count && vectors.every((vector) => Array.isArray(vector))
  if (!isComplete) throw apiError('upstream_error', 'Gemini did not return one embedding for each input. Retry the request.')
  // Google's vectors are arrays of numbers, as the request says `float`.
  return vectors as number[][]
}

/** Encodes a vector like OpenAI: little-endian 32-bit floats. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(vector.length * 4)
  vector.forEach((value, index) => void bytes.writeFloatLE(value, index * 4))
  return bytes.toString('base64')
}

function toEmbeddingUsage(raw: RawEmbeddings['usage']): EmbeddingUsage | undefined {
  const prompt = raw?.prompt_tokens ?? raw?.total_tokens
  return prompt === undefined ? undefined : { prompt_tokens: prompt, total_tokens: raw?.total_tokens ?? prompt }
}

/** Adds up the tokens of all calls; undefined where one of them reported none. */
function sumEmbeddingUsage(results: readonly EmbeddedTexts[]): EmbeddingUsage | undefined {
  const total = { prompt_tokens: 0, total_tokens: 0 }
  for (const { usage } of results) {
    if (usage === undefined) return undefined
    total.prompt_tokens += usage.prompt_tokens
    total.total_tokens += usage.total_tokens
  }
  return total
}
