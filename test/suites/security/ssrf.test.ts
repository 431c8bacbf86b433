import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { post } from '../../support/calls.js'
import { FC_CREDENTIALS, GEMINI_KEY, TOKEN } from '../../support/canaries.js'
import { chat } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { listenOnFreePort } from '../../support/relay.js'

/** Starts a local server that counts the connections of the proxy and closes each at once. */
async function startTrap() {
  let connections = 0
  const server: Server = createServer((socket: Socket) => {
    connections += 1
    socket.destroy()
  })
  return { ...(await listenOnFreePort(server)), connections: () => connections }
}

let trap: Awaited<ReturnType<typeof startTrap>>
let closed: ProxyUnderTest
let fetching: ProxyUnderTest
/**
 * The host of each HTTPS connection that this process opens. All are the proxy's: the test itself
 * uses HTTP.
 */
const reached: string[] = []
const note = (message: unknown): void => {
  const { connectParams } = message as { readonly connectParams: { readonly host: string; readonly protocol: string } }
  if (connectParams.protocol === 'https:') reached.push(connectParams.host)
}

beforeAll(async () => {
  trap = await startTrap()
  closed = await startProxy({ FETCH_REMOTE_MEDIA: 'false' })
  fetching = await startProxy()
  subscribe('undici:client:beforeConnect', note)
})
beforeEach(() => {
  reached.length = 0
})
afterEach(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
})
afterAll(async () => {
  unsubscribe('undici:client:beforeConnect', note)
  await Promise.all([closed.close(), fetching.close(), trap.close()])
})

const parts = (url: string): readonly object[] => [
  { type: 'image_url', image_url: { url } },
  { type: 'file', file: { filename: 'a.pdf', file_data: url } },
]
const asking = (part: object): object => ({
  model: 'gemini-3.5-flash',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Look' }, part] }],
})

const INNER = [
  'http://127.0.0.1/',
  'https://127.0.0.1/',
  'https://localhost/',
  'https://LOCALHOST./',
  'https://localhost.localdomain/',
  'https://0.0.0.0/',
  'https://0/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://127.0.0.1.nip.io@127.0.0.1/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b::169.254.169.254]/',
  'https://[2002:7f00:1::]/',
  'https://[fe80::1]/',
  'https://[fd00:ec2::254]/latest/meta-data/',
  'https://169.254.169.254/latest/meta-data/iam/',
  'https://100.100.100.200/latest/meta-data/ram/',
  'https://168.63.129.16/',
  'https://192.0.0.192/opc/v2/',
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://192.168.1.1/',
  'https://①②⑦.⓪.⓪.①/',
  'https://127。0。0。1/',
  'https://user:pass@127.0.0.1/',
  'https://example.com@127.0.0.1/',
  'https://127.0.0.1#@example.com/',
  'https://127.0.0.1%2f@example.com/',
]
const OTHER_SCHEMES = [
  'file:///etc/passwd',
  'ftp://127.0.0.1/a',
  'gopher://127.0.0.1/_x',
  'unix:/var/run/docker.sock',
  '//127.0.0.1/a',
  'javascript:0',
]

