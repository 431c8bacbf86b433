import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ErrorResponse } from '../../../src/contract/types.js'
import type { ErrorName } from '../../doubles/simulator/errors.js'
import { chat, eventually, openai, parseStream, post } from '../../support/calls.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'
import { sentChat } from '../../support/sentChat.js'
import { keyStates, keysUsed, startWithKeys } from './keys.js'

const MODEL = 'gemini-3.5-flash'
const OTHER = 'gemini-3.5-flash-lite'

let proxy: ProxyUnderTest
beforeEach(async () => {
  // The proxy reads the clock when it starts, so the clock must be faked before.
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.parse('2026-11-01T07:30:00Z') })
  proxy = await startWithKeys()
})
afterEach(async () => {
  vi.useRealTimers()
  await proxy.close()
})

/**
 * Outcome of one request: its status, or the status, error code and Retry-After header of its
 * failure.
 */
type Outcome = number | readonly [status: number, code: string | null, retryAfter: string | null]

async function outcomeOf(response: Response): Promise<Outcome> {
  const text = await response.text()
  if (response.ok) return response.status
  const { error } = JSON.parse(text) as ErrorResponse
  return [response.status, error.code, response.headers.get('retry-after')]
}

const ask = async (model: string, stream: boolean): Promise<Outcome> =>
  outcomeOf(await post(proxy, chat({ text: 'Hi' }, { model, stream })))

