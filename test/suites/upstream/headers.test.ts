import { createServer } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { startSimulator } from '../../doubles/simulator/index.js'
import { startBundle } from '../../support/bundle.js'
import { chat, MODEL, openai, post, streamed } from '../../support/calls.js'
import { GEMINI_KEY, startProxy, TOKEN } from '../../support/proxy.js'
import { listenOnFreePort } from '../../support/relay.js'
import { isOnNative } from '../../support/upstreamApi.js'

/** Variables that the `openai` SDK would read from the proxy's environment. */
const SDK_ENV = {
  OPENAI_ORG_ID: 'org-of-the-shell',
  OPENAI_PROJECT_ID: 'project-of-the-shell',
  OPENAI_API_KEY: 'key-of-the-shell',
  OPENAI_ADMIN_KEY: 'admin-of-the-shell',
  OPENAI_BASE_URL: 'http://127.0.0.1:1/of-the-shell',
  OPENAI_LOG: 'debug',
}
/** Headers that a client may send and that must not reach Gemini. */
const CLIENT_HEADERS = {
  'openai-organization': 'org-client',
  'openai-project': 'proj-client',
  'x-goog-api-key': 'key-of-the-client',
  'x-stainless-lang': 'js',
  'x-fc-request-id': '1-0123-4567',
  'x-fc-access-key-id': 'STS.client',
  'x-fc-security-token': 'token-of-fc',
  'x-forwarded-for': '203.0.113.7',
  cookie: 'session=1',
  'user-agent': 'client/1.0',
  referer: 'https://client.example',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
}

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const start = async (env: Record<string, string> = {}) => {
  const proxy = await startProxy(env)
  closing.push(() => proxy.close())
  return proxy
}

const CREDENTIALS: readonly (readonly [header: string, credential: object])[] = [
  // The native API does not accept a key in `authorization`, so the proxy never sends it there.
  ...(isOnNative ? [] : ([['authorization', { authorization: `Bearer ${GEMINI_KEY}` }]] as const)),
  ['x-goog-api-key', { 'x-goog-api-key': GEMINI_KEY }],
]

describe('a request to Gemini', () => {
  test.each(CREDENTIALS)(
    'has one credential, in %s, and no header of the client or the environment',
    async (GEMINI_AUTH_HEADER, credential) => {
      for (const [name, value] of Object.entries(SDK_ENV)) vi.stubEnv(name, value)
      const proxy = await start({ GEMINI_AUTH_HEADER })
      expect((await post(proxy, chat({}), { headers: CLIENT_HEADERS })).status).toBe(200)
      expect((await post(proxy, streamed({}), { headers: CLIENT_HEADERS })).status).toBe(200)
      const common = {
        accept: 'application/json, text/event-stream',
        // The proxy cannot decompress responses, so it must not let Gemini compress them.
        'accept-encoding': 'identity',
        'content-type': 'application/json',
        connection: 'keep-alive',
      }
      expect(proxy.simulator.requests.map(({ headers }) => headers)).toEqual(
        [1, 2].map(() => ({ ...common, ...credential, host: new URL(proxy.simulator.origin).host, 'content-length': expect.any(String) })),
      )
    },
  )

  test('has no header of the official SDK, whatever the client configures', async () => {
    const proxy = await start()
    const client = openai(proxy, { organization: 'org-client', project: 'proj-client', defaultHeaders: { 'x-custom': 'yes' } })
    await client.chat.completions.create(chat({}) as never)
    const seen = proxy.simulator.requests[0]
    const known = isOnNative ? ['x-goog-api-key'] : []
    expect(Object.keys(seen?.headers ?? {}).filter((name) => /^(x-|openai|user-agent|cookie)/.test(name))).toEqual(known)
    expect(JSON.stringify(seen)).not.toContain(TOKEN)
  })

  test('has no second credential, even if OPENAI_CUSTOM_HEADERS sets one', async () => {
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-goog-api-key: key-of-the-shell\nauthorization: Bearer of-the-shell')
    const proxy = await start()
    expect((await post(proxy, chat({}))).status).toBe(200)
    const [own, other] = isOnNative ? ['x-goog-api-key', 'authorization'] : ['authorization', 'x-goog-api-key']
    expect(proxy.simulator.requests[0]?.headers).toMatchObject({ [own]: isOnNative ? GEMINI_KEY : `Bearer ${GEMINI_KEY}` })
    expect(proxy.simulator.requests[0]?.headers).not.toHaveProperty(other)
  })

  test('is the same from the built server, even with all settings of the SDK in its environment', async () => {
    const simulator = await startSimulator()
    closing.push(() => simulator.close())
    const bundle = await startBundle({ ...SDK_ENV, GEMINI_API_KEY: GEMINI_KEY, GEMINI_BASE_URL: simulator.baseUrl, AUTH_TOKEN: TOKEN })
    closing.push(() => bundle.stop())
    expect((await post({ baseUrl: `${bundle.address}/v1` }, chat({}), { headers: CLIENT_HEADERS })).status).toBe(200)
    expect(Object.keys(simulator.requests[0]?.headers ?? {}).sort()).toEqual(
      [
        'accept',
        'accept-encoding',
        'connection',
        'content-length',
        'content-type',
        'host',
        isOnNative ? 'x-goog-api-key' : 'authorization',
      ].sort(),
    )
    expect(bundle.output()).not.toMatch(/of-the-shell|AQ\.test|test-token|token-of-fc|STS\.client|key-of-the-client|203\.0\.113\.7/)
  })

  test('has a path below the base URL, and no query', async () => {
    const proxy = await start()
    await post(proxy, chat({}))
    const path = isOnNative ? `/v1beta/models/${MODEL}:generateContent` : '/v1beta/openai/chat/completions'
    expect(proxy.simulator.requests[0]).toMatchObject({ method: 'POST', path })
  })
})

test('a response of Gemini may have any header', async () => {
  const answer = '{"error":{"code":429,"message":"Slow down.","status":"RESOURCE_EXHAUSTED"}}'
  const headers = ['HTTP/1.1 429 Busy', 'constructor: 1', '__proto__: 2', 'retry-after: 7', `content-length: ${answer.length}`]
  const relay = await listenOnFreePort(
    createServer((socket) =>
      socket.on('data', () => socket.write(`${headers.join('\r\n')}\r\n\r\n${answer}`)).on('error', () => undefined),
    ),
  )
  closing.push(relay.close)
  const proxy = await start({ GEMINI_BASE_URL: `http://127.0.0.1:${relay.port}/v1`, MAX_RETRIES: '0' })
  const response = await post(proxy, chat({}))
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7'])
})
