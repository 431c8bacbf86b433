import { afterEach, describe, expect, test } from 'vitest'
import type { ChatCompletion, ErrorResponse, Model } from '../../../../src/contract/types.js'
import { CATALOGUE } from '../../../../src/upstream/models/catalogue.js'
import { makeModelRetirement } from '../../../../src/upstream/models/retirement.js'
import type { Settings } from '../../../doubles/simulator/index.js'
import { chatLine, openai, parseStream, post } from '../../../support/calls.js'
import { DONE, onWire, requestedModel, toEvent } from '../../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../../support/proxy.js'

/** Models that every deployment must serve, each with its replacement after Google's retirement. */
const REQUIRED = [
  ['gemini-2.5-flash', 'gemini-3.5-flash-lite'],
  ['gemini-2.5-pro', 'gemini-3.8-flash'],
  ['gemini-2.5-flash-lite-preview-06-17', 'gemini-3.5-flash-lite'],
  ['gemini-2.0-flash', 'gemini-3.8-flash'],
  ['gemini-2.0-flash-lite', 'gemini-3.5-flash-lite'],
  ['gemini-1.5-pro', 'gemini-3.8-flash'],
  ['gemini-1.5-flash', 'gemini-3.8-flash'],
  ['gemini-1.5-flash-8b', 'gemini-3.5-flash-lite'],
] as const
const STILL_SERVED: readonly string[] = ['gemini-2.5-flash', 'gemini-2.5-pro']
const MESSAGES = [{ role: 'user' as const, content: 'Say hello.' }]

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const started = async (env: Record<string, string> = {}, settings: Partial<Settings> = {}): Promise<ProxyUnderTest> => {
  const proxy = await startProxy(env, settings)
  closing.push(proxy.close)
  return proxy
}

const namesSent = ({ simulator }: ProxyUnderTest): unknown[] => simulator.requests.map(requestedModel)

describe.each([false, true])('if the account has no access to Gemini 2.5: %s', (newUser) => {
  test.each(REQUIRED)('%s is answered in JSON, by itself while Google serves it, else by %s', async (asked, replacement) => {
    const proxy = await started({}, { newUser })
    const isReplaced = newUser || !STILL_SERVED.includes(asked)
    const { data, response } = await openai(proxy).chat.completions.create({ model: asked, messages: MESSAGES }).withResponse()
    expect(data).toMatchObject({ model: asked, choices: [{ finish_reason: 'stop', message: { content: expect.stringMatching(/\S/) } }] })
    expect(namesSent(proxy)).toEqual(isReplaced ? [asked, replacement] : [asked])
    expect(response.headers.get('x-gemini-proxy-model')).toBe(isReplaced ? replacement : null)
    expect(await chatLine(proxy)).toMatchObject({ model: asked, status: 200, ...(isReplaced ? { servedModel: replacement } : {}) })
  })

  test.each(REQUIRED)('%s is streamed, by itself while Google serves it, else by %s', async (asked, replacement) => {
    const proxy = await started({}, { newUser })
    const isReplaced = newUser || !STILL_SERVED.includes(asked)
    const response = await post(proxy, { model: asked, messages: MESSAGES, stream: true })
    const { errors, dones, content, chunks } = parseStream(await response.text())
    expect({ status: response.status, errors, dones }).toEqual({ status: 200, errors: [], dones: 1 })
    expect(content).toMatch(/\S/)
    expect(chunks.every(({ model }) => model === asked)).toBe(true)
    expect(namesSent(proxy)).toEqual(isReplaced ? [asked, replacement] : [asked])
    expect(response.headers.get('x-gemini-proxy-model')).toBe(isReplaced ? replacement : null)
    expect(await chatLine(proxy)).toMatchObject({ model: asked, ...(isReplaced ? { servedModel: replacement } : {}) })
  })

  test.each(REQUIRED)('%s accepts settings that its replacement does not support: no thinking, and a small limit', async (asked) => {
    const proxy = await started({}, { newUser })
    for (const more of [
      { reasoning_effort: 'none', max_tokens: 100 },
      { extra_body: { google: { thinking_config: { thinking_budget: 0 } } }, max_tokens: 100, temperature: 0 },
    ]) {
      const answer = (await (await post(proxy, { model: `models/${asked}`, messages: MESSAGES, ...more })).json()) as ChatCompletion
      expect(answer.choices?.[0]).toMatchObject({ finish_reason: 'stop', message: { content: expect.stringMatching(/\S/) } })
    }
  })
})

