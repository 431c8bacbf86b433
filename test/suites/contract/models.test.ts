import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, call, chat, failure } from '../../support/contractHook.js'
import { type Proxy as RunningProxy, startProxy } from '../../support/proxy.js'

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

interface Listed {
  readonly id: string
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
  test.each([...REQUIRED, ...CURRENT])('holds %s, with the day of its release', (id) => {
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

  test('is the same at every call', async () => {
    expect(listOf(await call(proxy.origin, { path: '/v1/models' }))).toEqual(listed)
  })

  test('holds EXTRA_MODELS and the aliases that are names, each once', async () => {
    const ids = listOf(await call(configured.origin, { path: '/v1/models' })).map(({ id }) => id)
    expect(ids).toEqual([...listed.map(({ id }) => id), 'gemini-9-ultra', 'my-tuned-model', 'gpt-4o', 'team.a'])
  })
})

describe('one model', () => {
  test('is what the list says of it, for every model', async () => {
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
  ])('with %s is served by %s, and the answer names what was asked', async (asked, served) => {
    expect(await servedFor(asked)).toEqual([200, asked, served])
  })

  test.each(['teamxa', 'gpt', 'o3-mini', 'turbo', 'my-turbo-2', '__proto__', 'toString', 'gemini-3.5-flash ', 'models/'])(
    'with %s is 404 model_not_found, without asking Gemini',
    async (model) => {
      const before = configured.simulator.totalRequests
      const answer = await call(configured.origin, { body: { ...chat('hello'), model } })
      expect(answer.status).toBe(404)
      expect(answer.json).toEqual(failure('model_not_found', 'model'))
      expect(configured.simulator.totalRequests).toBe(before)
    },
  )

  test('with a model that Google does not know is 404 as well, streamed or not', async () => {
    for (const stream of [false, true]) {
      const answer = await call(configured.origin, { body: { ...chat('hello', { stream }), model: 'gemini-0.1-none' } })
      expect(answer.status).toBe(404)
      expect(answer.json).toEqual(failure('model_not_found', 'model'))
    }
  })

  test('with a very long name does not repeat all of it', async () => {
    const { status, text } = await call(proxy.origin, { body: { ...chat('hello'), model: 'x'.repeat(100_000) } })
    expect(status).toBe(404)
    expect(text.length).toBeLessThan(500)
  })
})
