import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour, GoogleError } from '../../doubles/simulator/index.js'
import { isOnChat } from '../../support/apis.js'
import {
  chat,
  chatLine,
  eventually,
  failureIn,
  MODEL,
  parseStream,
  post,
  startReading,
  streamed,
  streamWithHeldUpstream,
} from '../../support/calls.js'
import { requestedModel } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

const ENV = {
  THOUGHTS: 'off',
  MODEL_FALLBACKS: 'gemini-2.5-pro>gemini-2.5-flash>gemini-2.5-flash-lite,gemini-2.5-flash-lite>gemini-2.5-pro',
}
const EMBEDDING = 'gemini-embedding-001'
const limit = (retryDelay: string): GoogleError => ({
  code: 429,
  message: 'Quota exceeded.',
  status: 'RESOURCE_EXHAUSTED',
  details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }],
})

let retrying: ProxyUnderTest
let hasty: ProxyUnderTest
beforeAll(async () => {
  retrying = await startProxy({ ...ENV, FC_FUNCTION_NAME: 'gemini-proxy' })
  hasty = await startProxy({ ...ENV, FIRST_EVENT_PATIENCE_MS: '1', HEARTBEAT_INTERVAL_MS: '10' })
})
beforeEach(() => {
  for (const { simulator, logs } of [retrying, hasty]) {
    simulator.reset()
    logs.length = 0
  }
})
afterAll(async () => {
  await retrying.close()
  await hasty.close()
})

/** The models requested from Gemini, in order. */
const asked = ({ simulator }: ProxyUnderTest): unknown[] => simulator.requests.map(requestedModel)

/** Kinds of requests, all of which the proxy must retry alike. */
const REQUESTS: readonly (readonly [name: string, ask: (proxy: ProxyUnderTest, model?: string) => Promise<Response>])[] = [
  ['an answer in JSON', (proxy, model = MODEL) => post(proxy, chat({}, { model }))],
  ['a stream', (proxy, model = MODEL) => post(proxy, streamed({}, { model }))],
  ['embeddings', (proxy) => embed(proxy)],
]

