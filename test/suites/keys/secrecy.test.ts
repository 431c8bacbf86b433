import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSimulator } from '../../doubles/simulator/index.js'
import { startBundle } from '../../support/bundle.js'
import { chat, eventually, post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { KEYS, keyStates, keysUsed, startWithKeys } from './keys.js'

const MODEL = 'gemini-3.5-flash'
const metricsOf = async ({ origin }: { readonly origin: string }): Promise<string> =>
  (await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()

describe('keys that fail', () => {
  let proxy: ProxyUnderTest
  const seen: string[] = []
  const ask = async (stream: boolean): Promise<void> => {
    const response = await post(proxy, chat({ text: 'Hi' }, { model: MODEL, stream }))
    seen.push(JSON.stringify([...response.headers]), await response.text())
  }

  beforeAll(async () => {
    proxy = await startWithKeys({ LOG_LEVEL: 'trace' })
    proxy.simulator.settings.keys = keyStates('leaked', 'quota-minute', 'valid')
    for (const stream of [false, true, false]) await ask(stream)
    const [, , third] = KEYS
    proxy.simulator.next({ error: { code: 400, status: 'INVALID_ARGUMENT', message: `API key not valid: ${third} is unknown.` } })
    await ask(true)
    await eventually(() => expect(proxy.logs.filter(({ operation }) => operation === 'createChatCompletion')).toHaveLength(4))
    seen.push(await metricsOf(proxy), JSON.stringify(proxy.logs))
  })
  afterAll(() => proxy.close())

  test('are never shown: not in answers, headers, logs or metrics', () => {
    expect(keysUsed(proxy.simulator)).toEqual([1, 2, 3, 3, 3, 3])
    const everything = seen.join('\n')
    for (const key of KEYS) expect(everything).not.toContain(key)
    expect(everything).not.toMatch(/canary|-key-/)
  })

  test('are logged in one line each, with position, last four characters and the message of Gemini', () => {
    const lines = proxy.logs.filter(({ msg }) => String(msg).startsWith('Gemini API key'))
    expect(lines).toEqual([
      {
        level: 40,
        time: expect.any(Number),
        key: 1,
        keyEnd: 'a1b2',
        cause: expect.stringContaining('reported as leaked'),
        msg: 'Gemini API key disabled for 10 min; using the remaining keys',
      },
      expect.objectContaining({ key: 3, keyEnd: 'e5f6', cause: expect.stringContaining('API key not valid: [redacted] is unknown.') }),
    ])
  })

  test('are counted by position', () => {
    const lines = seen.join('\n').match(/^gemini_proxy_upstream_requests_total\{.*$/gm)
    expect(lines?.sort()).toEqual([
      'gemini_proxy_upstream_requests_total{key="1",outcome="key_refused"} 1',
      'gemini_proxy_upstream_requests_total{key="2",outcome="rate_limited"} 1',
      'gemini_proxy_upstream_requests_total{key="3",outcome="answered"} 3',
      'gemini_proxy_upstream_requests_total{key="3",outcome="key_refused"} 1',
    ])
  })
})

test.each([
  ['an invalid request', { code: 400, status: 'INVALID_ARGUMENT', message: 'Bad part near SECRETKEYXYZ, sent with it.' }],
  ['a server error', { code: 500, status: 'INTERNAL', message: 'SECRETKEYXYZ met a bug.' }],
])('a key of any format is redacted in messages of Gemini: %s', async (_what, error) => {
  const proxy = await startProxy({ GEMINI_API_KEY: 'SECRETKEYXYZ', MAX_RETRIES: '0', LOG_LEVEL: 'trace' })
  for (const stream of [false, true]) {
    proxy.simulator.next({ error })
    const response = await post(proxy, chat({ text: 'Hi' }, { model: MODEL, stream }))
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(await response.text()).not.toContain('SECRETKEYXYZ')
  }
  await eventually(() => expect(proxy.logs.filter(({ operation }) => operation === 'createChatCompletion')).toHaveLength(2))
  expect(JSON.stringify(proxy.logs)).not.toContain('SECRETKEYXYZ')
  await proxy.close()
})

test('the built server rotates its keys, and prints none of them', async () => {
  const simulator = await startSimulator({ keys: keyStates('leaked', 'valid', 'expired') })
  const env = { GEMINI_API_KEY: KEYS.join(', '), GEMINI_BASE_URL: simulator.baseUrl, AUTH_TOKEN: TOKEN, LOG_LEVEL: 'trace' }
  const server = await startBundle(env)
  for (let count = 0; count < 4; count += 1) {
    const response = await post({ baseUrl: `${server.address}/v1` }, chat({ text: 'Hi' }, { model: MODEL, stream: count % 2 === 0 }))
    expect(response.status).toBe(200)
    await response.text()
  }
  expect(keysUsed(simulator)).toEqual([1, 2, 3, 2, 2, 2])
  await server.stop()
  expect(server.log().filter(({ level }) => level === 'warn')).toEqual([
    expect.objectContaining({ key: 1, keyEnd: 'a1b2' }),
    expect.objectContaining({ key: 3, keyEnd: 'e5f6' }),
  ])
  expect(server.output()).not.toMatch(/canary|-key-/)
  await simulator.close()
})
