import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { eventually, startReading } from '../../support/calls.js'
import { advanceClock, startClock, stopClock, waitWithStoppedClock } from '../../support/clock.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { ask, post, REQUEST_KINDS } from './ask.js'

const TEXT = 'A long story, told in several calls. '.repeat(30)
const FALLBACK = 'gemini-3.8-flash'

let proxy: ProxyUnderTest
let deadline: ProxyUnderTest
let manyKeys: ProxyUnderTest
beforeAll(async () => {
  const native = {
    GEMINI_UPSTREAM: 'native',
    MAX_RETRIES: '0',
    THOUGHTS: 'off',
    GEMINI_API_KEY: 'key-one,key-two',
    MODEL_FALLBACKS: `gemini-4-neon>${FALLBACK}`,
  }
  proxy = await startProxy(native)
  deadline = await startProxy({ ...native, REQUEST_TIMEOUT_MS: '20000' })
  // One key for each test that exhausts a key's quota, and two more, so that the last of these
  // tests still has other keys to switch to.
  const keys = Array.from({ length: 2 * REQUEST_KINDS.length + 2 }, (_, index) => `key-${index}`)
  manyKeys = await startProxy({ ...native, MAX_RETRIES: '2', GEMINI_API_KEY: keys.join() })
})
beforeEach(() => {
  for (const each of [proxy, deadline, manyKeys]) {
    each.simulator.reset()
    each.logs.length = 0
  }
})
afterAll(async () => {
  await proxy.close()
  await deadline.close()
  await manyKeys.close()
})

const RESET: Behaviour = { fault: { kind: 'reset', when: 'before-headers' } }
const EMPTY: Behaviour = { fault: { kind: 'eof', when: 'after-headers' } }

/** Counts the requests to Gemini, and the combinations of model and key among them. */
function calls({ simulator }: ProxyUnderTest): { count: number; targets: number } {
  const targets = simulator.requests.map(({ path, headers }) => `${path} ${String(headers['x-goog-api-key'])}`)
  return { count: simulator.totalRequests, targets: new Set(targets).size }
}

describe.each(REQUEST_KINDS)('%s whose answer takes several calls', (_, path, stream) => {
  test.each([
    ['is overloaded', { error: 'unavailable' }, 503, 'upstream_overloaded'],
    ['fails', { error: 'internal' }, 502, 'upstream_error'],
    [
      'rejects the continuation token',
      { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'The token is void.' } },
      502,
      'upstream_error',
    ],
    ['breaks off', { fault: { kind: 'reset', when: { afterChunks: 2 } } }, 502, 'upstream_error'],
    ['ends early', { fault: { kind: 'eof', when: { afterChunks: 2 } } }, 502, 'upstream_error'],
  ] as const)('fails, and never ends with `stop`, if Gemini %s in a later call', async (_name, behaviour, status, code) => {
    proxy.simulator.next({ text: TEXT, longAnswer: { count: 3 } }, behaviour as Behaviour)
    const answer = await ask(proxy, path, stream)
    expect(answer.finishes).toEqual([])
    expect(answer.status).toBe(stream ? 200 : status)
    expect(answer.errors).toHaveLength(1)
    await eventually(() => expect(proxy.logs.at(-1)).toMatchObject({ errorCode: code, attempts: 2, continuations: 1 }))
    // The proxy does not continue the answer with another key or a fallback model.
    expect(calls(proxy)).toEqual({ count: 2, targets: 1 })
  })

  test.each([
    ['this minute', 'quota-minute', 'rate_limit_exceeded'],
    ['this day', 'quota-day', 'insufficient_quota'],
  ] as const)('fails with 429, and never ends with `stop`, if the quota for %s is used up in a later call', async (_name, error, code) => {
    manyKeys.simulator.next({ text: TEXT, longAnswer: { count: 3 } }, { error })
    const answer = await ask(manyKeys, path, stream)
    expect([answer.finishes, answer.errors.length]).toEqual([[], 1])
    expect(answer.status).toBe(stream ? 200 : 429)
    expect(answer.body).toContain(`"${code}"`)
    await eventually(() => expect(manyKeys.logs.at(-1)).toMatchObject({ errorCode: code, attempts: 2, continuations: 1 }))
    expect(calls(manyKeys)).toEqual({ count: 2, targets: 1 })
  })

  test('continues if the connection of a later call is lost before its first byte', async () => {
    proxy.simulator.next({ text: TEXT, longAnswer: { count: 3 } }, RESET)
    expect(await ask(proxy, path, stream)).toMatchObject({ status: 200, content: TEXT, finishes: ['stop'], errors: [] })
    expect(calls(proxy)).toEqual({ count: 4, targets: 1 })
    await eventually(() => expect(proxy.logs.at(-1)).toMatchObject({ attempts: 4, repeats: 1, continuations: 2 }))
  })

  test('retries up to three times if a later call ends without output', async () => {
    proxy.simulator.next({ text: TEXT, longAnswer: { count: 2 } }, { ...EMPTY, repeat: 3 })
    expect(await ask(proxy, path, stream)).toMatchObject({ status: 200, content: TEXT, finishes: ['stop'] })
    expect(calls(proxy)).toEqual({ count: 5, targets: 1 })
  })

  test('fails if the fourth attempt also ends without output', async () => {
    proxy.simulator.next({ text: TEXT, longAnswer: { count: 2 } }, { ...EMPTY, repeat: 4 })
    const { finishes, errors } = await ask(proxy, path, stream)
    expect([finishes, errors.length]).toEqual([[], 1])
    expect(calls(proxy)).toEqual({ count: 5, targets: 1 })
  })

  test('is resumed from its last continuation token, if no output followed it', async () => {
    proxy.simulator.next({ text: TEXT, chunks: 8, longAnswer: { count: 2, textsPerResumePoint: 1, cutAfter: 2 } })
    const { content, finishes, usage } = await ask(proxy, path, stream)
    expect([content, finishes]).toEqual([TEXT, ['stop']])
    expect(calls(proxy)).toEqual({ count: 3, targets: 1 })
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0))
  })
})

