import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EmbeddingResponse } from '../../../src/contract/types.js'
import { failure, simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { answerWith, dataOf, decodeFloats, embed, MODEL, received, SENT_FORMAT, vectorsOf } from './asking.js'

let proxy: RunningProxy
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

describe('vectors', () => {
  test('are numbers by default', async () => {
    const answer = await embed(proxy)
    const [expected] = await vectorsOf(proxy.simulator, ['Hello'])
    expect(answer.json).toMatchObject({ object: 'list', model: MODEL, data: [{ object: 'embedding', index: 0 }] })
    expect(dataOf(answer)[0]?.embedding).toEqual(expected)
  })

  test.each(['float', null])('are numbers if encoding_format is %s', async (encoding_format) => {
    const [expected] = await vectorsOf(proxy.simulator, ['Hello'])
    expect(dataOf(await embed(proxy, { encoding_format }))[0]?.embedding).toEqual(expected)
  })

  test('are little-endian 32-bit floats if encoding_format is base64', async () => {
    const [expected] = await vectorsOf(proxy.simulator, ['Hello'], 8)
    const [embedding] = dataOf(await embed(proxy, { encoding_format: 'base64', dimensions: 8 }))
    expect(embedding?.embedding).toHaveLength(44)
    expect(decodeFloats(embedding?.embedding)).toEqual(expected?.map(Math.fround))
  })

  test('have the requested dimensions', async () => {
    expect(dataOf(await embed(proxy, { dimensions: 256 }))[0]?.embedding).toHaveLength(256)
    expect(received(proxy.simulator)[0]?.dimensions).toBe(256)
  })

  test('are in the order of the texts, each with its index', async () => {
    const input = ['first', 'second', 'third']
    const data = dataOf(await embed(proxy, { input, dimensions: 4 }))
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(data.map(({ embedding }) => embedding)).toEqual(await vectorsOf(proxy.simulator, input, 4))
  })
})

describe('the upstream request', () => {
  test('has no parameter that Gemini does not know; the response lists them', async () => {
    const answer = await embed(proxy, { user: 'u-1', input_type: 'query', extra_body: { google: {} } })
    expect(answer.headers['x-gemini-proxy-ignored-params']).toBe('user, input_type, extra_body')
    expect(Object.keys(received(proxy.simulator)[0] ?? {})).toEqual(['model', 'input', ...Object.keys(SENT_FORMAT)])
  })

  test('has no optional parameter that is null; the response lists none', async () => {
    const answer = await embed(proxy, { dimensions: null, encoding_format: null, user: null, unheard_of: null })
    expect(answer.status).toBe(200)
    expect(answer.headers).not.toHaveProperty('x-gemini-proxy-ignored-params')
    expect(received(proxy.simulator)).toEqual([{ model: MODEL, input: ['Hello'], ...SENT_FORMAT }])
  })
})

describe('usage', () => {
  test('is taken from Gemini', async () => {
    proxy.simulator.next({ rawBody: answerWith([[1]], 7) })
    expect((await embed(proxy)).json).toMatchObject({ usage: { prompt_tokens: 7, total_tokens: 7 } })
  })

  test('is 0 if Gemini sends none', async () => {
    expect((await embed(proxy)).json).toMatchObject({ usage: { prompt_tokens: 0, total_tokens: 0 } })
  })
})

describe('input', () => {
  test.each([
    ['token numbers', [1, 2, 3]],
    ['lists of token numbers', [[1, 2], [3]]],
    ['texts among token numbers', ['a', 1]],
  ])('of %s is rejected with an explanation', async (_, input) => {
    const answer = await embed(proxy, { input })
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual(failure('unsupported_value', 'input'))
    expect(answer.text).toContain('`check_embedding_ctx_length=False`')
    expect(proxy.simulator.totalRequests).toBe(0)
  })

  test.each([
    ['an empty text', '', 'string_too_short', 'input'],
    ['an empty list', [], 'empty_array', 'input'],
    ['an empty text in a list', ['a', ''], 'string_too_short', 'input[1]'],
    ['null', null, 'invalid_type', 'input'],
    ['null in a list', ['a', null], 'invalid_type', 'input[1]'],
    ['an object', { text: 'a' }, 'invalid_type', 'input'],
    ['a fraction', [1.5], 'invalid_type', 'input[0]'],
    ['a list that is too long', Array(2049).fill('a'), 'array_too_long', 'input'],
    ['nothing', undefined, 'missing_required_parameter', 'input'],
  ])('that is %s is a 400', async (_, input, code, param) => {
    const answer = await embed(proxy, { input })
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual(failure(code, param))
  })

  test.each([
    ['dimensions', 0, 'integer_below_min_value'],
    ['dimensions', '256', 'invalid_type'],
    ['encoding_format', 'int8', 'invalid_value'],
    ['user', 1, 'invalid_type'],
    ['model', '', 'string_too_short'],
    ['model', undefined, 'missing_required_parameter'],
  ])('is not processed if %s is %j', async (param, value, code) => {
    const answer = await embed(proxy, { [param]: value })
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual(failure(code, param))
  })

  test('needs a token', async () => {
    expect((await embed(proxy, {}, null)).json).toEqual(failure(null))
    const answer = await embed(proxy, {}, 'not-a-token')
    expect(answer.status).toBe(401)
    expect(answer.json).toEqual(failure('invalid_api_key'))
  })
})

describe('a failure of Gemini', () => {
  test.each([
    ['quota-minute', 429, failure('rate_limit_exceeded', null, 'rate_limit_exceeded')],
    ['quota-day', 429, failure('insufficient_quota', null, 'insufficient_quota')],
    ['invalid', 502, failure('upstream_auth_error', null, 'server_error')],
    ['region', 502, failure('upstream_region_unsupported', null, 'server_error')],
    ['invalid-argument', 400, failure('invalid_request')],
    ['not-found', 404, failure('model_not_found', 'model')],
    ['unavailable', 503, failure('upstream_overloaded', null, 'server_error')],
    ['internal', 502, failure('upstream_error', null, 'server_error')],
    ['deadline', 504, failure('upstream_timeout', null, 'server_error')],
  ] as const)('%s is %i', async (error, status, body) => {
    const own = await startProxy({ MAX_RETRIES: '0' }, { behaviour: { error } })
    const answer = await embed(own)
    await own.close()
    expect(answer.status).toBe(status)
    expect(answer.json).toEqual(body)
  })

  test('has the Retry-After that Gemini sent', async () => {
    const own = await startProxy({ MAX_RETRIES: '0' }, { behaviour: { error: 'quota-minute' } })
    const answer = await embed(own)
    await own.close()
    expect(answer.headers['retry-after']).toBe('41')
  })

  test.each(['<html>', '[]', 'null', '"text"', '{"data":'])('is a response of an unknown format: %s', async (rawBody) => {
    proxy.simulator.next({ rawBody })
    const answer = await embed(proxy)
    expect(answer.status).toBe(502)
    expect(answer.json).toEqual(failure('upstream_error', null, 'server_error'))
  })

  test('is an error with status 200', async () => {
    proxy.simulator.next({ rawBody: '[{"error":{"code":400,"message":"too long","status":"INVALID_ARGUMENT"}}]' })
    expect((await embed(proxy)).json).toEqual(failure('invalid_request'))
  })

  test('is a response that breaks off', async () => {
    const own = await startProxy({ MAX_RETRIES: '0' }, { behaviour: { fault: { kind: 'cut', when: { afterBytes: 100 } } } })
    const answer = await embed(own)
    await own.close()
    expect(answer.status).toBe(502)
    expect(answer.json).toEqual(failure('upstream_error', null, 'server_error'))
  })
})

test('the log has model, status and token counts of an embedding, but not its text', async () => {
  proxy.logs.length = 0
  proxy.simulator.next({ rawBody: answerWith([[1]], 7) })
  const { headers } = await embed(proxy, { input: 'a secret text' })
  await expect
    .poll(() => proxy.logs.find(({ requestId }) => requestId === headers['x-request-id']))
    .toMatchObject({
      operation: 'createEmbedding',
      model: MODEL,
      status: 200,
    })
  expect(JSON.stringify(proxy.logs)).toMatch(/"\w*promptTokens":7|"prompt_tokens":7/)
  expect(JSON.stringify(proxy.logs)).not.toContain('secret')
})

test('a client that disconnects cancels its upstream request', async () => {
  const controller = new AbortController()
  const asked = fetch(`${proxy.baseUrl}/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, input: `Hello ${simulate({ latencyMs: 10_000 })}` }),
    signal: controller.signal,
  })
  await expect.poll(() => proxy.simulator.openRequests).toBe(1)
  controller.abort()
  await expect(asked).rejects.toThrow()
  await expect.poll(() => proxy.simulator.abortedRequests).toBe(1)
})

describe('more texts than Gemini accepts in one request', () => {
  const input = Array.from({ length: 250 }, (_, at) => `text ${at}`)

  test('are sent in groups of 100 and returned as one list in order', async () => {
    const data = dataOf(await embed(proxy, { input, dimensions: 4 }))
    const sent = received(proxy.simulator).map((body) => body.input as string[])
    expect(sent.map(({ length }) => length).sort()).toEqual([100, 100, 50])
    expect(data.map(({ index }) => index)).toEqual(input.map((_, at) => at))
    expect(data.map(({ embedding }) => embedding)).toEqual(await vectorsOf(proxy.simulator, input, 4))
  })

  test.each(['float', 'base64'])(
    'are rejected if memory is too small for the vectors of concurrent requests: %s',
    async (encoding_format) => {
      const own = await startProxy({ MAX_RETRIES: '0', MAX_INFLIGHT_BODY_BYTES: '700000' })
      own.simulator.next({ hold: 'before-headers', repeat: 3 })
      const many = { input, dimensions: 256, encoding_format }
      const first = embed(own, many)
      await expect.poll(() => own.simulator.requests.length).toBe(3)
      const second = await embed(own, many)
      expect([second.status, second.headers['retry-after']]).toEqual([503, '1'])
      expect(own.simulator.totalRequests).toBe(3)
      expect((await embed(own, { dimensions: 256 })).status).toBe(200)
      own.simulator.release(Number.POSITIVE_INFINITY)
      expect((await first).status).toBe(200)
      expect((await embed(own, many)).status).toBe(200)
      await own.close()
    },
  )

  test.each(['float', 'base64'])('are sent in chunks: %s', async (encoding_format) => {
    const response = await fetch(`${proxy.baseUrl}/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: MODEL, input, encoding_format, dimensions: 3072 }),
    })
    expect(response.headers.get('content-length')).toBeNull()
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const { data } = (await response.json()) as EmbeddingResponse
    expect(data.map(({ index }) => index)).toEqual(input.map((_, at) => at))
  })

  test('are accepted up to the limit of OpenAI', async () => {
    const texts = Array.from({ length: 2048 }, (_, at) => `text ${at}`)
    const { data } = (await embed(proxy, { input: texts, dimensions: 1, encoding_format: 'base64' })).json as EmbeddingResponse
    expect(data).toHaveLength(2048)
    expect(data.at(-1)?.index).toBe(2047)
    expect(proxy.simulator.totalRequests).toBe(21)
  })

  test('have the sum of the tokens of all requests', async () => {
    const rawBody = answerWith(Array<number[]>(100).fill([1]), 300)
    proxy.simulator.next({ rawBody, repeat: 2 })
    const answer = await embed(proxy, { input: input.slice(0, 200) })
    expect(answer.json).toMatchObject({ usage: { prompt_tokens: 600, total_tokens: 600 } })
  })

  test('fail together: one failure cancels the other requests', async () => {
    proxy.simulator.next({ latencyMs: 10_000, repeat: 2 }, { error: 'invalid-argument' })
    const answer = await embed(proxy, { input })
    expect(answer.json).toEqual(failure('invalid_request'))
    await expect.poll(() => proxy.simulator.abortedRequests).toBe(2)
  })
})
