import type { EmbeddingResponse } from '../../../src/contract/types.js'
import type { RecordedRequest, Simulator } from '../../doubles/simulator/index.js'
import { type Answer, call } from '../../support/contractHook.js'
import { GEMINI_KEY, type Proxy as RunningProxy } from '../../support/proxy.js'

/** The model of these tests. */
export const MODEL = 'gemini-embedding-001'

/** Asks a proxy for embeddings; the answer has been held against the contract. `input` and `model` are there unless told. */
export const embed = ({ origin }: RunningProxy, body: object = {}, token?: string | null): Promise<Answer> =>
  call(origin, { path: '/v1/embeddings', body: { model: MODEL, input: 'Hello', ...body }, ...(token === undefined ? {} : { token }) })

/** The embeddings of an answer. */
export const dataOf = (answer: Answer): EmbeddingResponse['data'] => (answer.json as EmbeddingResponse).data // `call` has validated it

/** The vectors that the simulator itself gives for some texts: what a client has to end up with. */
export async function vectorsOf({ baseUrl }: Simulator, input: readonly string[], dimensions?: number): Promise<number[][]> {
  const response = await fetch(`${baseUrl}/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${GEMINI_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, input, dimensions }),
  })
  return ((await response.json()) as EmbeddingResponse).data.map(({ embedding }) => embedding as number[]) // its vectors are numbers
}

/** The bodies that Gemini has received. */
export const received = ({ requests }: Simulator): Record<string, unknown>[] =>
  requests.map(({ body }: RecordedRequest) => body as Record<string, unknown>) // the proxy sends JSON objects

/** Reads little-endian 32-bit floats. */
export const decoded = (base64: unknown): number[] => {
  const bytes = Buffer.from(String(base64), 'base64')
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4))
}
