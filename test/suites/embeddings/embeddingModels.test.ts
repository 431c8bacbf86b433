import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, chat, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'
import { embed, MODEL, received } from './asking.js'

const ALIASES = 'text-embedding-3-small=gemini-embedding-001,ada-*=models/gemini-embedding-2,*-chat=gemini-3.5-flash,*=gemini-3.8-flash'

let plain: RunningProxy
let aliased: RunningProxy
beforeAll(async () => {
  plain = await startProxy(
    { EXTRA_MODELS: 'my-embedder' },
    { models: { 'gemini-embedding-2-preview': 'alive', 'gemini-embedding-9': 'alive' } },
  )
  aliased = await startProxy({ MODEL_ALIASES: ALIASES })
})
beforeEach(() => {
  plain.simulator.reset()
  aliased.simulator.reset()
})
afterAll(() => Promise.all([plain.close(), aliased.close()]))

describe('an embedding model', () => {
  test.each([MODEL, 'gemini-embedding-2', `models/${MODEL}`])('responds under the requested name: %s', async (model) => {
    const answer = await embed(plain, { model })
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({ model })
    expect(answer.headers).not.toHaveProperty('x-gemini-proxy-model')
    expect(received(plain.simulator)[0]?.model).toBe(model.replace('models/', ''))
  })

  test.each(['gemini-embedding-2-preview', 'gemini-embedding-9', 'models/gemini-embedding-9'])(
    'may be a preview, or newer than the catalogue: %s',
    async (model) => {
      const answer = await embed(plain, { model })
      expect(answer.status).toBe(200)
      expect(answer.json).toMatchObject({ model })
    },
  )

  test('may have any name in EXTRA_MODELS: Google decides', async () => {
    await embed(plain, { model: 'my-embedder' })
    expect(received(plain.simulator).map(({ model }) => model)).toEqual(['my-embedder'])
  })

  test.each(['text-embedding-3-small', 'no-such-model', 'gemini'])(
    'that is unknown is a 404 that lists the embedding models: %s',
    async (model) => {
      const answer = await embed(plain, { model })
      expect(answer.status).toBe(404)
      expect(answer.json).toEqual(failure('model_not_found', 'model'))
      expect(answer.text).toContain(MODEL)
      expect(answer.headers['x-should-retry']).toBe('false')
      expect(plain.simulator.totalRequests).toBe(0)
    },
  )

  test.each(['gemini-3.8-flash', 'models/gemini-2.5-pro', 'gemini-9-flash'])(
    'is not a chat model: %s is 404 with a hint',
    async (model) => {
      const answer = await embed(plain, { model })
      expect(answer.status).toBe(404)
      expect(answer.json).toEqual(failure('model_not_found', 'model'))
      expect(answer.text).toContain(MODEL)
      expect(plain.simulator.totalRequests).toBe(0)
    },
  )

  test.each([MODEL, 'gemini-embedding-2-preview', 'models/gemini-embedding-9'])(
    'in a chat request is 404 with a hint: %s',
    async (model) => {
      const answer = await call(plain.origin, { body: chat('Hello', { model }) })
      expect(answer.status).toBe(404)
      expect(answer.json).toEqual(failure('model_not_found', 'model'))
      expect(answer.text).toContain('/v1/embeddings')
      expect(plain.simulator.totalRequests).toBe(0)
    },
  )

  test('that Google has retired is 404; no other model replaces it', async () => {
    plain.simulator.settings.models = { [MODEL]: 'retired' }
    const answer = await embed(plain)
    expect(answer.status).toBe(404)
    expect(answer.json).toEqual(failure('model_not_found', 'model'))
    expect(received(plain.simulator).map(({ model }) => model)).toEqual([MODEL])
  })
})

describe('an alias of an embedding model', () => {
  test.each([
    ['text-embedding-3-small', MODEL],
    ['ada-002', 'gemini-embedding-2'],
  ])('uses the model it maps to, which is in a response header: %s', async (model, served) => {
    const answer = await embed(aliased, { model })
    expect(answer.json).toMatchObject({ model })
    expect(answer.headers['x-gemini-proxy-model']).toBe(served)
    expect(received(aliased.simulator)[0]?.model).toBe(served)
  })

  test('is ignored if it maps to a chat model', async () => {
    const answer = await embed(aliased, { model: MODEL })
    expect(answer.status).toBe(200)
    expect(received(aliased.simulator)[0]?.model).toBe(MODEL)
  })

  test('that maps to chat models only is 404', async () => {
    expect((await embed(aliased, { model: 'gpt-5-chat' })).status).toBe(404)
  })

  test('cannot chat', async () => {
    const answer = await call(aliased.origin, { body: chat('Hello', { model: 'text-embedding-3-small' }) })
    expect(answer.json).toEqual(failure('model_not_found', 'model'))
  })
})

describe('GET /v1/models', () => {
  test('lists the embedding models, which have no thinking levels', async () => {
    const answer = await call(plain.origin, { path: '/v1/models' })
    // The cast is safe: `call` has validated the response.
    const { data } = answer.json as { data: { id: string }[] }
    const listed = data.filter(({ id }) => id.includes('embedding'))
    expect(listed.map(({ id }) => id)).toEqual(['gemini-embedding-2', 'gemini-embedding-2-preview', 'gemini-embedding-001'])
    for (const model of listed) expect(model).toMatchObject({ thinking_levels: [], max_output_tokens: null, retired: false })
  })

  test('lists an alias with the capabilities of its embedding model', async () => {
    const { json } = await call(aliased.origin, { path: '/v1/models/text-embedding-3-small' })
    expect(json).toMatchObject({ id: 'text-embedding-3-small', context_window: 2048, display_name: 'Gemini Embedding 001' })
  })
})

test('GET /health lists the feature', async () => {
  const { json } = await call(plain.origin, { path: '/health' })
  expect(json).toMatchObject({ features: expect.arrayContaining(['embeddings']) })
})
