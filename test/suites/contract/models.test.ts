import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Ask, call, chat, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'

const REQUIRED = [
  'gemini-2.5-flash',
  'gemini-2.5-pro',
  'gemini-2.5-flash-lite-preview-06-17',
  'gemini-2.0-flash',
  'gemini-2.0-flash-lite',
  'gemini-1.5-pro',
  'gemini-1.5-flash',
  'gemini-1.5-flash-8b',
]
const CURRENT = [
  'gemini-3.8-flash',
  'gemini-3.7-flash',
  'gemini-3.6-flash',
  'gemini-3.5-flash',
  'gemini-3.5-flash-lite',
  'gemini-3.1-flash-lite',
]

// The kinds of models, in the order in which GET /v1/models lists them.
const ORDER = ['chat', 'embedding', 'retired']

interface Listed {
  readonly id: string
  readonly retired: boolean
  readonly created: number
  readonly owned_by: string
}

let proxy: RunningProxy
let configured: RunningProxy
let listed: readonly Listed[]

const listOf = ({ json }: Answer): readonly Listed[] => (json as { data: Listed[] }).data

beforeAll(async () => {
  proxy = await startProxy()
  configured = await startProxy(
    {
      EXTRA_MODELS: 'gemini-9-ultra, models/my-tuned-model,gemini-3.5-flash',
      MODEL_ALIASES: 'gpt-4o=gemini-3.5-flash,gpt-*=gemini-3.6-flash,*-turbo=gemini-3.7-flash,team.a=models/gemini-3.5-flash',
    },
    { models: { 'gemini-9-ultra': 'alive', 'my-tuned-model': 'alive' } },
  )
  listed = listOf(await call(proxy.origin, { path: '/v1/models' }))
})
afterAll(() => Promise.all([proxy.close(), configured.close()]))

describe('the list of models', () => {
  test.each([...REQUIRED, ...CURRENT])('contains %s, with its release date', (id) => {
    const model = listed.find((each) => each.id === id)
    expect(model).toMatchObject({ object: 'model', owned_by: 'google', created: expect.any(Number) })
    const year = new Date((model?.created ?? 0) * 1000).getUTCFullYear()
    expect(year).toBeGreaterThanOrEqual(2024)
    expect(year).toBeLessThanOrEqual(2026)
  })

  test('names each model once, without the prefix', () => {
    const ids = listed.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => id.includes('/'))).toEqual([])
  })

  test('is the same for each call', async () => {
    expect(listOf(await call(proxy.origin, { path: '/v1/models' }))).toEqual(listed)
  })

  test('contains EXTRA_MODELS and aliases without wildcards, each once', async () => {
    const ids = listOf(await call(configured.origin, { path: '/v1/models' })).map(({ id }) => id)
    const own = ['gemini-9-ultra', 'my-tuned-model', 'gpt-4o', 'team.a']
    const [first, ...others] = listed.map(({ id }) => id)
    expect(ids.filter((id) => !own.includes(id))).toEqual([first, ...others])
    expect(ids.filter((id) => own.includes(id))).toEqual(own)
  })

  test('has current chat models first, then embedding models, and retired models last', async () => {
    const env = { EXTRA_MODELS: 'my-tuned-model', MODEL_ALIASES: 'ada=gemini-embedding-001,old=gemini-1.5-pro,gpt-4o=gemini-3.5-flash' }
    const own = await startProxy(env)
    try {
      const models = listOf(await call(own.origin, { path: '/v1/models' }))
      const embedders = new Set([...models.map(({ id }) => id).filter((id) => id.startsWith('gemini-embedding-')), 'ada'])
      const kinds = models.map(({ id, retired }) => (retired ? 'retired' : embedders.has(id) ? 'embedding' : 'chat'))
      expect(kinds).toEqual([...kinds].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)))
      expect(new Set(kinds)).toEqual(new Set(ORDER))
      expect(models[0]?.id).toMatch(/^gemini-\d/)
      const retired = models.filter((model) => model.retired).map(({ id }) => id)
      expect(retired).toEqual(expect.arrayContaining(['gemini-1.5-pro', 'gemini-2.0-flash', 'old']))
    } finally {
      await own.close()
    }
  })
})

