import { type CancelSignal, toAbortSignal } from '../contract/cancelSignal.js'
import type { CountMemory } from '../contract/operation.js'
import { logAttempt, MAX_IGNORED_PARAMS } from '../contract/requestLog.js'
import type { EmbeddingRequest, EmbeddingResponse } from '../contract/types.js'
import { readAnswer } from './answer/whole.js'
import type { GeminiChatParts } from './choices.js'
import type { Codec } from './codec/codec.js'
import type { AttemptOptions } from './retries.js'

/** Embeddings by Gemini, with requests and responses in OpenAI's format. */
export interface Embeddings {
  /**
   * Creates one vector for each text.
   *
   * @param texts - the texts of `request.input`
   * @throws an ApiError, such as 503 if the vectors do not fit into memory, or the signal's reason
   */
  embed(texts: readonly string[], request: EmbeddingRequest, options: EmbedOptions): Promise<EmbeddedTexts>
}

/** Options of {@link Embeddings.embed}. */
export interface EmbedOptions extends Omit<AttemptOptions, 'requestedModel'> {
  /** Counts memory against the memory limit, in units of 8 bytes. @throws an ApiError 503 */
  readonly countMemory: CountMemory
}

/** One vector. It is serialized only when it is sent: 2,048 vectors take 78 MB as JSON. */
export type EmbeddingVector = Float32Array | Float64Array

type EmbeddingUsage = EmbeddingResponse['usage']

/** Vectors in the order of the texts, and their token counts; undefined if a call reported none. */
export interface EmbeddedTexts {
  readonly vectors: readonly EmbeddingVector[]
  readonly usage: EmbeddingUsage | undefined
}

// Google's limit of texts in one call: "at most 100 requests can be in one batch". OpenAI's limit
// is 2,048, and its clients send 1,000 by default.
const TEXTS_PER_CALL = 100
const PARALLEL_CALLS = 4

const MAX_DIMENSIONS = 3_072
// Memory that a number in Gemini's response takes while the response is read: as text, and parsed.
const ARRIVING_NUMBER_BYTES = 40
// `countMemory` counts in units of 8 bytes: a byte of a request body takes 8 bytes of memory.
const BYTES_PER_UNIT = 8

const FORWARDED_PARAMS = new Set(['model', 'input', 'dimensions', 'encoding_format'])

/** Dependencies of {@link makeEmbeddings}. */
interface EmbeddingsParts extends Pick<GeminiChatParts, 'client' | 'attempts' | 'redact'> {
  readonly codec: Pick<Codec, 'embeddings' | 'toParam'>
}

/** Makes {@link Embeddings} from their dependencies. */
export function makeEmbeddings({ client, codec, attempts, redact }: EmbeddingsParts): Embeddings {
  const { embeddings, toParam } = codec
  return {
    embed: async (texts, request, options) => {
      const { requestLog, countMemory } = options
      const Vector = request.encoding_format === 'base64' ? Float32Array : Float64Array
      const bytesPerDimension =
        texts.length * Vector.BYTES_PER_ELEMENT + Math.min(texts.length, PARALLEL_CALLS * TEXTS_PER_CALL) * ARRIVING_NUMBER_BYTES
      countMemory(Math.ceil(((request.dimensions ?? MAX_DIMENSIONS) * bytesPerDimension) / BYTES_PER_UNIT))
      const ignoredParams = Object.entries(request).flatMap(([name, value]) => (value === null || FORWARDED_PARAMS.has(name) ? [] : [name]))
      if (ignoredParams.length > 0) requestLog.ignoredParams = ignoredParams.slice(0, MAX_IGNORED_PARAMS)
      const results = await callInParallel(texts.length, options.signal, (first, signal) =>
        attempts.run({ ...options, signal, requestedModel: request.model }, async ({ model, key }) => {
          const batch = { model, texts: texts.slice(first, first + TEXTS_PER_CALL), dimensions: request.dimensions ?? undefined }
          const { path, body } = embeddings.encode(batch)
          logAttempt(requestLog, key)
          const response = await client.post(path, body, { key, signal })
          const answer = await readAnswer(response, { requestedModel: request.model, redact, toParam, promptParam: 'input' }, signal)
          const { vectors, usage } = embeddings.decode(answer, batch)
          return { vectors: vectors.map((vector) => new Vector(vector)), usage }
        }),
      )
      const usage = sumEmbeddingUsage(results)
      if (usage !== undefined) requestLog.usage = { ...usage, completion_tokens: usage.total_tokens - usage.prompt_tokens }
      return { vectors: results.flatMap(({ vectors }) => vectors), usage }
    },
  }
}

/**
 * Calls `callFrom` for every 100 texts, with the index of their first text, and returns the results
 * in order. Up to 4 calls run at a time; the first failure aborts the others.
 */
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
      // Each call adds a listener to its own signal: Node.js warns about 11 listeners on one.
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

/** Returns the sum of the token counts of all calls; undefined if a call reported none. */
function sumEmbeddingUsage(results: readonly EmbeddedTexts[]): EmbeddingUsage | undefined {
  const total = { prompt_tokens: 0, total_tokens: 0 }
  for (const { usage } of results) {
    if (usage === undefined) return undefined
    total.prompt_tokens += usage.prompt_tokens
    total.total_tokens += usage.total_tokens
  }
  return total
}
