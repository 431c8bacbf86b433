import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { eventually } from '../../support/calls.js'
import { chat, simulate } from '../../support/contractHook.js'
import { TOKEN } from '../../support/proxy.js'
import { type BareApp, startApp } from '../contract/app.js'
import { AUTHORIZED, head } from './raw.js'

const AT_ONCE = 16
const CONNECTIONS = 40
const PIPELINED = 120

let simulator: Simulator
let bundle: Bundle | undefined
let bare: BareApp | undefined
const sockets: Socket[] = []
beforeAll(async () => {
  simulator = await startSimulator()
  return () => simulator.close()
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  bundle?.process.kill('SIGKILL')
  bundle = undefined
  await bare?.close()
  bare = undefined
  simulator.reset()
})

async function start(env: Record<string, string> = {}): Promise<Bundle> {
  bundle = await startBundle({
    GEMINI_API_KEY: 'k',
    GEMINI_BASE_URL: simulator.baseUrl,
    AUTH_TOKEN: TOKEN,
    SHUTDOWN_GRACE_MS: '100',
    ...env,
  })
  return bundle
}

async function open(origin: string): Promise<Socket> {
  const { hostname, port } = new URL(origin)
  const socket = connect({ host: hostname, port: Number(port) })
  sockets.push(socket)
  socket.on('error', () => undefined) // ignored, because the server may reset a connection
  await once(socket, 'connect')
  return socket
}

/** Opens connections that each send a request many times and never read a response. */
async function flood(origin: string, request: string, connections = CONNECTIONS): Promise<void> {
  for (let at = 0; at < connections; at += 1) {
    const socket = await open(origin)
    socket.pause()
    socket.write(request.repeat(PIPELINED))
  }
}

const healthOf = async ({ address }: Bundle): Promise<{ in_flight: number }> => (await fetch(`${address}/health`)).json() as never

const POST = (...lines: string[]) => head('POST /v1/chat/completions', 'host: x', 'content-type: application/json', ...lines)