describe('a retired model', () => {
  test('is not requested again within an hour', async () => {
    const proxy = await started()
    for (let turn = 0; turn < 3; turn += 1) expect((await post(proxy, { model: 'gemini-2.0-flash', messages: MESSAGES })).status).toBe(200)
    expect(namesSent(proxy)).toEqual(['gemini-2.0-flash', 'gemini-3.8-flash', 'gemini-3.8-flash', 'gemini-3.8-flash'])
  })

  test('is replaced for all choices of a request', async () => {
    const proxy = await started()
    const response = await post(proxy, { model: 'gemini-1.5-pro', messages: MESSAGES, n: 3 })
    expect(((await response.json()) as ChatCompletion).choices).toHaveLength(3)
    expect(response.headers.get('x-gemini-proxy-model')).toBe('gemini-3.8-flash')
  })

  test('is replaced if an alias names it, too', async () => {
    const proxy = await started({ MODEL_ALIASES: 'gpt-*=gemini-2.0-flash-lite' })
    const response = await post(proxy, { model: 'gpt-4o', messages: MESSAGES })
    expect(await response.json()).toMatchObject({ model: 'gpt-4o', object: 'chat.completion' })
    expect(response.headers.get('x-gemini-proxy-model')).toBe('gemini-3.5-flash-lite')
  })

  test.each([false, true])('is a 404 that names its replacement if RETIRED_MODELS is error, with stream: %s', async (stream) => {
    const proxy = await started({ RETIRED_MODELS: 'error' })
    for (let turn = 0; turn < 2; turn += 1) {
      const response = await post(proxy, { model: 'gemini-1.5-pro', messages: MESSAGES, stream })
      expect(response.status).toBe(404)
      expect(response.headers.get('x-should-retry')).toBe('false')
      expect(((await response.json()) as ErrorResponse).error).toMatchObject({
        type: 'invalid_request_error',
        code: 'model_not_found',
        param: 'model',
        message: expect.stringContaining("'gemini-3.8-flash'"),
      })
    }
    expect(namesSent(proxy)).toEqual(['gemini-1.5-pro', 'gemini-1.5-pro'])
  })

  test('does not list parameters as ignored that the replacement supports', async () => {
    const proxy = await started()
    const response = await post(proxy, { model: 'gemini-2.0-flash', messages: MESSAGES, reasoning_effort: 'high' })
    expect(response.headers.get('x-gemini-proxy-model')).toBe('gemini-3.8-flash')
    expect(response.headers.get('x-gemini-proxy-ignored-params')).toBeNull()
  })

  test('is a 404 if the replacement is retired, too', async () => {
    const proxy = await started({}, { models: { 'gemini-3.8-flash': 'retired' } })
    const response = await post(proxy, { model: 'gemini-2.0-flash', messages: MESSAGES })
    expect(response.status).toBe(404)
    expect(((await response.json()) as ErrorResponse).error.message).toContain("'gemini-2.0-flash'")
  })

  test('is a 404 if the catalogue has no replacement', async () => {
    const proxy = await started({}, { models: { 'gemini-3.5-flash': 'retired' } })
    const response = await post(proxy, { model: 'gemini-3.5-flash', messages: MESSAGES })
    expect({ status: response.status, sent: namesSent(proxy) }).toEqual({ status: 404, sent: ['gemini-3.5-flash'] })
  })

  test('is not assumed because of an HTML page of a front end', async () => {
    const proxy = await started({}, { behaviour: { error: 'not-found', errorForm: 'html' } })
    const response = await post(proxy, { model: 'gemini-2.5-flash', messages: MESSAGES })
    expect({ status: response.status, retry: response.headers.get('x-should-retry'), sent: namesSent(proxy) }).toEqual({
      status: 502,
      retry: 'false',
      sent: ['gemini-2.5-flash'],
    })
  })

  test.each([false, true])('is not assumed because of another 404 of Google, with stream: %s', async (stream) => {
    const error = { code: 404, status: 'NOT_FOUND', message: 'Requested entity was not found.' }
    const proxy = await started({}, { behaviour: { error } })
    const response = await post(proxy, { model: 'gemini-2.5-flash', messages: MESSAGES, stream })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'item_not_found', param: null } })
    expect(namesSent(proxy)).toEqual(['gemini-2.5-flash'])
  })

  test('is not assumed because of missing cached content', async () => {
    const error = { code: 404, status: 'NOT_FOUND', message: 'CachedContent not found (or permission denied)' }
    const proxy = await started({}, { behaviour: { error } })
    const extra = { google: { cached_content: 'cachedContents/gone' } }
    const response = await post(proxy, { model: 'gemini-2.5-flash', messages: MESSAGES, extra_body: extra })
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_request', param: 'extra_body.google.cached_content' } })
    expect(namesSent(proxy)).toEqual(['gemini-2.5-flash'])
  })
})

