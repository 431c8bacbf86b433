import type { Secret } from '../config/secret.js'
import { apiError } from '../contract/errors.js'
import type { EmbeddingRequest, EmbeddingResponse } from '../contract/types.js'
import { readAnswer } from './answer/whole.js'
import type { Call } from './choices.js'
import type { Attempts } from './retries.js'
import type { Client } from './wire/openaiClient.js'

/** The embedding side of Gemini. */
export interface Embeddings {
  /**
   * Gives one vector for each text, in their order.
   *
   * @param texts - those of `request.input`
   * @throws an ApiError, or the signal's reason
   */
  embed(texts: readonly string[], request: EmbeddingRequest, call: EmbeddingCall): Promise<EmbeddingResponse>
}

/** One call of {@link Embeddings}. */
export type EmbeddingCall = Pick<Call, 'served' | 'signal' | 'deadlineAt' | 'requestLog'>

type Embedding = EmbeddingResponse['data'][number]
type Usage = EmbeddingResponse['usage']

/** An answer as Gemini sends it: zeros are left out, and mostly the usage too. */
interface RawEmbeddings {
  readonly data?: readonly ({ readonly index?: number; readonly embedding?: unknown } | null)[]
  readonly usage?: Partial<Usage> | null
}

/** The vectors of some of the texts. */
interface Batch {
  readonly data: readonly Embedding[]
  readonly usage: Usage | undefined
}

const PATH = '/embeddings'
// Google refuses more: "at most 100 requests can be in one batch". OpenAI takes 2,048, and its clients send 1,000 at once.
const TEXTS_PER_REQUEST = 100
const REQUESTS_AT_ONCE = 4
const KNOWN = new Set(['model', 'input', 'dimensions', 'encoding_format'])

/** What {@link makeEmbeddings} needs. */
export interface EmbeddingsParts {
  readonly client: Client
  readonly attempts: Attempts
}

/** Makes the embedding side of Gemini. */
export function makeEmbeddings({ client, attempts }: EmbeddingsParts): Embeddings {
  return {
    embed: async (texts, request, { served, signal, deadlineAt, requestLog }) => {
      const ignoredParams = Object.entries(request).flatMap(([name, value]) => (value === null || KNOWN.has(name) ? [] : [name]))
      if (ignoredParams.length > 0) requestLog.ignoredParams = ignoredParams
      const onRepeat = (): void => {
        requestLog.repeats = (requestLog.repeats ?? 0) + 1
      }
      const batches = await inParallel(texts.length, signal, (first, either) =>
        attempts.run({ served, asked: request.model, signal: either, deadlineAt, onRepeat }, (_, key) =>
          embedBatch(client, { texts, first, served, request, key, signal: either }),
        ),
      )
      const usage = sum(batches)
      if (usage !== undefined) requestLog.usage = { ...usage, completion_tokens: usage.total_tokens - usage.prompt_tokens }
      return {
        object: 'list',
        model: request.model,
        data: batches.flatMap(({ data }) => data),
        usage: usage ?? { prompt_tokens: 0, total_tokens: 0 },
      }
    },
  }
}

interface BatchParts {
  readonly texts: readonly string[]
  /** Place of the batch's first text. */
  readonly first: number
  readonly served: string
  readonly request: EmbeddingRequest
  readonly key: Secret
  readonly signal: AbortSignal
}

async function embedBatch(client: Client, { texts, first, served, request, key, signal }: BatchParts): Promise<Batch> {
  const input = texts.slice(first, first + TEXTS_PER_REQUEST)
  // Never base64: Google sends numbers, which the SDKs would decode into nothing. Undefined is left out by JSON.
  const body = { model: served, input, encoding_format: 'float', dimensions: request.dimensions ?? undefined }
  const response = await client.post(PATH, body, { key, signal })
  const answer: RawEmbeddings = await readAnswer(response, { askedModel: request.model, key }, signal)
  const vectors = inOrder(answer.data, input.length)
  const toEmbedding = (vector: number[], place: number): Embedding => ({
    object: 'embedding',
    index: first + place,
    embedding: request.encoding_format === 'base64' ? toBase64(vector) : vector,
  })
  return { data: vectors.map(toEmbedding), usage: toUsage(answer.usage) }
}

/** Asks for all batches, some at a time. Where one fails, the others are given up. */
async function inParallel(
  count: number,
  signal: AbortSignal,
  embedFrom: (first: number, signal: AbortSignal) => Promise<Batch>,
): Promise<readonly Batch[]> {
  if (count <= TEXTS_PER_REQUEST) return [await embedFrom(0, signal)]
  const batches: Batch[] = new Array(Math.ceil(count / TEXTS_PER_REQUEST))
  const failed = new AbortController()
  let next = 0
  const work = async (): Promise<void> => {
    for (let place = next++; place < batches.length; place = next++) {
      // One for each: the SDK leaves its listener on the signal, and Node.js warns of the eleventh.
      const either = AbortSignal.any([signal, failed.signal])
      batches[place] = await embedFrom(place * TEXTS_PER_REQUEST, either)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(REQUESTS_AT_ONCE, batches.length) }, work))
  } catch (error) {
    failed.abort(error)
    throw error
  }
  return batches
}

/**
 * Brings the vectors of one answer into the order of their texts.
 *
 * @see https://github.com/spring-projects/spring-ai/issues/7019 index 0 is left out
 * @throws 502 where there is not exactly one vector for each text
 */
function inOrder(data: RawEmbeddings['data'], count: number): readonly number[][] {
  const items = Array.isArray(data) ? data : []
  const isIndexed = items.some((item) => item?.index !== undefined)
  const vectors: unknown[] = new Array(count).fill(undefined)
  for (const [place, item] of items.entries()) vectors[isIndexed ? (item?.index ?? 0) : place] = item?.embedding
  const isWhole = items.length === count && vectors.length === count && vectors.every((vector) => Array.isArray(vector))
  if (!isWhole) throw apiError('upstream_error', 'Gemini did not return one embedding for each input. Retry the request.')
  // Google's vectors are numbers: floats were asked for.
  return vectors as number[][]
}

/** Writes a vector as OpenAI does: little-endian 32-bit floats. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(vector.length * 4)
  for (let at = 0; at < vector.length; at += 1) bytes.writeFloatLE(vector[at] ?? 0, at * 4)
  return bytes.toString('base64')
}

function toUsage(raw: RawEmbeddings['usage']): Usage | undefined {
  const prompt = raw?.prompt_tokens ?? raw?.total_tokens
  return prompt === undefined ? undefined : { prompt_tokens: prompt, total_tokens: raw?.total_tokens ?? prompt }
}

/** The tokens of all batches; undefined where one of them did not tell. */
function sum(batches: readonly Batch[]): Usage | undefined {
  const total = { prompt_tokens: 0, total_tokens: 0 }
  for (const { usage } of batches) {
    if (usage === undefined) return undefined
    total.prompt_tokens += usage.prompt_tokens
    total.total_tokens += usage.total_tokens
  }
  return total
}