describe('one model', () => {
  test('is the same as in the list, for every model', async () => {
    for (const model of listed) expect((await call(proxy.origin, { path: `/v1/models/${model.id}` })).json).toEqual(model)
  })

  test.each(['models/gemini-2.5-flash', 'models%2Fgemini-2.5-flash', 'models%2fgemini-2.5-flash', 'gemini%2D2.5%2Dflash'])(
    'is found as %s',
    async (asked) => {
      expect((await call(proxy.origin, { path: `/v1/models/${asked}` })).json).toMatchObject({ id: 'gemini-2.5-flash' })
    },
  )

  test.each([
    'no-such-model',
    'gpt-4o',
    'GEMINI-2.5-FLASH',
    'gemini-2.5-flash%20',
    'models%2Fmodels%2Fgemini-2.5-flash',
    '..',
    '%2e%2e%2fmetrics',
    '__proto__',
    'constructor',
    '%F0%9F%98%80',
    'a%0d%0ax-evil:%201',
    '%3Cscript%3E',
  ])('that is unknown is 404: %s', async (asked) => {
    const answer = await call(proxy.origin, { path: `/v1/models/${asked}` })
    expect(answer.status).toBe(404)
    expect(answer.json).toEqual(failure('model_not_found', 'model'))
    expect(answer.headers['x-evil']).toBeUndefined()
  })
})

describe('a chat', () => {
  const servedFor = async (model: string): Promise<unknown[]> => {
    const answer = await call(configured.origin, { body: { ...chat('hello'), model } })
    const asked = configured.simulator.requests.at(-1)?.body as { model: string }
    return [answer.status, (answer.json as { model: string }).model, asked.model]
  }

  test.each([
    ['gpt-4o', 'gemini-3.5-flash'],
    ['gpt-5.2-codex', 'gemini-3.6-flash'],
    ['my-turbo', 'gemini-3.7-flash'],
    ['team.a', 'gemini-3.5-flash'],
    ['my-tuned-model', 'my-tuned-model'],
    ['models/gemini-9-ultra', 'gemini-9-ultra'],
    ['models/gemini-3.5-flash', 'gemini-3.5-flash'],
  ])('with %s is served by %s, and the answer has the requested name', async (asked, served) => {
    expect(await servedFor(asked)).toEqual([200, asked, served])
  })

  test.each(['teamxa', 'gpt', 'o3-mini', 'turbo', 'my-turbo-2', '__proto__', 'toString', 'gemini-3.5-flash ', 'models/'])(
    'with %s is 404 model_not_found, without a call to Gemini',
    async (model) => {
      const before = configured.simulator.totalRequests
      const answer = await call(configured.origin, { body: { ...chat('hello'), model } })
      expect(answer.status).toBe(404)
      expect(answer.json).toEqual(failure('model_not_found', 'model'))
      expect(configured.simulator.totalRequests).toBe(before)
    },
  )

  test('with a model that Google does not know is 404 too, streamed or not', async () => {
    for (const stream of [false, true]) {
      const answer = await call(configured.origin, { body: { ...chat('hello', { stream }), model: 'gemini-0.1-none' } })
      expect(answer.status).toBe(404)
      expect(answer.json).toEqual(failure('model_not_found', 'model'))
    }
  })

  test('with a very long model name does not repeat all of it', async () => {
    const { status, text } = await call(proxy.origin, { body: { ...chat('hello'), model: 'x'.repeat(100_000) } })
    expect(status).toBe(404)
    expect(text.length).toBeLessThan(500)
  })
})

