import { afterEach, describe, expect, test } from 'vitest'
import { SETTINGS } from '../../../src/config/settings.js'
import { chat, eventually, MODEL, openai, post, startReading, streamed } from '../../support/calls.js'
import { call } from '../../support/contractHook.js'
import { GEMINI_KEY, type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { heapInUse } from '../resume/heap.js'
import { ADMIN_TOKEN, ask, read } from './console.js'

// A model without a published price, so the console shows no cost for its requests.
const UNPRICED = 'gemma-4-31b-it'

let proxy: RunningProxy
afterEach(() => proxy.close())

/** Sends a chat request, reads the whole response and returns its status. */
async function send(behaviour: object, more: object = {}, token = TOKEN): Promise<number> {
  const response = await post(proxy, chat(behaviour, { ...more }), { headers: { authorization: `Bearer ${token}` } })
  await response.text()
  return response.status
}

const requestsOf = async () => (await read(proxy.origin, 'requests')).requests

describe('the status', () => {
  test('has version, load, settings, keys and models of a fresh instance', async () => {
    const before = Date.now()
    proxy = await startProxy({
      ADMIN_TOKEN,
      RATE_LIMIT_RPM: '1000',
      EXTRA_MODELS: 'gemini-custom',
      MODEL_ALIASES: 'vectors=gemini-embedding-001,whisper-1=gemini-3.5-transcribe,voice=gemini-9-flash-tts',
    })
    const status = await read(proxy.origin, 'status')
    expect(status).toMatchObject({ version: '0.0.0-test', node: process.version, in_flight: 1, streams: 0, auth: true })
    expect(status.started_at).toBeGreaterThanOrEqual(before - 1)
    expect(status.started_at).toBeLessThanOrEqual(Date.now())
    expect(status.features).toEqual(expect.arrayContaining(['chat', 'console']))
    expect(status.upstream).toEqual({ last_ok: null, last_error: null })
    expect(status.keys).toEqual([
      { position: 1, end: GEMINI_KEY.slice(-4), state: 'ok', disabled_until: null, cooldowns: [], last_ok_at: null, last_error: null },
    ])
    const models = new Map(status.models.map((model) => [model.id, model]))
    expect(models.get('gemini-3.8-flash')).toMatchObject({ kind: 'chat', retired: false, levels: expect.arrayContaining(['high']) })
    expect(models.get('gemini-1.5-pro')).toMatchObject({ retired: true, replacement: expect.any(String) })
    const kinds = [...models.values()].filter(({ retired }) => !retired).map(({ id, kind }) => [id, kind])
    expect(Object.fromEntries(kinds)).toMatchObject({
      'gemini-embedding-001': 'embedding',
      vectors: 'embedding',
      'gemini-custom': 'chat',
      'gemini-3.1-flash-image': 'chat',
      'gemini-3.8-flash-tts': 'speech',
      voice: 'speech',
      'gemini-3.5-transcribe': 'transcription',
      'whisper-1': 'transcription',
    })
  })

  test('lists every setting with its current value, but for secrets only whether they are set', async () => {
    proxy = await startProxy({
      ADMIN_TOKEN,
      MAX_RETRIES: '7',
      CORS_ORIGINS: 'https://a.example,https://b.example',
      MODEL_FALLBACKS: 'a>b>c',
      SAFETY_SETTINGS: 'HARM_CATEGORY_HARASSMENT=OFF',
    })
    const { settings } = await read(proxy.origin, 'status')
    expect(settings.map(({ name }) => name)).toEqual(Object.values(SETTINGS).map(({ names }) => names[0]))
    const of = (name: string) => settings.find((setting) => setting.name === name)
    expect(of('GEMINI_API_KEY')).toMatchObject({ value: 'set', is_secret: true, is_default: false })
    expect(of('AUTH_TOKEN')).toMatchObject({ value: 'set', is_secret: true })
    expect(of('ADMIN_TOKEN')).toMatchObject({ value: 'set', is_secret: true })
    expect(of('METRICS_TOKEN')).toMatchObject({ value: 'unset', is_secret: true, is_default: true })
    expect(of('MAX_RETRIES')).toMatchObject({ value: '7', is_secret: false, is_default: false })
    expect(of('RETIRED_MODELS')).toMatchObject({ value: 'replacement', is_default: true })
    expect(of('CORS_ORIGINS')).toMatchObject({ value: 'https://a.example,https://b.example', is_default: false })
    expect(of('MODEL_FALLBACKS')).toMatchObject({ value: 'a>b,b>c', is_default: false })
    expect(of('SAFETY_SETTINGS')).toMatchObject({ value: 'HARM_CATEGORY_HARASSMENT=OFF', is_default: false })
    expect(of('EXTRA_MODELS')).toMatchObject({ value: null, is_default: true })
    expect(of('RATE_LIMIT_RPM')).toMatchObject({ value: null, is_default: true, meaning: expect.stringContaining('per minute') })
    expect(of('ALLOW_ANONYMOUS')).toMatchObject({ value: 'false', is_default: true })
  })

  test('follows the keys: cooldown of a model, disabled, last success and failure', async () => {
    proxy = await startProxy({ ADMIN_TOKEN, MAX_RETRIES: '0', GEMINI_API_KEY: 'first-key-0001,second-key-0002' })
    expect(await send({ error: 'quota-minute', key: 'console-a', times: 1 })).toBe(200)
    const { keys, upstream } = await read(proxy.origin, 'status')
    expect(keys.map(({ end, state }) => [end, state])).toEqual([
      ['0001', 'cooldown'],
      ['0002', 'ok'],
    ])
    expect(keys[0]?.cooldowns).toEqual([{ model: MODEL, until: expect.any(Number), is_daily: false }])
    expect(keys[0]?.cooldowns[0]?.until).toBeGreaterThan(Date.now())
    expect(keys[0]?.last_error).toMatchObject({ code: 'rate_limit_exceeded', at: expect.any(Number) })
    expect(keys[1]?.last_ok_at).toBeGreaterThan(0)
    expect(upstream).toEqual({ last_ok: keys[1]?.last_ok_at, last_error: keys[0]?.last_error })
    expect(await send({ error: 'invalid', key: 'console-b', times: 1 }, { model: 'gemini-3.5-flash' })).toBe(200)
    const after = (await read(proxy.origin, 'status')).keys
    expect(after.filter(({ state }) => state === 'disabled')).toEqual([expect.objectContaining({ disabled_until: expect.any(Number) })])
  })

  test('counts the open streams', async () => {
    proxy = await startProxy({ ADMIN_TOKEN })
    const answer = await startReading(post(proxy, streamed({ deltas: ['one', ' two', ' three'], hold: { afterChunks: 1 } })))
    await answer.until(/"content"/)
    expect(await read(proxy.origin, 'status')).toMatchObject({ streams: 1, in_flight: 2 })
    proxy.simulator.release(Number.POSITIVE_INFINITY)
    await answer.rest()
    await eventually(async () => expect(await read(proxy.origin, 'status')).toMatchObject({ streams: 0, in_flight: 1 }))
  })
})

describe('the latest requests', () => {
  test('include those of callers, newest first, but not health checks, metrics and the console', async () => {
    proxy = await startProxy({ ADMIN_TOKEN, AUTH_TOKEN: `team-a:${TOKEN}`, METRICS_TOKEN: 'scraper' })
    const before = Date.now()
    await send({ text: 'Hello' })
    await call(proxy.origin, { path: '/v1/models' })
    for (const path of ['/health', '/health/live', '/console/api/status']) await ask(proxy.origin, path)
    await call(proxy.origin, { path: '/metrics', token: 'scraper' })
    await call(proxy.origin, { path: '/nowhere', token: null })
    await call(proxy.origin, { path: '/console/api/status' })
    const requests = await eventually(async () => {
      const found = await requestsOf()
      expect(found).toHaveLength(4)
      return found
    })
    expect(requests.map(({ operation, status, caller }) => [operation, status, caller])).toEqual([
      ['getConsoleStatus', 401, undefined],
      [undefined, 404, undefined],
      ['listModels', 200, 'team-a'],
      ['createChatCompletion', 200, 'team-a'],
    ])
    const [, , , completion] = requests
    expect(completion).toMatchObject({
      method: 'POST',
      route: '/v1/chat/completions',
      model: MODEL,
      stream: false,
      cancelled: false,
      attempts: 1,
      key: GEMINI_KEY.slice(-4),
      prompt_tokens: expect.any(Number),
      completion_tokens: expect.any(Number),
    })
    expect(completion?.at).toBeGreaterThanOrEqual(before)
    expect(completion?.at).toBeLessThanOrEqual(Date.now())
    expect(completion).not.toHaveProperty('error_code')
  })

  test('list 500 of 5,000, but the sums include all', async () => {
    proxy = await startProxy({ ADMIN_TOKEN })
    const names = Array.from({ length: 5_000 }, (_, index) => `/unknown/${index}`)
    const connections = 20
    await Promise.all(
      Array.from({ length: connections }, async (_, first) => {
        for (let at = first; at < names.length; at += connections) await (await fetch(`${proxy.origin}${names[at]}`)).text()
      }),
    )
    await eventually(async () => expect((await read(proxy.origin, 'usage')).errors).toMatchObject([{ status: 404, count: 5_000 }]))
    const requests = await requestsOf()
    expect(requests).toHaveLength(500)
    const times = requests.map(({ at }) => at)
    expect(times).toEqual([...times].sort((one, other) => other - one))
    expect(new Set(requests.map(({ request_id: id }) => id)).size).toBe(500)
  })

  test('do not keep the whole requests in memory', async () => {
    proxy = await startProxy({ ADMIN_TOKEN })
    const large = 'x'.repeat(1_000_000)
    const before = heapInUse()
    for (let each = 0; each < 100; each += 1)
      await call(proxy.origin, { body: { model: `m${each}-${large}`, messages: [{ role: 'user', content: 'x' }] } })
    await eventually(async () => expect(await requestsOf()).toHaveLength(100))
    expect((await requestsOf()).every(({ model }) => (model ?? '').length <= 64)).toBe(true)
    await eventually(() => expect(heapInUse() - before).toBeLessThan(50_000_000))
  })

  test('show a disconnected client as cancelled, not as an error', async () => {
    proxy = await startProxy({ ADMIN_TOKEN })
    const leaving = new AbortController()
    const answer = await startReading(
      post(proxy, streamed({ deltas: ['one', ' two', ' three'], hold: { afterChunks: 1 } }), { signal: leaving.signal }),
    )
    await answer.until(/"content"/)
    leaving.abort()
    const [request] = await eventually(async () => {
      const found = await requestsOf()
      expect(found).toHaveLength(1)
      return found
    })
    expect(request).toMatchObject({ status: 499, cancelled: true, stream: true, first_byte_ms: expect.any(Number) })
    const { rows, errors } = await read(proxy.origin, 'usage')
    expect(errors).toEqual([])
    expect(rows).toMatchObject([{ requests: 1, errors: 0, uncounted_requests: 1 }])
  })

  test('include the tokens of a resumable stream that continued without its client, as one request', async () => {
    proxy = await startProxy({ ADMIN_TOKEN })
    const leaving = new AbortController()
    const resumable = { headers: { 'x-stream-resume': 'true' }, signal: leaving.signal }
    const answer = await startReading(post(proxy, streamed({ deltas: ['one', ' two', ' three'], hold: { afterChunks: 1 } }), resumable))
    await answer.until(/"content"/)
    leaving.abort()
    await eventually(async () => expect(await requestsOf()).toHaveLength(1))
    proxy.simulator.release(Number.POSITIVE_INFINITY)
    const [request] = await eventually(async () => {
      const found = await requestsOf()
      expect(found[0]?.prompt_tokens).toBeGreaterThan(0)
      return found
    })
    expect(request).toMatchObject({ status: 499, cancelled: true })
    const { rows } = await read(proxy.origin, 'usage')
    expect(rows).toMatchObject([{ requests: 1, prompt_tokens: request?.prompt_tokens }])
    // The client reconnects: this is a second request, but not a second generation.
    const id = /"id":"(chatcmpl-[^"]+)"/.exec(await answer.until(/"id"/))?.[1]
    await (await fetch(`${proxy.baseUrl}/chat/completions/${id}?stream=true`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()
    await eventually(async () => expect((await requestsOf()).map(({ resumed }) => resumed)).toEqual([true, undefined]))
    expect((await read(proxy.origin, 'usage')).rows[0]?.prompt_tokens).toBe(request?.prompt_tokens)
  })
})

describe('the usage', () => {
  test('sums 10 callers and 3 models separately', async () => {
    const callers = Array.from({ length: 10 }, (_, index) => `caller-${index}`)
    const models = [MODEL, 'gemini-3.5-flash', UNPRICED]
    proxy = await startProxy({
      ADMIN_TOKEN,
      AUTH_TOKEN: callers.map((name) => `${name}:token-of-${name}`).join(','),
      EXTRA_MODELS: 'gemini-custom',
    })
    for (const [position, caller] of callers.entries())
      for (const model of models)
        for (let each = 0; each <= position % 3; each += 1) expect(await send({ text: 'Hello' }, { model }, `token-of-${caller}`)).toBe(200)
    await send({ error: 'unavailable' }, {}, 'token-of-caller-3')
    const {
      rows,
      errors,
      since,
      prices_as_of: pricesAsOf,
    } = await eventually(async () => {
      const usage = await read(proxy.origin, 'usage')
      expect(usage.errors).toHaveLength(1)
      return usage
    })
    expect(rows).toHaveLength(30)
    for (const [position, caller] of callers.entries()) {
      const own = rows.filter((row) => row.caller === caller)
      expect(own.map(({ model }) => model).sort()).toEqual([...models].sort())
      for (const row of own) {
        const failed = caller === 'caller-3' && row.model === MODEL ? 1 : 0
        expect(row).toMatchObject({ requests: (position % 3) + 1 + failed, errors: failed, currency: 'USD' })
        expect(row.prompt_tokens).toBeGreaterThan(0)
        if (row.model === UNPRICED) expect([row.cost, row.unpriced_requests]).toEqual([null, (position % 3) + 1])
        else expect(row.cost).toBeGreaterThan(0)
      }
    }
    expect(errors).toEqual([
      { code: 'upstream_overloaded', status: 503, caller: 'caller-3', model: MODEL, count: 1, last_at: expect.any(Number) },
    ])
    expect(since).toBeLessThanOrEqual(Date.now())
    expect(pricesAsOf).toMatch(/^\d{4}-\d\d-\d\d$/)
  })

  test('has no caller if no token is required, and groups invented model names as "other"', async () => {
    proxy = await startProxy({ ADMIN_TOKEN, AUTH_TOKEN: '' })
    for (let each = 0; each < 30; each += 1) expect(await send({ text: 'x' }, { model: `invented-${each}` })).toBe(404)
    const { rows, errors } = await eventually(async () => {
      const usage = await read(proxy.origin, 'usage')
      expect(usage.errors[0]?.count).toBe(30)
      return usage
    })
    expect(rows).toMatchObject([{ caller: null, model: 'other', requests: 30, errors: 30 }])
    expect(errors).toMatchObject([{ code: 'model_not_found', status: 404, caller: null, model: 'other', count: 30 }])
  })

  test('counts a stream that broke as an error, with the status 200 that was sent', async () => {
    proxy = await startProxy({ ADMIN_TOKEN, MAX_RETRIES: '0' })
    await (await post(proxy, streamed({ errorMidStream: { name: 'internal', afterChunks: 2 } }))).text()
    await eventually(async () =>
      expect(await read(proxy.origin, 'usage')).toMatchObject({ rows: [{ errors: 1 }], errors: [{ code: 'upstream_error', status: 200 }] }),
    )
  })

  test('counts a missing token as an error without a code', async () => {
    proxy = await startProxy({ ADMIN_TOKEN })
    await call(proxy.origin, { path: '/v1/models', token: null })
    await eventually(async () =>
      expect((await read(proxy.origin, 'usage')).errors).toMatchObject([{ code: null, status: 401, caller: null, model: null, count: 1 }]),
    )
  })
})

test('the series has no sample before the end of the first interval, even after a request', async () => {
  proxy = await startProxy({ ADMIN_TOKEN })
  await openai(proxy).models.list()
  expect(await read(proxy.origin, 'series')).toEqual({ interval_ms: 5000, samples: [] })
})
