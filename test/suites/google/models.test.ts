import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { ask, MODEL, prompt, reasonOf, startNativeProxy } from './google.js'

const RETIRED = 'gemini-2.0-flash'
const REPLACEMENT = 'gemini-3.8-flash'
const EMBEDDER = 'gemini-embedding-001'
const ALIASES = { MODEL_ALIASES: `chat=${MODEL},chat:8b=${MODEL},vectors=${EMBEDDER}` }

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startNativeProxy({ ...ALIASES, MAX_RETRIES: '0' }, { models: { [RETIRED]: 'retired' } })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const paths = (): string[] => proxy.simulator.requests.map(({ path }) => path)
const SERVED = 'x-gemini-proxy-model'

describe('a model alias', () => {
  test('is replaced in the URL, and the served model is in a header', async () => {
    const { status, headers } = await ask(proxy, 'generateContent', prompt('hi'), { model: 'chat' })
    expect([status, headers[SERVED], paths()]).toEqual([200, MODEL, [`/v1beta/models/${MODEL}:generateContent`]])
  })

  test('is replaced in a body that must have the same model', async () => {
    const counted = { generateContentRequest: { model: 'models/chat', ...prompt('hi') } }
    expect((await ask(proxy, 'countTokens', counted, { model: 'chat' })).status).toBe(200)
    const request = { model: 'models/vectors', content: { parts: [{ text: 'a' }] }, outputDimensionality: 3 }
    expect((await ask(proxy, 'embedContent', request, { model: 'vectors' })).status).toBe(200)
    const { json } = await ask(proxy, 'batchEmbedContents', { requests: [request, request] }, { model: 'vectors' })
    expect(json).toMatchObject({ embeddings: [{}, {}] })
    expect(JSON.stringify(proxy.simulator.requests.map(({ body }) => body))).not.toMatch(/models\/(chat|vectors)/)
  })

  test.each(['chat', 'chat:8b'])('is described as the model it maps to: %s', async (name) => {
    expect((await call(proxy.origin, { path: `/v1beta/models/${name}` })).json).toMatchObject({ name: `models/${MODEL}` })
  })
})

describe('a retired model', () => {
  test.each(['generateContent', 'streamGenerateContent?alt=sse'])('is served by its replacement: %s', async (method) => {
    proxy.simulator.settings.models = { [RETIRED]: 'retired' }
    const { status, headers } = await ask(proxy, method, prompt('hi'), { model: RETIRED })
    expect([status, headers[SERVED]]).toEqual([200, REPLACEMENT])
  })

  test('is 404 with RETIRED_MODELS=error', async () => {
    const strict = await startNativeProxy({ RETIRED_MODELS: 'error' }, { models: { [RETIRED]: 'retired' } })
    try {
      const answer = await ask(strict, 'generateContent', prompt('hi'), { model: RETIRED })
      expect([answer.status, reasonOf(answer)]).toEqual([404, 'MODEL_NOT_FOUND'])
    } finally {
      await strict.close()
    }
  })
})

describe('a model that does not exist', () => {
  const content = { parts: [{ text: 'a' }] }
  test.each([
    ['generateContent', prompt('hi')],
    ['streamGenerateContent', prompt('hi')],
    ['countTokens', prompt('hi')],
    ['embedContent', { content }],
    ['batchEmbedContents', { requests: [{ model: 'models/gemini-0', content }] }],
  ])('is 404: %s', async (method, body) => {
    const answer = await ask(proxy, method, body, { model: 'gemini-0' })
    expect([answer.status, reasonOf(answer)]).toEqual([404, 'MODEL_NOT_FOUND'])
  })

  test('is 404 if its name is too long', async () => {
    const answer = await ask(proxy, 'generateContent', prompt('hi'), { model: 'x'.repeat(300) })
    expect([answer.status, proxy.simulator.requests]).toEqual([404, []])
  })
})

