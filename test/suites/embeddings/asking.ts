import type { EmbeddingResponse } from '../../../src/contract/types.js'
import type { RecordedRequest, Simulator } from '../../doubles/simulator/index.js'
import { type Answer, call } from '../../support/contractHook.js'
import { GEMINI_KEY, type Proxy as RunningProxy } from '../../support/proxy.js'

/** The model of these tests. */
export const MODEL = 'gemini-embedding-001'

/**
 * Requests embeddings from a proxy, with defaults for `input` and `model`. The response is
 * validated against the contract.
 */
export const embed = ({ origin }: RunningProxy, body: object = {}, token?: string | null): Promise<Answer> =>
  call(origin, { path: '/v1/embeddings', body: { model: MODEL, input: 'Hello', ...body }, ...(token === undefined ? {} : { token }) })

/** Returns the embeddings of a response. */
export const dataOf = (answer: Answer): EmbeddingResponse['data'] => (answer.json as EmbeddingResponse).data // `call` has validated it

/**
 * Requests vectors from the simulator directly: the ones that clients of the proxy must receive.
 */
export async function vectorsOf({ baseUrl }: Simulator, input: readonly string[], dimensions?: number): Promise<number[][]> {
  const response = await fetch(`${baseUrl}/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${GEMINI_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, input, dimensions }),
  })
  return ((await response.json()) as EmbeddingResponse).data.map(({ embedding }) => embedding as number[]) // its vectors are numbers
}

/** Returns the request bodies that Gemini received. */
export const received = ({ requests }: Simulator): Record<string, unknown>[] =>
  requests.map(({ body }: RecordedRequest) => body as Record<string, unknown>) // the proxy sends JSON objects

/** Reads little-endian 32-bit floats. */
export const decodeFloats = (base64: unknown): number[] => {
  const bytes = Buffer.from(String(base64), 'base64')
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4))
}
