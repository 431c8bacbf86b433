import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour, GoogleError } from '../../doubles/simulator/index.js'
import { requestedModel } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

const MODEL = 'gemini-3.5-flash'
const FALLBACK = 'gemini-3.5-flash-lite'
const KEYS = 'canary-first-key-a1b2,canary-second-key-c3d4'

let proxy: ProxyUnderTest
let retrying: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' })
  retrying = await startProxy({ THOUGHTS: 'off' })
})
beforeEach(() => {
  proxy.simulator.reset()
  retrying.simulator.reset()
})
afterAll(async () => {
  await proxy.close()
  await retrying.close()
})

interface Outcome {
  readonly status: number
  readonly code: string | undefined
  readonly retryAfter: string | null
  readonly shouldRetry: string | null
}

async function post(to: ProxyUnderTest, path: string, body: object): Promise<Outcome> {
  const response = await fetch(`${to.baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return {
    status: response.status,
    code: response.ok ? undefined : JSON.parse(text).error.code,
    retryAfter: response.headers.get('retry-after'),
    shouldRetry: response.headers.get('x-should-retry'),
  }
}

type SendRequest = (to: ProxyUnderTest) => Promise<Outcome>
const messages = [{ role: 'user', content: 'Hi' }]
const whole: SendRequest = (to) => post(to, '/chat/completions', { model: MODEL, messages })
const REQUESTS: readonly (readonly [string, SendRequest])[] = [
  ['a chat', whole],
  ['a streamed chat', (to) => post(to, '/chat/completions', { model: MODEL, messages, stream: true })],
  ['a response', (to) => post(to, '/responses', { model: MODEL, input: 'Hi' })],
  ['a streamed response', (to) => post(to, '/responses', { model: MODEL, input: 'Hi', stream: true })],
  ['embeddings', (to) => post(to, '/embeddings', { model: 'gemini-embedding-001', input: 'Hi' })],
]

const failing = (code: number, retryAfter: string, more: Partial<GoogleError> = {}): Behaviour => ({
  error: { code, status: code === 429 ? 'RESOURCE_EXHAUSTED' : 'UNAVAILABLE', message: 'Slow down.', ...more },
  headers: { 'retry-after': retryAfter },
})
const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString()
const info = (retryDelay: string) => ({ details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }] })

describe.each(REQUESTS)('the Retry-After of Gemini, for %s,', (_, ask) => {
  test.each([
    [429, 'rate_limit_exceeded', failing(429, '17'), '17'],
    [503, 'upstream_overloaded', failing(503, '17'), '17'],
    [502, 'upstream_error', failing(500, '17'), '17'],
    [504, 'upstream_timeout', failing(504, '17'), '17'],
    [429, 'rate_limit_exceeded', { ...failing(429, '17'), errorForm: 'html' }, '17'],
    [503, 'upstream_overloaded', { ...failing(503, '17'), errorForm: 'html' }, '17'],
    [429, 'rate_limit_exceeded', { ...failing(429, '17'), errorForm: 'object' }, '17'],
  ] as const)('reaches the client: %i %s', async (status, code, behaviour, retryAfter) => {
    proxy.simulator.next(behaviour as Behaviour)
    expect(await ask(proxy)).toEqual({ status, code, retryAfter, shouldRetry: null })
  })
})

describe('the Retry-After of Gemini', () => {
  test.each([
    ['nothing', '0', '1'],
    ['one second', '1', '1'],
    ['blanks around', ' 30 ', '30'],
    ['a fraction', '1.2', '2'],
    ['the longest that is not treated as a used-up quota', '300', '300'],
  ])('may be a number of seconds: %s', async (_, header, retryAfter) => {
    proxy.simulator.next(failing(429, header))
    expect(await whole(proxy)).toMatchObject({ code: 'rate_limit_exceeded', retryAfter })
  })

  test.each([
    ['a date', () => inSeconds(120)],
    ['a date in the format of RFC 850', () => inSeconds(120).replace(/^(\w+), (\d+) (\w+) \d\d(\d\d)/, '$1day, $2-$3-$4')],
    ['a date in the format of asctime', () => inSeconds(120).replace(/^(\w+), (\d+) (\w+) (\d+) (.*) GMT/, '$1 $3 $2 $5 $4')],
  ])('may be %s', async (_, header) => {
    proxy.simulator.next(failing(429, header()))
    const { code, retryAfter } = await whole(proxy)
    expect(code).toBe('rate_limit_exceeded')
    expect(Math.abs(Number(retryAfter) - 120)).toBeLessThanOrEqual(30)
  })

  test('counts a date from the time of the response, not from the local clock', async () => {
    const headers = { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT', date: 'Fri, 31 Dec 1999 23:59:09 GMT' }
    proxy.simulator.next({ ...failing(503, ''), headers })
    expect(await whole(proxy)).toMatchObject({ status: 503, retryAfter: '50' })
  })

  test('in the past means the shortest wait', async () => {
    proxy.simulator.next(failing(503, 'Fri, 31 Dec 1999 23:59:59 GMT'))
    expect(await whole(proxy)).toMatchObject({ status: 503, retryAfter: '1' })
  })

  test.each(['soon', '-5', '5 minutes', '', '1e3', 'NaN', '0x10', 'Sun', '2099-01-01'])(
    'is ignored if it is not a time: "%s"',
    async (header) => {
      proxy.simulator.next(failing(429, header), failing(503, header))
      expect(await whole(proxy)).toMatchObject({ code: 'rate_limit_exceeded', retryAfter: null })
      expect(await whole(proxy)).toMatchObject({ code: 'upstream_overloaded', retryAfter: '5' })
    },
  )

  test.each([
    ['RetryInfo', info('34.4s'), '35'],
    ['RetryInfo with a shorter wait', info('2s'), '2'],
    ['its message', { message: 'Please retry in 7.2s.' }, '8'],
  ])('is overridden by the body: %s', async (_, more, retryAfter) => {
    proxy.simulator.next(failing(429, '17', more))
    expect(await whole(proxy)).toMatchObject({ code: 'rate_limit_exceeded', retryAfter })
  })

  test.each(['301', '7200', '99999999999999999999'])(
    'of more than five minutes means a used-up quota, like in the body: %s',
    async (header) => {
      proxy.simulator.next(failing(429, header))
      expect(await whole(proxy)).toEqual({ status: 429, code: 'insufficient_quota', retryAfter: null, shouldRetry: 'false' })
    },
  )

  test.each([
    [400, 'invalid_request'],
    [401, 'upstream_auth_error'],
    [413, 'request_too_large'],
  ])('is ignored if no retry can succeed: %i', async (code, expected) => {
    proxy.simulator.next(failing(code, '17', { status: 'INVALID_ARGUMENT' }))
    expect(await whole(proxy)).toMatchObject({ code: expected, retryAfter: null, shouldRetry: 'false' })
  })
})

describe('the retries of the proxy', () => {
  test.each([429, 500, 503, 504])('wait as long as the header requests: %i', async (code) => {
    retrying.simulator.next(failing(code, '1'))
    const began = performance.now()
    expect((await whole(retrying)).status).toBe(200)
    expect(performance.now() - began).toBeGreaterThanOrEqual(1_000 - 5)
    expect(retrying.simulator.totalRequests).toBe(2)
  })

  test.each([
    [429, '11', 429],
    [503, '11', 503],
    [500, '60', 502],
  ])('leave a wait of more than 10 s to the client: %i', async (code, header, status) => {
    retrying.simulator.next({ ...failing(code, header), repeat: 9 })
    expect(await whole(retrying)).toMatchObject({ status, retryAfter: header })
    expect(retrying.simulator.totalRequests).toBe(1)
  })

  test('do not wait if a fallback can answer', async () => {
    const own = await startProxy({ MODEL_FALLBACKS: `${MODEL}>${FALLBACK}` })
    try {
      own.simulator.next(failing(503, '60'))
      expect((await whole(own)).status).toBe(200)
      expect(own.simulator.requests.map(requestedModel)).toEqual([MODEL, FALLBACK])
    } finally {
      await own.close()
    }
  })
})

test('a key is in cooldown as long as the header requests, and the client waits for the first key that is available', async () => {
  const own = await startProxy({ GEMINI_API_KEY: KEYS, THOUGHTS: 'off' })
  try {
    own.simulator.next(failing(429, '100'), failing(429, '40'))
    const first = await whole(own)
    expect(first).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
    const second = await whole(own)
    expect(second).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
    // `retry-after` has the shorter time of the two keys: not the 100 s of the other key, and not
    // the default of 30 s.
    for (const { retryAfter } of [first, second]) expect(Number(retryAfter) > 30 && Number(retryAfter) <= 40).toBe(true)
    expect(own.simulator.totalRequests).toBe(2)
  } finally {
    await own.close()
  }
})
