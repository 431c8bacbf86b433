import { createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { eventually } from '../../support/calls.js'
import { makeCertificate } from '../../support/certificate.js'
import { advanceClock, startClock, stopClock, waitWithStoppedClock } from '../../support/clock.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { listenOnFreePort } from '../../support/relay.js'

/** A fault: what a forward proxy, or Gemini behind it, does with a connection. */
type Break = (socket: Socket) => void

const RETRIES = 1
const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n'
const certificate = makeCertificate('gemini.test')

let broken: Break
let forward: Awaited<ReturnType<typeof listenOnFreePort>>
let dials = 0
const open = new Set<Socket>()
beforeAll(async () => {
  const server = createServer((socket) => {
    dials += 1
    // Node.js notices that the proxy has closed the connection only if it reads from the socket.
    socket.resume()
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    broken(socket)
  })
  forward = await listenOnFreePort(server)
})
afterAll(async () => {
  for (const proxy of proxies.values()) await proxy.close()
  await forward.close()
})

const proxies = new Map<string, ProxyUnderTest>()
/** Starts a proxy that uses the broken forward proxy. Tests with the same settings share it. */
const start = async (env: Record<string, string>): Promise<ProxyUnderTest> => {
  dials = 0
  const name = JSON.stringify(env)
  const proxy =
    proxies.get(name) ??
    (await startProxy({
      GEMINI_BASE_URL: 'https://gemini.test/v1beta/openai',
      HTTPS_PROXY: `http://127.0.0.1:${forward.port}`,
      MAX_RETRIES: String(RETRIES),
      ...env,
    }))
  proxies.set(name, proxy)
  return proxy
}
// Retries wait for a random time; this makes it the shortest.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0))
afterEach(() => {
  startClock()
  vi.restoreAllMocks()
  for (const socket of open) socket.destroy()
})

const MODEL = 'gemini-3.5-flash'
const ASKED = [{ role: 'user', content: 'x' }]
/** Requests of each kind that lead to exactly one upstream call. */
const REQUESTS: readonly (readonly [path: string, body: object])[] = [
  ['chat/completions', { model: MODEL, messages: ASKED }],
  ['chat/completions', { model: MODEL, messages: ASKED, stream: true }],
  ['responses', { model: MODEL, input: 'x' }],
  ['responses', { model: MODEL, input: 'x', stream: true }],
  ['embeddings', { model: 'gemini-embedding-001', input: 'x' }],
]
const [CHAT = ['', {}]] = REQUESTS

const send = ({ baseUrl }: ProxyUnderTest, [path, body]: readonly [string, object], signal?: AbortSignal): Promise<Response> =>
  fetch(`${baseUrl}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: signal ?? null,
  })

/**
 * Waits long enough to detect a loop of connection attempts: without a delay between failed
 * attempts, the proxy would make thousands.
 */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50))

/** Makes a fault that occurs when the CONNECT request has arrived. */
const onConnect =
  (then: Break): Break =>
  (socket) =>
    void socket.once('data', () => then(socket))

/** Makes a fault that occurs when the tunnel is open and the TLS handshake has begun. */
const onHandshake = (then: Break): Break =>
  onConnect((socket) => {
    socket.once('data', () => then(socket))
    socket.write(ESTABLISHED)
  })

const FAULTS: readonly (readonly [string, Break])[] = [
  ['closes on accept', (socket) => void socket.end()],
  ['destroys the connection on accept', (socket) => void socket.destroy()],
  ['resets on accept', (socket) => void socket.resetAndDestroy()],
  ['closes on CONNECT', onConnect((socket) => void socket.end())],
  ['destroys the connection on CONNECT', onConnect((socket) => void socket.destroy())],
  ['resets on CONNECT', onConnect((socket) => void socket.resetAndDestroy())],
  ['closes within its response', onConnect((socket) => void socket.end('HTTP/1.1 200 Conn'))],
  ['refuses with 403', onConnect((socket) => void socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n'))],
  ['refuses with 407', onConnect((socket) => void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))],
  ['refuses with 503, and keeps the connection', onConnect((socket) => void socket.write('HTTP/1.1 503 Busy\r\n\r\n'))],
  ['redirects', onConnect((socket) => void socket.write('HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\n\r\n'))],
  ['responds with garbage', onConnect((socket) => void socket.write('SSH-2.0-OpenSSH_9.9\r\n'))],
  ['responds with endless headers', onConnect((socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`))],
  ['opens the tunnel and closes it', onConnect((socket) => void socket.end(ESTABLISHED))],
  ['closes in the TLS handshake', onHandshake((socket) => void socket.end())],
  ['resets in the TLS handshake', onHandshake((socket) => void socket.resetAndDestroy())],
  ['responds to the TLS handshake with garbage', onHandshake((socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  [
    'leads to a server with an untrusted certificate',
    onConnect((socket) => {
      socket.write(ESTABLISHED)
      new TLSSocket(socket, { isServer: true, ...certificate }).on('error', () => undefined)
    }),
  ],
]

describe('a forward proxy that', () => {
  test.each(FAULTS)('%s is a 502 after MAX_RETRIES, with one connection for each attempt and none afterwards', async (_, fault) => {
    broken = fault
    const proxy = await start({})
    const responses = await Promise.all(REQUESTS.map((request) => send(proxy, request)))
    for (const response of responses)
      expect([response.status, await response.json()]).toMatchObject([502, { error: { code: 'upstream_error', type: 'server_error' } }])
    expect(dials).toBe(REQUESTS.length * (1 + RETRIES))
    await aWhile()
    expect(dials).toBe(REQUESTS.length * (1 + RETRIES))
  })

  test('closes on CONNECT is dialled once with MAX_RETRIES=0', async () => {
    broken = onConnect((socket) => void socket.end())
    const proxy = await start({ MAX_RETRIES: '0' })
    expect((await send(proxy, CHAT)).status).toBe(502)
    await aWhile()
    expect(dials).toBe(1)
  })

  test.each<[string, Break]>([
    ['sends nothing', () => undefined],
    ['sends nothing after CONNECT', onConnect(() => undefined)],
    ['sends endless headers', onConnect((socket) => void socket.write('HTTP/1.1 200 OK\r\n'))],
  ])('%s is a 502 after 10 s', async (_, fault) => {
    let accepted = 0
    broken = (socket) => {
      accepted += 1
      fault(socket)
    }
    const proxy = await start({ MAX_RETRIES: '0' })
    stopClock()
    const answer = send(proxy, CHAT)
    await eventually(() => expect(accepted).toBe(1))
    await advanceClock(10_000)
    const response = await answer
    expect([response.status, await response.json()]).toMatchObject([502, { error: { code: 'upstream_error' } }])
    await eventually(() => expect(open.size).toBe(0))
    expect(dials).toBe(1)
  })
})

describe('while a forward proxy', () => {
  const HANGING: readonly (readonly [string, Break])[] = [
    ['sends nothing', () => undefined],
    ['does not respond to CONNECT', onConnect(() => undefined)],
    ['does not forward the TLS handshake', onHandshake(() => undefined)],
  ]

  test.each(HANGING)('%s, a client that disconnects ends the connection, and no other is opened', async (_, fault) => {
    broken = fault
    const proxy = await start({})
    const leaving = new AbortController()
    const answers = REQUESTS.map((request) => send(proxy, request, leaving.signal).catch(() => undefined))
    await eventually(() => expect(open.size).toBe(REQUESTS.length))
    stopClock()
    leaving.abort()
    await Promise.all(answers)
    await eventually(() => expect(open.size).toBe(0))
    startClock()
    await aWhile()
    expect(dials).toBe(REQUESTS.length)
  })

  test.each(HANGING)('%s, the deadline ends the connection, and no other is opened', async (_, fault) => {
    broken = fault
    // REQUEST_TIMEOUT_MS is shorter than the time limit of a connection attempt, so that the
    // deadline ends the connection.
    const proxy = await start({ REQUEST_TIMEOUT_MS: '5000' })
    stopClock()
    const answers = REQUESTS.map((request) => send(proxy, request))
    await waitWithStoppedClock(() => open.size === REQUESTS.length)
    await advanceClock(5_000)
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(REQUESTS.map(() => 504))
    await eventually(() => expect(open.size).toBe(0))
    startClock()
    await aWhile()
    expect(dials).toBe(REQUESTS.length)
  })

  test('refuses every tunnel, the deadline ends the retries', async () => {
    broken = onConnect((socket) => void socket.end())
    const proxy = await start({ MAX_RETRIES: '10', REQUEST_TIMEOUT_MS: '500' })
    expect([502, 504]).toContain((await send(proxy, CHAT)).status)
    const known = dials
    expect(known).toBeLessThanOrEqual(11)
    await aWhile()
    expect(dials).toBe(known)
  })
})

describe('without a forward proxy, Gemini', () => {
  test.each<[string, Break]>([
    ['closes on accept', (socket) => void socket.end()],
    ['resets on accept', (socket) => void socket.resetAndDestroy()],
    ['closes in the TLS handshake', onConnect((socket) => void socket.end())],
    ['resets in the TLS handshake', onConnect((socket) => void socket.resetAndDestroy())],
    ['does not speak TLS', onConnect((socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  ])('that %s is a 502 after MAX_RETRIES, with one connection for each attempt', async (_, fault) => {
    broken = fault
    const proxy = await start({ GEMINI_BASE_URL: `https://127.0.0.1:${forward.port}/v1beta/openai`, NO_PROXY: '127.0.0.1' })
    const responses = await Promise.all(REQUESTS.map((request) => send(proxy, request)))
    expect(responses.map(({ status }) => status)).toEqual(REQUESTS.map(() => 502))
    await aWhile()
    expect(dials).toBe(REQUESTS.length * (1 + RETRIES))
  })
})
