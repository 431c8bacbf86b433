import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EmbeddingRequest } from '../../../src/contract/types.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { decodeFloats, MODEL, received, SENT_FORMAT, vectorsOf } from '../embeddings/asking.js'

const TEXTS = ['Hello', '世界']
const USAGE = { prompt_tokens: 0, total_tokens: 0 }

let proxy: RunningProxy
let client: OpenAI
beforeAll(async () => {
  proxy = await startProxy({ MODEL_ALIASES: `text-embedding-3-*=${MODEL}` })
  client = new OpenAI({ baseURL: proxy.baseUrl, apiKey: TOKEN, maxRetries: 0 })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/** Rounds numbers to 32-bit floats. */
const inFloat32 = (vectors: readonly (readonly number[])[]): number[][] => vectors.map((vector) => vector.map(Math.fround))

describe('the JavaScript SDK', () => {
  test('gets the right numbers without asking for a format', async () => {
    const { data, object, model, usage } = await client.embeddings.create({ model: MODEL, input: TEXTS })
    expect({ object, model, usage }).toEqual({ object: 'list', model: MODEL, usage: USAGE })
    expect(data.map(({ index }) => index)).toEqual([0, 1])
    expect(data.map(({ embedding }) => embedding)).toEqual(inFloat32(await vectorsOf(proxy.simulator, TEXTS)))
    expect(received(proxy.simulator)[0]).toEqual({ model: MODEL, input: TEXTS, ...SENT_FORMAT })
  })

  test('gets the same numbers as floats, without truncation', async () => {
    const { data } = await client.embeddings.create({ model: MODEL, input: TEXTS, encoding_format: 'float' })
    expect(data.map(({ embedding }) => embedding)).toEqual(await vectorsOf(proxy.simulator, TEXTS))
  })

  test('gets base64 if it requests it', async () => {
    const { data } = await client.embeddings.create({ model: MODEL, input: 'Hello', encoding_format: 'base64', dimensions: 8 })
    expect(data.map(({ embedding }) => decodeFloats(embedding))).toEqual(inFloat32(await vectorsOf(proxy.simulator, ['Hello'], 8)))
  })

  test('may set every parameter that its types know', async () => {
    const request = { model: MODEL, input: 'Hello', dimensions: 8, encoding_format: 'float', user: 'u-1' } as const
    const every: Required<OpenAI.EmbeddingCreateParams> = request
    every satisfies EmbeddingRequest
    const { response } = await client.embeddings.create(every).withResponse()
    expect(response.headers.get('x-gemini-proxy-ignored-params')).toBe('user')
  })

  test("may use OpenAI's model names if the operator maps them", async () => {
    const { data, response } = await client.embeddings.create({ model: 'text-embedding-3-small', input: 'Hello' }).withResponse()
    expect(data.model).toBe('text-embedding-3-small')
    expect(response.headers.get('x-gemini-proxy-model')).toBe(MODEL)
  })

  test('gets a thousand vectors from one call', async () => {
    const input = Array.from({ length: 1000 }, (_, at) => `text ${at}`)
    const { data } = await client.embeddings.create({ model: MODEL, input, dimensions: 16 })
    expect(data.map(({ index }) => index)).toEqual(input.map((_, at) => at))
    expect(data.at(-1)?.embedding).toEqual(inFloat32(await vectorsOf(proxy.simulator, ['text 999'], 16))[0])
  })

  test.each([
    ['token numbers', { model: MODEL, input: [1, 2] }, OpenAI.BadRequestError, 'unsupported_value', 'input'],
    ['an empty text', { model: MODEL, input: '' }, OpenAI.BadRequestError, 'string_too_short', 'input'],
    ['an unknown model', { model: 'no-such-model', input: 'Hello' }, OpenAI.NotFoundError, 'model_not_found', 'model'],
  ])('throws an error that a caller can handle: %s', async (_, request, kind, code, param) => {
    const failed = client.embeddings.create(request)
    await expect(failed).rejects.toBeInstanceOf(kind)
    await expect(failed).rejects.toMatchObject({ code, param, type: 'invalid_request_error', requestID: expect.any(String) })
  })

  test('does not repeat a request that a retry cannot fix', async () => {
    proxy.simulator.settings.behaviour = { error: 'quota-day' }
    const patient = new OpenAI({ baseURL: proxy.baseUrl, apiKey: TOKEN })
    await expect(patient.embeddings.create({ model: MODEL, input: 'Hello' })).rejects.toBeInstanceOf(OpenAI.RateLimitError)
    expect(proxy.simulator.totalRequests).toBe(1)
  })
})

describe('the Python SDK', () => {
  let seen: Record<string, unknown>
  let vectors: number[][]
  beforeAll(async () => {
    proxy.simulator.reset()
    const env = { PROXY_URL: proxy.origin, PROXY_TOKEN: TOKEN, PROXY_MODEL: MODEL }
    // The cast is safe: the script prints a JSON object.
    seen = (await runPython('test/suites/sdk/python/embeddings.py', env)) as Record<string, unknown>
    vectors = await vectorsOf(proxy.simulator, TEXTS, 8)
  }, 180_000) // time limit in ms: the first run installs the Python SDK

  test.each(['usual', 'asynchronous'])('gets the right numbers without asking for a format: %s', (name) => {
    expect(seen[name]).toEqual({ object: 'list', model: MODEL, indices: [0, 1], vectors: inFloat32(vectors), usage: USAGE })
  })

  test('gets the same numbers as floats, unshortened', () => {
    expect(seen.float).toMatchObject({ indices: [0, 1], vectors })
  })

  test('may set every parameter that its types know', () => {
    expect(seen.every_parameter).toMatchObject({ indices: [0] })
  })

  test('raises an error that a caller can handle', () => {
    expect(seen.tokens).toEqual(['BadRequestError', 400, 'unsupported_value', 'input'])
    expect(seen.unknown_model).toEqual(['NotFoundError', 404, 'model_not_found', 'model'])
  })
})