const embed = async (): Promise<Outcome> =>
  outcomeOf(
    await fetch(`${proxy.baseUrl}/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gemini-embedding-001', input: 'text' }),
    }),
  )

/** Requests for which the proxy uses a key: the name of the test, and a function that sends one. */
const OPERATIONS: readonly (readonly [string, () => Promise<Outcome>])[] = [
  ['a chat', () => ask(MODEL, false)],
  ['a stream', () => ask(MODEL, true)],
  ['an embedding', embed],
]

describe.each(OPERATIONS)('%s', (_what, once) => {
  test('uses the keys in rotation', async () => {
    for (let count = 0; count < 4; count += 1) expect(await once()).toBe(200)
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3, 1])
  })

  test.each<ErrorName>([
    'quota-minute',
    'quota-day',
    'quota-zero',
    'quota-bare',
    'invalid',
    'leaked',
    'expired',
    'denied',
    'prepaid',
    'no-credit',
  ])('moves on to the next key within the request, and skips the first key afterwards: %s', async (state) => {
    proxy.simulator.settings.keys = keyStates(state)
    for (let count = 0; count < 3; count += 1) expect(await once()).toBe(200)
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3, 2])
  })

  test('tries each key once, and then reports the shortest wait without calling Gemini', async () => {
    proxy.simulator.settings.keys = keyStates('quota-minute', 'quota-text-only', 'quota-day')
    expect(await once()).toEqual([429, 'rate_limit_exceeded', '8'])
    expect(await once()).toEqual([429, 'rate_limit_exceeded', '8'])
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3])
  })

  test('is 502 once all keys are disabled', async () => {
    proxy.simulator.settings.keys = keyStates('invalid', 'leaked', 'prepaid')
    expect(await once()).toEqual([502, 'upstream_auth_error', null])
    expect(await once()).toEqual([502, 'upstream_auth_error', null])
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3])
  })

  test('tries each key once if all lack access, and again for the next request', async () => {
    proxy.simulator.settings.keys = keyStates('unregistered', 'unregistered', 'unregistered')
    expect(await once()).toEqual([502, 'upstream_auth_error', null])
    expect(await once()).toEqual([502, 'upstream_auth_error', null])
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3, 1, 2, 3])
  })

  test.each<[ErrorName, Outcome]>([
    ['region', [502, 'upstream_region_unsupported', null]],
    ['invalid-argument', [400, 'invalid_request', null]],
  ])('does not change the key if the error is unrelated to it: %s', async (state, outcome) => {
    proxy.simulator.settings.keys = keyStates(state, state, state)
    expect(await once()).toEqual(outcome)
    expect(await once()).toEqual(outcome)
    expect(keysUsed(proxy.simulator)).toEqual([1, 2])
  })
})

describe('a quota limit', () => {
  test('applies to one model, for as long as Gemini requires', async () => {
    proxy.simulator.settings.keys = keyStates('quota-minute')
    await ask(MODEL, false)
    proxy.simulator.settings.keys = {}
    expect([await ask(OTHER, false), await ask(MODEL, false), await ask(MODEL, true)]).toEqual([200, 200, 200])
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 1, 3, 2])
    vi.advanceTimersByTime(41_000)
    for (let count = 0; count < 3; count += 1) await ask(MODEL, false)
    expect(keysUsed(proxy.simulator).slice(5)).toEqual([3, 1, 2])
  })

  test('per day applies until midnight Pacific time', async () => {
    proxy.simulator.settings.keys = keyStates('quota-day', 'quota-zero', 'quota-day')
    // It is half past midnight in Pacific time on a day of 25 hours, when daylight saving time
    // ends.
    expect(await ask(MODEL, false)).toEqual([429, 'insufficient_quota', String(24.5 * 3600)])
    proxy.simulator.settings.keys = {}
    vi.setSystemTime(Date.parse('2026-11-02T07:59:59Z'))
    expect(await ask(MODEL, true)).toEqual([429, 'insufficient_quota', '1'])
    vi.setSystemTime(Date.parse('2026-11-02T08:00:00Z'))
    expect(await ask(MODEL, true)).toBe(200)
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3, 1])
  })

  test('because of used-up credit on all keys is reported as with one key', async () => {
    proxy.simulator.settings.keys = keyStates('prepaid', 'no-credit', 'prepaid')
    expect(await ask(MODEL, false)).toEqual([429, 'insufficient_quota', null])
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3])
  })

  test('in the first event of a stream leads to the next key, and in a later event ends the stream', async () => {
    const limited = (afterChunks: number) => ({
      errorMidStream: { name: 'quota-minute' as const, form: 'data-object' as const, afterChunks },
    })
    proxy.simulator.next(limited(0))
    expect(parseStream(await (await post(proxy, chat({ text: 'Hi' }, { model: MODEL, stream: true }))).text()).dones).toBe(1)
    proxy.simulator.next(limited(1))
    const broken = parseStream(await (await post(proxy, chat({ text: 'Hi there' }, { model: MODEL, stream: true }))).text())
    expect(broken).toMatchObject({ dones: 0, errors: [{ code: 'rate_limit_exceeded' }] })
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3])
    // Keys 1 and 3 are in cooldown, so that the proxy uses only key 2.
    for (let count = 0; count < 3; count += 1) expect(await ask(MODEL, true)).toBe(200)
    expect(keysUsed(proxy.simulator).slice(3)).toEqual([2, 2, 2])
  })
})

describe('changing the key', () => {
  test('is separate from retries, which each key has again', async () => {
    proxy.simulator.settings.keys = keyStates('quota-minute', 'unavailable')
    vi.spyOn(Math, 'random').mockReturnValue(0)
    expect(await ask(MODEL, false)).toEqual([503, 'upstream_overloaded', '5'])
    vi.restoreAllMocks()
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 2, 2])
  })

  test('happens before a model fallback, and again for the fallback model', async () => {
    const own = await startWithKeys({ MODEL_FALLBACKS: `${MODEL}>${OTHER}`, MAX_RETRIES: '0' })
    own.simulator.next({ error: 'quota-minute' }, { error: 'overloaded' }, { error: 'quota-minute' })
    const response = await post(own, chat({ text: 'Hi' }, { model: MODEL }))
    expect([response.status, response.headers.get('x-gemini-proxy-model')]).toEqual([200, OTHER])
    await response.text()
    expect(own.simulator.requests.map((request) => sentChat(request).model)).toEqual([MODEL, MODEL, OTHER, OTHER])
    expect(keysUsed(own.simulator)).toEqual([1, 2, 1, 2])
    await own.close()
  })

  test('happens separately for each choice of a request', async () => {
    proxy.simulator.settings.keys = keyStates('quota-minute')
    const { choices } = await openai(proxy).chat.completions.create({ model: MODEL, n: 3, messages: [{ role: 'user', content: 'Hi' }] })
    expect(choices).toHaveLength(3)
    const used = keysUsed(proxy.simulator)
    expect(used.filter((key) => key === 1)).toHaveLength(1)
    expect(used).toHaveLength(4)
  })

  test('counts as a repeat in the log line', async () => {
    proxy.simulator.settings.keys = keyStates('quota-minute', 'quota-minute')
    await ask(MODEL, false)
    await eventually(() => expect(proxy.logs.find(({ operation }) => operation === 'createChatCompletion')).toMatchObject({ repeats: 2 }))
  })
})

describe('looking up a model', () => {
  const UNLISTED = 'gemini-9-ultra'

  test('has a separate rotation', async () => {
    await ask(UNLISTED, false)
    await ask('gemini-9-nano', false)
    expect(keysUsed(proxy.simulator, '/models/')).toEqual([1, 2])
  })

  test('moves on to the next key if a key is at fault', async () => {
    proxy.simulator.settings.keys = keyStates('invalid', 'quota-minute')
    expect(await ask(UNLISTED, false)).toEqual([404, 'model_not_found', null])
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3])
  })

  test('is skipped if no key is left, and the request reports the error', async () => {
    proxy.simulator.settings.keys = keyStates('invalid', 'invalid', 'invalid')
    expect(await ask(UNLISTED, false)).toEqual([502, 'upstream_auth_error', null])
    expect(await ask('gemini-9-nano', false)).toEqual([502, 'upstream_auth_error', null])
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3])
  })
})

describe('a hundred parallel requests', () => {
  const all = (): Promise<Outcome[]> => Promise.all(Array.from({ length: 100 }, (_, count) => ask(MODEL, count % 2 === 0)))

  test('share the keys evenly', async () => {
    expect(new Set(await all())).toEqual(new Set([200]))
    const used = keysUsed(proxy.simulator)
    expect([1, 2, 3].map((key) => used.filter((each) => each === key).length).sort()).toEqual([33, 33, 34])
  })

  test.each<ErrorName>(['quota-minute', 'leaked'])(
    'use a failing key at most once per request, and never afterwards: %s',
    async (state) => {
      proxy.simulator.settings.keys = keyStates(state, 'valid', state)
      expect(new Set(await all())).toEqual(new Set([200]))
      const used = keysUsed(proxy.simulator)
      const failing = used.filter((key) => key !== 2).length
      expect(used.filter((key) => key === 2)).toHaveLength(100)
      // Each request tries each key at most once, and skips keys that are already disabled.
      expect(failing).toBeLessThanOrEqual(2 * 100)
      await all()
      expect(keysUsed(proxy.simulator).filter((key) => key !== 2)).toHaveLength(failing)
    },
  )

  test('one after the other use a failing key once', async () => {
    proxy.simulator.settings.keys = keyStates('quota-minute', 'valid', 'leaked')
    for (let count = 0; count < 20; count += 1) expect(await ask(MODEL, count % 2 === 0)).toBe(200)
    expect(keysUsed(proxy.simulator).filter((key) => key !== 2)).toEqual([1, 3])
  })
})

describe('a single key', () => {
  test.each<[ErrorName, Outcome]>([
    ['quota-minute', [429, 'rate_limit_exceeded', '41']],
    ['quota-bare', [429, 'rate_limit_exceeded', null]],
    ['quota-day', [429, 'insufficient_quota', null]],
    ['leaked', [502, 'upstream_auth_error', null]],
    ['prepaid', [429, 'insufficient_quota', null]],
  ])("is used each time, and Gemini's own error is returned: %s", async (state, outcome) => {
    const own = await startWithKeys({ GEMINI_API_KEY: 'canary-first-key-a1b2' })
    own.simulator.settings.keys = keyStates(state)
    for (let count = 1; count <= 3; count += 1) {
      expect(await outcomeOf(await post(own, chat({ text: 'Hi' }, { model: MODEL })))).toEqual(outcome)
      expect(keysUsed(own.simulator)).toHaveLength(count)
    }
    own.simulator.settings.keys = {}
    expect((await post(own, chat({ text: 'Hi' }, { model: MODEL }))).status).toBe(200)
    await own.close()
  })
})