describe('a misspelled model name', () => {
  const apis: readonly [api: string, ask: (model: string) => Ask][] = [
    ['chat', (model) => ({ body: { ...chat('hello'), model } })],
    ['a streamed chat', (model) => ({ body: { ...chat('hello', { stream: true }), model } })],
    ['responses', (model) => ({ path: '/v1/responses', body: { model, input: 'hello' } })],
    ['one model', (model) => ({ path: `/v1/models/${encodeURIComponent(model)}` })],
    ['embeddings', (model) => ({ path: '/v1/embeddings', body: { model, input: 'hello' } })],
  ]
  const suggestionFor = async (origin: string, ask: Ask): Promise<string | undefined> => {
    const { status, json, text } = await call(origin, ask)
    expect([status, json]).toEqual([404, failure('model_not_found', 'model')])
    expect(text.length).toBeLessThan(700)
    return /Did you mean '(.*?)'\?/.exec(text)?.[1]
  }

  test.each(apis.slice(0, 4))('is 404 with a suggestion: %s', async (_api, ask) => {
    for (const [typed, meant] of [
      ['gemini-3.8-flahs', 'gemini-3.8-flash'],
      ['gemini-3.8-flsh', 'gemini-3.8-flash'],
      ['gemni-3.8-flash', 'gemini-3.8-flash'],
      ['gemini3.8flash', 'gemini-3.8-flash'],
      ['gemini_3.8_flash', 'gemini-3.8-flash'],
      ['GEMINI-2.5-FLASH', 'gemini-2.5-flash'],
      ['Gemini-3.8-Flash', 'gemini-3.8-flash'],
      ['google/gemini-3.8-flash', 'gemini-3.8-flash'],
      ['models/gemini-3.8-flahs', 'gemini-3.8-flash'],
      ['gemini-3.8', 'gemini-3.8-flash'],
      ['gemini-3.8-flash ', 'gemini-3.8-flash'],
      ['my-tunedmodel', 'my-tuned-model'],
      ['gpt4o', 'gpt-4o'],
      ['tean.a', 'team.a'],
    ] as const)
      expect([typed, await suggestionFor(configured.origin, ask(typed))]).toEqual([typed, meant])
  })

  test.each(apis)('gets no suggestion if no model name is similar: %s', async (_api, ask) => {
    for (const typed of [
      'o3-mini',
      'llama-3-70b',
      '__proto__',
      'x',
      '😀',
      'gemini-9-flash-of-tomorrow',
      `gemini-3.8-flash${'x'.repeat(300)}`,
    ])
      expect([typed, await suggestionFor(proxy.origin, ask(typed))]).toEqual([typed, undefined])
  })

  test('suggests embedding models for embeddings, and chat models elsewhere', async () => {
    const [embeddings, chatting] = [apis[4]?.[1] ?? chat, apis[0]?.[1] ?? chat] as ((model: string) => Ask)[]
    for (const typed of ['gemini-embeding-001', 'gemini_embedding_001', 'gemini-embedding-01', 'google/gemini-embedding-001'])
      expect([typed, await suggestionFor(proxy.origin, embeddings?.(typed) ?? {})]).toEqual([typed, 'gemini-embedding-001'])
    expect(await suggestionFor(proxy.origin, chatting?.('gemini_embedding-001') ?? {})).toBeUndefined()
  })

  test('is found among thousands of models, and a very long name is not compared', async () => {
    const many = Array.from({ length: 2_000 }, (_, index) => `tuned-model-of-our-company-number-${index}`).join(',')
    const own = await startProxy({ EXTRA_MODELS: many })
    try {
      expect(await suggestionFor(own.origin, { body: { ...chat('hello'), model: 'tuned-model-of-our-company-nmber-1999' } })).toMatch(
        /1999$/,
      )
      expect(await suggestionFor(own.origin, { body: { ...chat('hello'), model: 'x'.repeat(100_000) } })).toBeUndefined()
    } finally {
      await own.close()
    }
  })
})