describe('requests without a token that are pipelined, and whose responses are not read', () => {
  test.each([
    ['the contract', head('GET /openapi.json', 'host: x')],
    ['the docs page', head('GET /docs', 'host: x')],
    ['a file of the docs page', head('GET /docs/swagger-ui-bundle.js', 'host: x')],
    ['health checks', head('GET /health', 'host: x')],
    ['unknown URLs (404)', head('GET /nope', 'host: x')],
    ['a wrong method (405)', head('DELETE /health', 'host: x')],
    ['no token (401)', head('GET /v1/models', 'host: x')],
    ['a wrong token, with a body (401)', `${POST('authorization: Bearer wrong', 'content-length: 2')}{}`],
    ['preflight requests', head('OPTIONS /v1/models', 'host: x', 'origin: http://a', 'access-control-request-method: GET')],
    ['no host (400)', head('GET /health')],
  ])('%s: a bounded number is processed, and health checks are answered', async (_what, request) => {
    const server = await start()
    await flood(server.address, request)
    for (let round = 0; round < 5; round += 1) expect((await healthOf(server)).in_flight).toBeLessThanOrEqual(CONNECTIONS * AT_ONCE + 1)
    expect(server.process.exitCode ?? server.process.signalCode).toBeNull()
    expect((await server.stop()).code).toBe(0)
  })

  test('beyond ten thousand waiting requests, connections are closed, and single requests are still served', async () => {
    bare = await startApp({ getHealth: () => new Promise(() => undefined), getLiveness: async () => ({ json: { status: 'ok' } }) })
    const accepted: Socket[] = []
    bare.app.fastify.server.on('connection', (socket: Socket) => accepted.push(socket))
    await flood(bare.origin, head('GET /health', 'host: x'), 110)
    await expect.poll(() => accepted.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(0)
    expect(bare.logs.filter(({ reason }) => reason === 'pipelining')).toMatchObject([
      { level: 40, msg: expect.stringContaining('pipelined requests') },
    ])
    expect((await fetch(`${bare.origin}/health/live`)).status).toBe(200)
  })
})

describe('a client that pipelines requests and reads the responses', () => {
  async function answersOf(origin: string, text: string, count: number): Promise<number[]> {
    const socket = await open(origin)
    let received = ''
    socket.setEncoding('latin1').on('data', (piece: string) => {
      received += piece
    })
    socket.write(text)
    const statuses = () => [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
    await expect.poll(() => statuses().length).toBe(count)
    return statuses()
  }

  test.each([1, 15, 16, 17, 33, 1_500])('gets all %i responses', async (count) => {
    const server = await start()
    expect(await answersOf(server.address, head('GET /health/live', 'host: x').repeat(count), count)).toEqual(Array(count).fill(200))
  })

  test('gets them in the order of the requests', async () => {
    const server = await start()
    const round = [
      head('GET /health/live', 'host: x'),
      head('GET /nope', 'host: x'),
      head('GET /v1/models', 'host: x'),
      head('DELETE /health', 'host: x'),
    ].join('')
    const expected = Array(100).fill([200, 404, 401, 405]).flat()
    expect(await answersOf(server.address, round.repeat(100), 400)).toEqual(expected)
  })

  test('gets the responses of requests with bodies, sixteen of which are processed at once', async () => {
    const server = await start()
    const body = JSON.stringify(chat(simulate({ text: 'Hello', hold: 'before-headers' })))
    const request = `${POST(AUTHORIZED, `content-length: ${body.length}`)}${body}`
    const answers = answersOf(server.address, request.repeat(40), 40)
    await expect.poll(() => simulator.openRequests).toBe(AT_ONCE)
    expect((await healthOf(server)).in_flight).toBe(AT_ONCE + 1)
    simulator.release(Number.POSITIVE_INFINITY)
    expect(await answers).toEqual(Array(40).fill(200))
  })

  test('and requests the end of the connection gets the responses up to it', async () => {
    const server = await start()
    const last = head('GET /health/live', 'host: x', 'connection: close')
    expect(await answersOf(server.address, head('GET /nope', 'host: x').repeat(30) + last, 31)).toEqual([...Array(30).fill(404), 200])
  })
})

test('a client that disconnects aborts its running requests, and waiting ones never begin', async () => {
  // Each stream sends heartbeats, so that the server notices that its client has disconnected.
  const server = await start({ FIRST_EVENT_PATIENCE_MS: '0', HEARTBEAT_INTERVAL_MS: '20' })
  const socket = await open(server.address)
  const body = JSON.stringify(chat(simulate({ fault: { kind: 'stall', when: 'before-headers' } }), { stream: true }))
  socket.write(`${POST(AUTHORIZED, `content-length: ${body.length}`)}${body}`.repeat(60))
  await expect.poll(() => simulator.openRequests).toBe(AT_ONCE)
  socket.resetAndDestroy()
  await expect.poll(() => simulator.openRequests).toBe(0)
  expect((await healthOf(server)).in_flight).toBe(1)
  expect(simulator.totalRequests).toBe(AT_ONCE)
})

describe('sixteen running requests of a connection', () => {
  const held = chat(simulate({ text: 'Hello', hold: 'before-headers' }))
  const post = (body: string, ...lines: string[]) => `${POST(AUTHORIZED, `content-length: ${body.length}`, ...lines)}${body}`

  test.each([15, 16, 17, 40])('out of %i all end as soon as the client ends the connection', async (count) => {
    await start()
    const socket = await open(bundle?.address ?? '')
    socket.write(post(JSON.stringify(held)).repeat(count))
    await expect.poll(() => simulator.openRequests).toBe(Math.min(count, AT_ONCE))
    socket.end()
    await expect.poll(() => simulator.openRequests).toBe(0)
    expect(simulator.totalRequests).toBe(Math.min(count, AT_ONCE))
  })

  test.each([10, 5_000, 100_000, 1_000_000])('can include one whose body has %i bytes: it is read while the others run', async (size) => {
    await start()
    const socket = await open(bundle?.address ?? '')
    socket.write(post(JSON.stringify(held)).repeat(AT_ONCE - 1))
    await expect.poll(() => simulator.openRequests).toBe(AT_ONCE - 1)
    socket.write(post(JSON.stringify({ ...held, user: 'x'.repeat(size) })))
    await expect.poll(() => simulator.openRequests).toBe(AT_ONCE)
  })

  test('do not time out because the headers of the next request wait', async () => {
    const entered: (() => void)[] = []
    const wait = () => new Promise<{ json: { status: 'ok' } }>((resolve) => entered.push(() => resolve({ json: { status: 'ok' } })))
    // The timeout is longer than a busy machine may stall, so that the server has read 16 requests
    // before the headers of the 17th time out.
    bare = await startApp({ getLiveness: wait }, {}, { headersTimeoutMs: 3_000 })
    const closed: boolean[] = []
    bare.app.fastify.server.on('connection', (accepted: Socket) => accepted.once('close', () => closed.push(true)))
    const socket = await open(bare.origin)
    let received = ''
    socket.setEncoding('latin1').on('data', (piece: string) => {
      received += piece
    })
    // The server reads slices of 4 KiB. The first eight have 16 whole requests and a part of the
    // headers of the 17th.
    const request = head('GET /health/live', 'host: x', `x-pad: ${'p'.repeat(1_900)}`)
    socket.write(request.repeat(20))
    await expect.poll(() => entered.length).toBe(AT_ONCE)
    await new Promise((resolve) => bare?.app.fastify.server.once('clientError', resolve))
    expect(closed).toEqual([])
    for (let answered = 0; answered < 20; answered += 1) {
      await expect.poll(() => entered.length).toBeGreaterThan(0)
      entered.shift()?.()
    }
    await expect.poll(() => [...received.matchAll(/HTTP\/1\.1 200 /g)].length).toBe(20)
  })
})

test('a connection with waiting requests is not read further', async () => {
  bare = await startApp({ getHealth: () => new Promise(() => undefined) })
  const accepted: Socket[] = []
  bare.app.fastify.server.on('connection', (socket: Socket) => accepted.push(socket))
  const socket = await open(bare.origin)
  const text = head('GET /health', 'host: x').repeat(40_000)
  socket.write(text)
  const read = () => accepted[0]?.bytesRead ?? 0
  let before = -1
  await eventually(() => {
    const now = read()
    const isSettled = now > 0 && now === before
    before = now
    expect(isSettled).toBe(true)
  })
  // Node.js reads up to 64 KiB at a time, and may have read a few times before the server pauses
  // the connection.
  expect(read()).toBeLessThanOrEqual(3 * 65_536)
  expect(text.length).toBeGreaterThan(10 * 65_536)
})

describe('after a response that has begun', () => {
  test.each([
    ['bytes that are not HTTP', 'garbage garbage\r\n\r\n'],
    ['a CONNECT', head('CONNECT a:443', 'host: a')],
    ['headers that are too large', head('GET /health', 'host: x', `x-long: ${'x'.repeat(20_000)}`)],
  ])('%s end the connection, without an error within the response', async (_what, text) => {
    const server = await start()
    const socket = await open(server.address)
    let received = ''
    socket.setEncoding('latin1').on('data', (piece: string) => {
      received += piece
    })
    const body = JSON.stringify(chat(simulate({ text: 'one two', chunks: 2, hold: { afterChunks: 1 } }), { stream: true }))
    socket.write(`${POST(AUTHORIZED, `content-length: ${body.length}`)}${body}`)
    await expect.poll(() => received).toContain('data: ')
    socket.write(text)
    await once(socket, 'close')
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200'])
  })

  test.each([
    ['that never ends is refused after the response', '', ['200', '408']],
    ['that ends meanwhile is answered', '\r\n\r\n', ['200', '200']],
  ])('a head %s', async (_what, rest, statuses) => {
    const answers: (() => void)[] = []
    const getLiveness = () => new Promise<{ json: { status: 'ok' } }>((resolve) => answers.push(() => resolve({ json: { status: 'ok' } })))
    bare = await startApp({ getLiveness }, {}, { headersTimeoutMs: 100 })
    const socket = await open(bare.origin)
    let received = ''
    socket.setEncoding('latin1').on('data', (piece: string) => {
      received += piece
    })
    const timeout = once(bare.app.fastify.server, 'clientError')
    const request = head('GET /health/live', 'host: x')
    socket.write(request)
    await expect.poll(() => answers.length).toBe(1)
    socket.write(request.slice(0, -'\r\n\r\n'.length))
    await timeout
    expect(received).toBe('')
    socket.write(rest)
    await expect.poll(() => answers.length).toBe(rest === '' ? 1 : 2)
    for (const answer of answers) answer()
    await expect.poll(() => [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status)).toEqual(statuses)
  })
})