const embed = ({ baseUrl }: ProxyUnderTest): Promise<Response> =>
  fetch(`${baseUrl}/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: EMBEDDING, input: 'text' }),
  })

async function repeatsOf({ logs }: ProxyUnderTest): Promise<unknown> {
  await eventually(() => expect(logs.filter(({ route }) => route !== undefined)).toHaveLength(1))
  return logs.find(({ route }) => route !== undefined)?.repeats
}

const PASSING: readonly (readonly [string, Behaviour])[] = [
  ['500', { error: 'internal' }],
  ['502', { error: 'bad-gateway', errorForm: 'html' }],
  ['503', { error: 'unavailable' }],
  ['504', { error: 'deadline' }],
  ['a connection that is reset before the headers', { fault: { kind: 'reset', when: 'before-headers' } }],
  ['a body that is cut off', { fault: { kind: 'cut', when: { afterBytes: 15 } } }],
]

describe.each(REQUESTS)('%s', (_name, ask) => {
  test.each(PASSING)('succeeds after a temporary failure: %s', async (_, behaviour) => {
    retrying.simulator.next(behaviour)
    const response = await ask(retrying)
    expect(response.status).toBe(200)
    expect(await response.text()).not.toContain('"error":{')
    expect(retrying.simulator.totalRequests).toBe(2)
    expect(await repeatsOf(retrying)).toBe(1)
  })

  test('is requested MAX_RETRIES more times, then the failure keeps its status', async () => {
    retrying.simulator.next({ error: 'internal', repeat: 9 })
    expect((await ask(retrying)).status).toBe(502)
    expect(retrying.simulator.totalRequests).toBe(3)
    expect(await repeatsOf(retrying)).toBe(2)
  })

  test('waits for the end of a rate limit as Gemini demands', async () => {
    retrying.simulator.next({ error: limit('0.4s') })
    const began = performance.now()
    expect((await ask(retrying)).status).toBe(200)
    // Gemini demands 0.4 s; the proxy rounds this up to whole seconds, so it waits 1 s.
    expect(performance.now() - began).toBeGreaterThanOrEqual(1000 - 5)
    expect(retrying.simulator.totalRequests).toBe(2)
  })

  test.each([
    ['a limit that ends in 41 s', { error: 'quota-minute' }, 429],
    ['a limit without a known end', { error: 'quota-bare' }, 429],
    ['a daily quota', { error: 'quota-day' }, 429],
    ['a quota of zero', { error: 'quota-zero' }, 429],
    ['an invalid request', { error: 'invalid-argument' }, 400],
    ['wrong credentials', { error: 'invalid' }, 502],
  ] satisfies [string, Behaviour, number][])('is requested once if retries are useless: %s', async (_, behaviour, status) => {
    retrying.simulator.next({ ...behaviour, repeat: 9 })
    expect((await ask(retrying)).status).toBe(status)
    expect(retrying.simulator.totalRequests).toBe(1)
    expect(await repeatsOf(retrying)).toBeUndefined()
  })
})

describe('a stream', () => {
  test('that is committed is still requested again, as comments are not an answer', async () => {
    hasty.simulator.next({ error: 'unavailable', hold: 'before-headers' }, { fault: { kind: 'reset' } })
    const answer = await startReading(post(hasty, streamed({ text: 'late' })))
    await answer.until(/^((: keep-alive|event: ping\ndata: .+)\n\n){3}/)
    hasty.simulator.release()
    const { errors, dones, content } = await answer.rest()
    expect({ errors, dones, content }).toEqual({ errors: [], dones: 1, content: 'late' })
    expect(hasty.simulator.totalRequests).toBe(3)
    expect(await chatLine(hasty)).toMatchObject({ repeats: 2, status: 200 })
  })

  test('that is committed reports the failure after the retries', async () => {
    hasty.simulator.next({ error: 'internal', repeat: 9 })
    const { errors, dones } = await streamWithHeldUpstream(hasty, {})
    expect([errors.map(({ code }) => code), dones]).toEqual([['upstream_error'], 0])
    expect(hasty.simulator.totalRequests).toBe(3)
  })

  test.each([
    ['a reset', { fault: { kind: 'reset', when: { afterChunks: 2 } } }],
    ['an overload', { errorMidStream: { name: 'unavailable', afterChunks: 2 } }],
    ['a clean end', { fault: { kind: 'eof', when: { afterChunks: 2 } } }],
    ['a rate limit', { errorMidStream: { name: limit('1s'), form: 'data-object', afterChunks: 2 } }],
  ] satisfies [string, Behaviour][])('that has sent text is never requested again: %s', async (_, behaviour) => {
    const pace = { deltas: ['one', 'two', 'three'], chunkDelayMs: 25 }
    const { errors, dones, content } = parseStream(await (await post(retrying, streamed({ ...pace, ...behaviour }))).text())
    expect([errors.length, dones]).toEqual([1, 0])
    expect(content).toMatch(/^one/)
    expect(retrying.simulator.totalRequests).toBe(1)
  })

  test.each([
    ['empty', { empty: true }],
    ['a malformed tool call', { finish: 'function_call_filter: MALFORMED_FUNCTION_CALL', omitMessage: true }],
  ] satisfies [string, Behaviour][])('and a JSON answer are requested once more if they are unusable: %s', async (_, behaviour) => {
    for (const body of [streamed({}), chat({})]) {
      retrying.simulator.reset()
      retrying.simulator.next(behaviour)
      expect((await post(retrying, body)).status).toBe(200)
      expect(retrying.simulator.totalRequests).toBe(2)
      retrying.simulator.reset()
      retrying.simulator.next({ ...behaviour, repeat: 9 })
      expect((await post(retrying, body)).status).toBe(502)
      expect(retrying.simulator.totalRequests).toBe(2)
    }
  })

  // Only the chat API has several choices.
  if (isOnChat())
    test('of several choices requests only the failed one again', async () => {
      retrying.simulator.next({ error: 'unavailable' })
      const { errors, dones, chunks } = parseStream(await (await post(retrying, streamed({ text: 'x' }, { n: 4 }))).text())
      expect([errors, dones]).toEqual([[], 1])
      expect(chunks.filter(({ choices: [choice] }) => choice?.finish_reason === 'stop')).toHaveLength(4)
      expect(retrying.simulator.totalRequests).toBe(5)
      expect(await chatLine(retrying)).toMatchObject({ repeats: 1 })
    })
})

describe('a deadline', () => {
  test.each([false, true])('is not exceeded by a retry delay: the failure itself is reported at once (stream: %s)', async (stream) => {
    retrying.simulator.next({ error: limit('9s') })
    // A function timeout of 8 s sets a deadline of 4 s, so the proxy must report the failure now:
    // waiting 9 s would end in a 504.
    const response = await post(retrying, chat({}, { stream }), { headers: { 'x-fc-function-timeout': '8' } })
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '9'])
    expect(retrying.simulator.totalRequests).toBe(1)
  })
})

describe('MODEL_FALLBACKS', () => {
  const overload = (repeat: number): Behaviour => ({ error: 'unavailable', repeat })
  const chain = ['gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-2.5-flash-lite'].flatMap((model) => [model, model, model])

  test.each([false, true])('fall back to the next model and report it, once the first stays overloaded (stream: %s)', async (stream) => {
    retrying.simulator.next(overload(3))
    const response = await post(retrying, chat({}, { stream, model: 'gemini-2.5-pro' }))
    expect([response.status, response.headers.get('x-gemini-proxy-model')]).toEqual([200, 'gemini-2.5-flash'])
    expect(await response.text()).toContain('"model":"gemini-2.5-pro"')
    expect(asked(retrying)).toEqual(chain.slice(0, 4))
    expect(await chatLine(retrying)).toMatchObject({ model: 'gemini-2.5-pro', servedModel: 'gemini-2.5-flash', repeats: 3 })
  })

  test('fall back to the third model, and end there even if the chain is a ring', async () => {
    retrying.simulator.next(overload(6))
    const response = await post(retrying, chat({}, { model: 'gemini-2.5-pro' }))
    expect(response.headers.get('x-gemini-proxy-model')).toBe('gemini-2.5-flash-lite')
    expect(asked(retrying)).toEqual(chain.slice(0, 7))
    retrying.simulator.reset()
    retrying.simulator.next(overload(99))
    const failed = await post(retrying, chat({}, { model: 'gemini-2.5-pro' }))
    expect(failed.headers.get('retry-after')).toBe('5')
    expect(await failureIn(failed)).toMatchObject([503, { error: { code: 'upstream_overloaded' } }])
    expect(asked(retrying)).toEqual(chain)
  })

  test('are not used for limits, lost connections or refusals', async () => {
    for (const behaviour of [{ error: 'quota-minute' }, { error: 'invalid-argument' }, { error: 'internal' }] satisfies Behaviour[]) {
      retrying.simulator.reset()
      retrying.simulator.next({ ...behaviour, repeat: 9 })
      await (await post(retrying, chat({}, { model: 'gemini-2.5-pro' }))).text()
      expect(new Set(asked(retrying))).toEqual(new Set(['gemini-2.5-pro']))
    }
  })

  test('are not used for embeddings', async () => {
    const proxy = await startProxy({ MODEL_FALLBACKS: `${EMBEDDING}>gemini-embedding-2`, MAX_RETRIES: '1' })
    proxy.simulator.next(overload(9))
    const { status } = await embed(proxy)
    const models = asked(proxy)
    await proxy.close()
    expect([status, models]).toEqual([503, [EMBEDDING, EMBEDDING]])
  })
})