test.each(['x:y', 'x%3Ay', `${MODEL}%3AcountTokens`])('a description of %s is 404, without a call to Google', async (model) => {
  const answer = await call(proxy.origin, { path: `/v1beta/models/${model}` })
  expect([answer.status, reasonOf(answer), paths()]).toEqual([404, 'MODEL_NOT_FOUND', []])
})

describe('the list of models', () => {
  test('is that of Google, page by page', async () => {
    const first = (await call(proxy.origin, { path: '/v1beta/models?pageSize=2' })).json as { models: object[]; nextPageToken: string }
    expect(first.models).toHaveLength(2)
    const { json } = await call(proxy.origin, { path: `/v1beta/models?pageSize=2&pageToken=${encodeURIComponent(first.nextPageToken)}` })
    expect((json as { models: object[] }).models).not.toEqual(first.models)
  })

  test('at /v1 is still that of OpenAI', async () => {
    expect((await call(proxy.origin, { path: '/v1/models' })).json).toMatchObject({ object: 'list' })
  })
})

describe('an error', () => {
  test("has Google's original body if it is about the content", async () => {
    const { status, text } = await ask(proxy, 'generateContent', {})
    expect(status).toBe(400)
    expect(text).toBe(
      `${JSON.stringify({ error: { code: 400, message: '* GenerateContentRequest.contents: contents is not specified\n', status: 'INVALID_ARGUMENT' } }, null, 2)}\n`,
    )
  })

  test.each([
    ['about a key', 'API key not valid. Please pass a valid API key.', 502],
    ['about a project', 'Something is wrong in project 123456789.', 400],
  ])('has no information about the operator: %s', async (_what, message, status) => {
    const answer = await ask(
      proxy,
      'generateContent',
      prompt(`hi ${simulate({ error: { code: 400, status: 'INVALID_ARGUMENT', message } })}`),
    )
    expect(answer.status).toBe(status)
    expect(answer.text).not.toMatch(/123456789|API key not valid/)
  })

  test.each([
    ['invalid JSON', '{', 400],
    ['an array', '[]', 400],
    ['a text', '"x"', 400],
    ['nothing', '', 400],
  ])('for a body that is %s is 400', async (_what, body, status) => {
    const answer = await ask(proxy, 'generateContent', body, { headers: { 'content-type': 'application/json' } })
    expect(answer.status).toBe(status)
  })

  test('for an unknown value of a query parameter contains the value', async () => {
    const answer = await ask(proxy, 'streamGenerateContent?alt=proto', prompt('hi'))
    expect(answer.status).toBe(400)
    expect(answer.text).toContain("Invalid value: 'proto'. Supported values are: 'json', 'sse'.")
  })

  test.each([
    ['GET', `/v1beta/models/${MODEL}:generateContent`, 405],
    ['GET', `/v1/models/${MODEL}:countTokens`, 405],
    ['POST', `/v1beta/models/${MODEL}`, 405],
    ['DELETE', '/v1beta/models', 405],
    ['POST', `/v1beta/models/${MODEL}:predict`, 404],
    ['POST', `/v1/models/${MODEL}:batchGenerateContent`, 404],
    ['POST', '/v1beta/tunedModels/x:generateContent', 404],
  ])('for %s %s is %i', async (method, path, status) => {
    const body = method === 'POST' ? {} : undefined
    expect((await call(proxy.origin, { method, path, ...(body && { body }) })).status).toBe(status)
  })
})

test.each([
  ['GET', '/v1beta/models'],
  ['GET', `/v1beta/models/${MODEL}`],
  ['POST', `/v1beta/models/${MODEL}:generateContent`],
  ['POST', `/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`],
])('with the compatible API, %s %s is a 400 with an explanation', async (method, path) => {
  const compat = await startProxy({ GEMINI_UPSTREAM: 'compat' })
  try {
    const { status, json } = await call(compat.origin, { method, path, ...(method === 'POST' && { body: prompt('hi') }) })
    expect(status).toBe(400)
    expect(json).toMatchObject({
      error: { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringContaining('GEMINI_UPSTREAM=native') },
    })
    expect(compat.simulator.requests).toEqual([])
  } finally {
    await compat.close()
  }
})
