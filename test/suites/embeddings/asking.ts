import type { EmbeddingResponse } from '../../../src/contract/types.js'
import type { RecordedRequest, Simulator } from '../../doubles/simulator/index.js'
import { type Answer, call } from '../../support/contractHook.js'
import { GEMINI_KEY, type ProxyUnderTest as RunningProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'

/** The model of these tests. */
export const MODEL = 'gemini-embedding-001'

/**
 * Requests embeddings from a proxy, with defaults for `input` and `model`. The response is
 * validated against the contract.
 */
export const embed = ({ origin }: RunningProxy, body: object = {}, token?: string | null): Promise<Answer> =>
  call(origin, { path: '/v1/embeddings', body: { model: MODEL, input: 'Hello', ...body }, ...(token === undefined ? {} : { token }) })

/** Returns the embeddings of a response. The cast is safe: `call` has validated the response. */
export const dataOf = (answer: Answer): EmbeddingResponse['data'] => (answer.json as EmbeddingResponse).data

/**
 * Requests vectors from the simulator directly: the ones that clients of the proxy must receive.
 */
export async function vectorsOf({ baseUrl }: Simulator, input: readonly string[], dimensions?: number): Promise<number[][]> {
  const response = await fetch(`${baseUrl}/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${GEMINI_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, input, dimensions }),
  })
  // The cast is safe: the simulator sends vectors as arrays of numbers, not as base64.
  return ((await response.json()) as EmbeddingResponse).data.map(({ embedding }) => embedding as number[])
}

/** Returns the requests that Gemini received, in OpenAI's format. */
export const received = ({ requests }: Simulator): Record<string, unknown>[] =>
  requests.map(({ path, body }: RecordedRequest) => {
    const [, model] = /\/models\/([^/:]+):batchEmbedContents/.exec(path) ?? []
    // The casts are safe: the proxy sends JSON objects.
    return model === undefined ? (body as Record<string, unknown>) : toEmbeddingRequest(model, body as Batch)
  })

/** Request body of the native method `batchEmbedContents`. */
interface Batch {
  readonly requests: readonly {
    readonly content: { readonly parts: readonly { readonly text: string }[] }
    readonly outputDimensionality?: number
  }[]
}

function toEmbeddingRequest(model: string, { requests }: Batch): Record<string, unknown> {
  const dimensions = requests[0]?.outputDimensionality
  return {
    model: decodeURIComponent(model),
    input: requests.map(({ content }) => content.parts.map(({ text }) => text).join('')),
    ...(dimensions === undefined ? {} : { dimensions }),
  }
}

/** Member that the proxy adds to a request for the compatible API; the native API has none. */
export const SENT_FORMAT = isOnNative ? {} : { encoding_format: 'float' }

/** Makes the body of an embedding response of Gemini, in the format of the API under test. */
export const answerWith = (vectors: readonly (readonly number[])[], tokens?: number): string =>
  JSON.stringify(
    isOnNative
      ? { embeddings: vectors.map((values) => ({ values })), ...(tokens && { usageMetadata: { promptTokenCount: tokens } }) }
      : {
          data: vectors.map((embedding, index) => ({ index, embedding })),
          ...(tokens && { usage: { prompt_tokens: tokens, total_tokens: tokens } }),
        },
  )

/** Decodes base64 of little-endian 32-bit floats. */
export const decodeFloats = (base64: unknown): number[] => {
  const bytes = Buffer.from(String(base64), 'base64')
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4))
}
