import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ErrorResponse } from '../../../src/contract/types.js'
import { chat, post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { ask } from '../rateLimit/asking.js'
import { asking, openai } from '../responses/asking.js'
import { connect, streamIdOf } from '../resume/client.js'
import { keyStates, keysUsed, startWithKeys } from './keys.js'

const HOUR_MS = 3_600_000
const MODEL = 'gemini-3.5-flash'

/** Jumps of the system clock, which must not change how long a client has to wait. */
const STEPS: readonly (readonly [string, number])[] = [
  ['an hour back', -HOUR_MS],
  ['an hour ahead', HOUR_MS],
  ['a day back', -24 * HOUR_MS],
  ['a day ahead', 24 * HOUR_MS],
  ['to 1970', -Date.now()],
]

let proxy: ProxyUnderTest
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.parse('2026-11-28T12:00:00Z') }))
afterEach(async () => {
  vi.useRealTimers()
  await proxy.close()
})
const step = (ms: number): void => void vi.setSystemTime(Math.max(0, Date.now() + ms))
/** Advances the system clock and the monotonic clock. */
const pass = (ms: number): void => void vi.advanceTimersByTime(ms)

async function outcome(): Promise<unknown> {
  const response = await post(proxy, chat({ text: 'Hi' }, { model: MODEL }))
  const json = (await response.json()) as Partial<ErrorResponse>
  return response.ok ? response.status : [response.status, json.error?.code, response.headers.get('retry-after')]
}

describe.each(STEPS)('a clock that is set %s', (_, ms) => {
  test('does not change the cooldown of keys', async () => {
    proxy = await startWithKeys()
    proxy.simulator.settings.keys = keyStates('quota-second', 'quota-second', 'quota-second')
    expect(await outcome()).toEqual([429, 'rate_limit_exceeded', '2'])
    proxy.simulator.settings.keys = {}
    step(ms)
    expect(await outcome()).toEqual([429, 'rate_limit_exceeded', '2'])
    pass(2_000)
    expect(await outcome()).toBe(200)
  })

  test('does not change how long a rejected key is disabled', async () => {
    proxy = await startWithKeys()
    proxy.simulator.settings.keys = keyStates('leaked')
    expect(await outcome()).toBe(200)
    proxy.simulator.settings.keys = {}
    step(ms)
    for (let count = 0; count < 3; count += 1) await outcome()
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3, 2, 3])
    pass(600_000)
    for (let count = 0; count < 3; count += 1) await outcome()
    expect(new Set(keysUsed(proxy.simulator).slice(5))).toEqual(new Set([1, 2, 3]))
  })

  test('does not change the window of a rate limit', async () => {
    proxy = await startProxy({ RATE_LIMIT_RPM: '1' })
    expect(await ask(proxy.origin)).toMatchObject({ status: 200, reset: '60s' })
    pass(10_000)
    step(ms)
    expect(await ask(proxy.origin)).toMatchObject({ status: 429, reset: '50s', retryAfter: '50' })
    step(-ms)
    expect(await ask(proxy.origin)).toMatchObject({ status: 429, reset: '50s', retryAfter: '50' })
    pass(50_000)
    expect(await ask(proxy.origin)).toMatchObject({ status: 200, reset: '60s' })
  })

  test('does not change how long responses and streams are stored', async () => {
    proxy = await startProxy({ STREAM_RESUME_TTL_SECONDS: '60' })
    const client = openai(proxy)
    const { id } = await client.responses.create(asking({ text: 'one' }))
    const { events } = await connect({ origin: proxy.origin }, { behaviour: { text: 'one' } })
    const path = `/v1/chat/completions/${streamIdOf(events)}`
    step(ms)
    expect((await client.responses.retrieve(id)).id).toBe(id)
    expect((await connect({ origin: proxy.origin }, { path })).status).toBe(200)
    pass(60_000)
    expect((await connect({ origin: proxy.origin }, { path })).status).toBe(404)
    pass(HOUR_MS)
    await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 })
  })

  test('does not change how long an unknown model is remembered', async () => {
    proxy = await startProxy({})
    const lookUp = async (): Promise<number> => (await post(proxy, chat({}, { model: 'gemini-9-none' }))).status
    proxy.simulator.settings.keys = {}
    const first = await lookUp()
    const calls = proxy.simulator.totalRequests
    step(ms)
    expect(await lookUp()).toBe(first)
    expect(proxy.simulator.totalRequests).toBe(calls)
  })
})

test('a daily limit ends at midnight Pacific time, by the system clock', async () => {
  proxy = await startWithKeys()
  proxy.simulator.settings.keys = keyStates('quota-day', 'quota-day', 'quota-day')
  // It is 04:00 in Pacific time: Google resets daily quotas in 20 hours.
  expect(await outcome()).toEqual([429, 'insufficient_quota', String(20 * 3_600)])
  proxy.simulator.settings.keys = {}
  step(19 * HOUR_MS)
  expect(await outcome()).toEqual([429, 'insufficient_quota', '3600'])
  step(HOUR_MS)
  expect(await outcome()).toBe(200)
})