describe('a model that Google silently replaces', () => {
  const completion = { id: 'x', object: 'chat.completion', created: 1, model: 'models/gemini-3.5-flash-lite' }
  const choice = { index: 0, finish_reason: 'stop' }

  test('is reported with the serving model in JSON', async () => {
    const proxy = await started()
    proxy.simulator.next({
      rawBody: JSON.stringify(onWire({ ...completion, choices: [{ ...choice, message: { role: 'assistant', content: 'Hi' } }] })),
    })
    const response = await post(proxy, { model: 'gemini-2.5-flash', messages: MESSAGES })
    expect(response.headers.get('x-gemini-proxy-model')).toBe('gemini-3.5-flash-lite')
    expect(await response.json()).toMatchObject({ model: 'gemini-2.5-flash' })
    expect(await chatLine(proxy)).toMatchObject({ servedModel: 'gemini-3.5-flash-lite' })
  })

  test('is reported with the serving model in a stream', async () => {
    const proxy = await started()
    const chunk = { ...completion, object: 'chat.completion.chunk', choices: [{ ...choice, delta: { role: 'assistant', content: 'Hi' } }] }
    proxy.simulator.next({ rawBody: `${toEvent(chunk)}${DONE}` })
    const response = await post(proxy, { model: 'gemini-2.5-flash', messages: MESSAGES, stream: true })
    const { chunks } = parseStream(await response.text())
    expect(response.headers.get('x-gemini-proxy-model')).toBe('gemini-3.5-flash-lite')
    expect(chunks.every(({ model }) => model === 'gemini-2.5-flash')).toBe(true)
    expect(await chatLine(proxy)).toMatchObject({ servedModel: 'gemini-3.5-flash-lite' })
  })
})

describe('the retirement of a model', () => {
  test('is remembered for one hour', () => {
    let now = 1_000_000
    const retirement = makeModelRetirement({ retiredModels: 'replacement', elapsed: () => now })
    expect(retirement.currentModel('gemini-2.0-flash')).toBe('gemini-2.0-flash')
    expect(retirement.retire('gemini-2.0-flash', 'gemini-2.0-flash')).toBe('gemini-3.8-flash')
    now += 3_599_999
    expect(retirement.currentModel('gemini-2.0-flash')).toBe('gemini-3.8-flash')
    now += 1
    expect(retirement.currentModel('gemini-2.0-flash')).toBe('gemini-2.0-flash')
  })

  test('does not affect other models', () => {
    const retirement = makeModelRetirement({ retiredModels: 'replacement', elapsed: () => 0 })
    retirement.retire('gemini-2.0-flash', 'gemini-2.0-flash')
    expect(retirement.currentModel('gemini-2.0-flash-lite')).toBe('gemini-2.0-flash-lite')
  })
})

describe('the catalogue', () => {
  test.each(REQUIRED)('lists %s and names %s as its replacement', async (asked, replacement) => {
    const proxy = await started()
    const headers = { authorization: `Bearer ${TOKEN}` }
    const model = (await (await fetch(`${proxy.baseUrl}/models/${asked}`, { headers })).json()) as Model
    expect(model).toMatchObject({ id: asked, replacement })
    expect(proxy.simulator.totalRequests).toBe(0)
  })

  test('names only replacements that it lists and that are not retired', () => {
    const replacements = CATALOGUE.flatMap(({ replacement }) => (replacement === undefined ? [] : [replacement]))
    const gone = replacements.filter(
      (id) => CATALOGUE.find((model) => model.id === id)?.replacement !== undefined || !CATALOGUE.some((model) => model.id === id),
    )
    expect(gone).toEqual([])
  })
})