describe.each(REQUEST_KINDS.filter(([, , stream]) => stream))('%s', (_, path) => {
  test('fails if text followed the last continuation token', async () => {
    proxy.simulator.next({ text: TEXT, chunks: 8, longAnswer: { count: 2, textsPerResumePoint: 2, cutAfter: 3 } })
    const { content, finishes, errors } = await ask(proxy, path, true)
    expect([finishes, errors.length]).toEqual([[], 1])
    expect(TEXT.startsWith(content) && content !== '').toBe(true)
    expect(calls(proxy)).toEqual({ count: 1, targets: 1 })
  })

  test('aborts a later call if its client disconnects, and starts no other', async () => {
    proxy.simulator.next({ text: TEXT, longAnswer: { count: 3 } }, { hold: 'before-headers' })
    const leaving = new AbortController()
    const client = await startReading(post(proxy, path, { stream: true }, { signal: leaving.signal }))
    await client.until(/A long story/)
    await eventually(() => expect(proxy.simulator.totalRequests).toBe(2))
    leaving.abort()
    await eventually(() => expect(proxy.simulator.requests[1]).toMatchObject({ aborted: true }))
    proxy.simulator.release(Number.POSITIVE_INFINITY)
    await eventually(() => expect(proxy.logs.at(-1)).toMatchObject({ cancelled: true }))
    expect(proxy.simulator.totalRequests).toBe(2)
  })
})

test('a deadline aborts the running call of a long answer, and no other call starts', async () => {
  deadline.simulator.next({ text: TEXT, longAnswer: { count: 3 } }, { hold: 'before-headers' })
  stopClock()
  const asked = ask(deadline, 'chat/completions', false)
  await waitWithStoppedClock(() => deadline.simulator.totalRequests === 2)
  await advanceClock(20_000)
  const { status, finishes } = await asked
  startClock()
  expect([status, finishes]).toEqual([504, []])
  await eventually(() => expect(deadline.simulator.requests[1]).toMatchObject({ aborted: true }))
  deadline.simulator.release(Number.POSITIVE_INFINITY)
  expect(calls(deadline)).toEqual({ count: 2, targets: 1 })
})