describe('SSRF', () => {
  test.each([...INNER, ...OTHER_SCHEMES])('the proxy does not connect to %s, and reveals nothing about it', async (url) => {
    for (const part of parts(url)) {
      const response = await post(fetching, asking(part))
      const text = await response.text()
      expect([response.status, JSON.parse(text)]).toMatchObject([
        400,
        { error: { type: 'invalid_request_error', code: expect.stringMatching(/^(invalid_value|unsupported_value|invalid_request)$/) } },
      ])
      expect(text).not.toMatch(/ECONN|ENOTFOUND|EHOST|root:/i)
    }
    expect(reached).toEqual([])
  })

  test.each([...INNER, ...OTHER_SCHEMES, 'https://example.com/a.png'])('with FETCH_REMOTE_MEDIA=false %s is not looked up', async (url) => {
    const lookup = vi.spyOn(dns, 'lookup')
    syncBuiltinESMExports()
    for (const part of parts(url)) expect((await post(closed, asking(part))).status).toBe(400)
    expect([reached, lookup.mock.calls]).toEqual([[], []])
  })

  test('a name is looked up once, and a later DNS answer cannot change its address', async () => {
    const lookups: string[] = []
    const rebinding = await startProxy(
      { FETCH_REMOTE_MEDIA: 'true' },
      {},
      {
        media: {
          resolve: async (host) => {
            lookups.push(host)
            return [{ address: lookups.length === 1 ? '93.184.216.34' : '127.0.0.1', family: 4 }]
          },
          connectTo: () => ({ address: '127.0.0.1', port: trap.port, ca: '' }),
        },
      },
    )
    expect((await post(rebinding, asking(parts('https://rebinding.example/a.png')[0] ?? {}))).status).toBe(400)
    await rebinding.close()
    expect([lookups, trap.connections()]).toEqual([['rebinding.example'], 1])
  })

  test.each(['inner', 'mapped', 'mixed'])('a name with a private address is not connected to: %s', async (name) => {
    const addresses = {
      inner: [{ address: '169.254.169.254', family: 4 }],
      mapped: [{ address: '::ffff:10.0.0.1', family: 6 }],
      mixed: [
        { address: '93.184.216.34', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    }[name]
    const connectTo = vi.fn(() => ({ address: '127.0.0.1', port: trap.port, ca: '' }))
    const own = await startProxy({ FETCH_REMOTE_MEDIA: 'true' }, {}, { media: { resolve: async () => addresses ?? [], connectTo } })
    expect((await post(own, asking(parts('https://inside.example/a.png')[0] ?? {}))).status).toBe(400)
    await own.close()
    expect(connectTo).not.toHaveBeenCalled()
  })

  test('a caller cannot choose the upstream: not by header, query, body or model', async () => {
    const elsewhere = `http://127.0.0.1:${trap.port}`
    const before = trap.connections()
    const headers = Object.fromEntries(
      [
        'x-portkey-custom-host',
        'x-base-url',
        'x-upstream',
        'x-goog-api-host',
        'x-forwarded-host',
        'openai-base-url',
        'x-target-url',
        'x-gemini-base-url',
        'helicone-target-url',
      ].map((name) => [name, elsewhere]),
    )
    const body = {
      ...chat('Hello'),
      base_url: elsewhere,
      baseURL: elsewhere,
      api_base: elsewhere,
      extra_body: { base_url: elsewhere },
      host: elsewhere,
      endpoint: elsewhere,
    }
    const served = closed.simulator.totalRequests
    expect((await post(closed, body, { headers })).status).toBe(200)
    for (const model of [
      `${elsewhere}/v1`,
      '../../../etc',
      '@127.0.0.1/x',
      'gemini-3.5-flash?key=x',
      'gemini-3.5-flash/../../files',
      '%2e%2e%2ffiles',
    ])
      expect([404, 400]).toContain((await post(closed, { ...chat('Hello'), model })).status)
    expect(trap.connections()).toBe(before)
    expect(closed.simulator.totalRequests).toBeGreaterThan(served)
    for (const { path } of closed.simulator.requests) expect(path).toMatch(/^\/v1beta\/openai\/(chat\/completions|models\/[\w.%@:+-]+)$/)
  })

  test('Gemini gets only its key, and no credential of the caller or the platform', async () => {
    await post(closed, chat('Hello'), {
      headers: { ...FC_CREDENTIALS, cookie: 'session=1', 'openai-organization': 'org', 'x-goog-user-project': 'p', 'x-api-key': 'k' },
    })
    const sent = JSON.stringify(closed.simulator.requests.at(-1)?.headers)
    expect(sent).toContain(GEMINI_KEY)
    for (const foreign of [
      TOKEN,
      ...Object.values(FC_CREDENTIALS),
      ...Object.keys(FC_CREDENTIALS),
      'session=1',
      'openai-organization',
      'x-goog-user-project',
    ])
      expect(sent).not.toContain(foreign)
  })
})
