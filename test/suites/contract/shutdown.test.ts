import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { type Bundle, runBundle, startBundle } from '../../support/bundle.js'
import { eventually } from '../../support/calls.js'
import { call, chat, checkAnswer, failure, simulate, toAnswer } from '../../support/contractHook.js'
import { TOKEN } from '../../support/proxy.js'
import { copyServer, replaceInServer } from '../../support/serverCopy.js'
import { type Connection, open } from './socket.js'

let simulator: Simulator
const running: Bundle[] = []

beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(() => simulator.reset())
afterEach(() => {
  for (const { process: child } of running.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  await simulator.close()
  for (const copy of [unhurried, deaf]) copy.remove()
})

const STOP_MARGIN = /(?<=\.flush\(\),[\w$]+\()([\w$]+)\?[\w$]+\+[\w$]+:[\w$]+(?=\),\1\?)/
const LAST_EVENTS = /(?<=closeAllConnections\(\),)[\w$]+(?=\))/
const SAME_SIGNAL = /(?<=performance\.now\(\)-[\w$]+<)[\w$]+(?=\)&&\([\w$]+\.info\(\{signal)/
/**
 * The built server with time limits for its shutdown that a stalled machine does not exceed: a
 * minute until it exits by force, and 4 s for slow readers to get their last events.
 */
const unhurried = copyServer((server) => replaceInServer(replaceInServer(server, STOP_MARGIN, '6e4'), LAST_EVENTS, '4e3'))
/** The built server, changed to ignore repeated signals for a minute, as duplicates. */
const deaf = copyServer((server) => replaceInServer(server, SAME_SIGNAL, '6e4'))

async function start(graceMs: number, server = unhurried): Promise<Bundle> {
  const env = { GEMINI_API_KEY: 'key-of-the-test', GEMINI_BASE_URL: simulator.baseUrl, AUTH_TOKEN: TOKEN }
  const bundle = await startBundle({ ...env, SHUTDOWN_GRACE_MS: String(graceMs) }, server.path)
  running.push(bundle)
  return bundle
}

/** Sends SIGTERM and waits until the server logs that it is draining. */
async function terminate(bundle: Bundle): Promise<void> {
  bundle.process.kill('SIGTERM')
  await expect.poll(() => bundle.log().some(({ msg }) => msg === 'draining'), { interval: 5 }).toBe(true)
}

async function post(origin: string, body: object): Promise<Connection> {
  const text = JSON.stringify(body)
  const connection = await open(origin)
  connection.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
  return connection
}

const SLOW = simulate({ text: 'one two three four', chunks: 4, hold: { afterChunks: 1 } })
const ENDLESS = simulate({ text: 'one two', chunks: 2, fault: { kind: 'stall', when: { afterChunks: 2 } } })
const SILENT = simulate({ fault: { kind: 'stall', when: 'before-headers' } })

/**
 * Returns the number of requests in flight, including its own. Its response also shows that the
 * server has read everything that was sent before.
 */
const inFlight = async ({ address }: Bundle): Promise<number> =>
  // The cast is safe: the contract requires `in_flight`.
  ((await (await fetch(`${address}/health`)).json()) as { in_flight: number }).in_flight

/** Number of pipelined requests of one connection that the server processes at once. */
const AT_ONCE = 16

/**
 * Pipelines requests without reading a response, until all buffers between server and client are
 * full. The server has then begun to process all of the requests.
 */
async function jam(bundle: Bundle): Promise<{ readonly socket: Socket; readonly sent: number }> {
  const { hostname, port } = new URL(bundle.address)
  const socket = connect({ host: hostname, port: Number(port) })
  await once(socket, 'connect')
  socket.on('error', () => undefined) // the server may reset the connection when it stops
  const answered = (): number => bundle.log().filter(({ route }) => route === '/openapi.json').length
  const unanswered = async (): Promise<number> => (await inFlight(bundle)) - 1
  let sent = 0
  for (let left = 0, unchanged = 0; unchanged < 3; ) {
    if (left === 0) {
      socket.write('GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(AT_ONCE))
      sent += AT_ONCE
      await eventually(async () => expect(answered() + (await unanswered())).toBe(sent), 60_000)
    }
    const now = await unanswered()
    unchanged = now > 0 && now === left ? unchanged + 1 : 0
    left = now
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { socket, sent }
}

/** Expects that the process exits by itself with code 0, long before it would exit by force. */
async function endedInOrder(bundle: Bundle): Promise<void> {
  const startedAt = performance.now()
  if (bundle.process.exitCode === null) await once(bundle.process, 'exit')
  expect(performance.now() - startedAt).toBeLessThan(20_000)
  expect(bundle.process.exitCode).toBe(0)
  // The process has exited, but the test may not have read its last log line from the pipe yet.
  await expect.poll(() => bundle.log().at(-1), { interval: 5 }).toMatchObject({ msg: 'stopped' })
}

describe('after SIGTERM', () => {
  test('an idle server stops at once', async () => {
    const bundle = await start(30_000)
    const idle = await open(bundle.address)
    idle.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
    await idle.until(/"ok"/)
    bundle.process.kill('SIGTERM')
    await endedInOrder(bundle)
    await idle.closed()
  })

  test('a connection that has sent nothing does not delay the shutdown', async () => {
    const bundle = await start(30_000)
    const silent = await open(bundle.address)
    bundle.process.kill('SIGTERM')
    await endedInOrder(bundle)
    await silent.closed()
  })

  test('a running stream is finished within the grace period', async () => {
    const bundle = await start(30_000)
    const connection = await post(bundle.address, chat(SLOW, { stream: true }))
    await connection.until(/"content":/)
    await terminate(bundle)
    simulator.release()
    const text = await connection.closed()
    expect(text).toContain('data: [DONE]\n\n')
    expect(text).not.toContain('"error"')
    await endedInOrder(bundle)
  })

  test('a running chat is finished within the grace period', async () => {
    const bundle = await start(30_000)
    const answer = call(bundle.address, { body: chat(simulate({ text: 'late', hold: 'before-headers' })) })
    await expect.poll(() => simulator.openRequests, { interval: 5 }).toBeGreaterThan(0)
    await terminate(bundle)
    simulator.release()
    expect(await answer).toMatchObject({ status: 200 })
    await endedInOrder(bundle)
  })

  test('a stream longer than the grace period ends with one error event, without [DONE]', async () => {
    const bundle = await start(100)
    const connection = await post(bundle.address, chat(ENDLESS, { stream: true }))
    await connection.until(/"content":/)
    await terminate(bundle)
    const text = await connection.closed()
    expect(text.match(/"error":/g)).toHaveLength(1)
    expect(text).toContain('"code":"shutting_down"')
    expect(text).not.toContain('[DONE]')
    await endedInOrder(bundle)
  })

  test.each([
    ['a chat', {}],
    ['a stream without a first event', { stream: true }],
  ])('%s longer than the grace period is 503 shutting_down', async (_what, rest) => {
    const bundle = await start(100)
    const before = simulator.totalRequests
    const answer = call(bundle.address, { body: chat(SILENT, rest) })
    await expect.poll(() => simulator.totalRequests, { interval: 5 }).toBe(before + 1)
    await terminate(bundle)
    const { status, json, headers } = await answer
    expect([status, json]).toEqual([503, failure('shutting_down', null, 'server_error')])
    expect(headers['retry-after']).toBe('1')
    await endedInOrder(bundle)
  })

  test('a new request on an open connection is 503, and the connection is closed', async () => {
    const bundle = await start(30_000)
    const kept = await open(bundle.address)
    const stream = await post(bundle.address, chat(ENDLESS, { stream: true }))
    await stream.until(/"content":/)
    // Half a request: the connection is not idle, and the request becomes complete only after the
    // signal.
    kept.write('GET /v1/models HTTP/1.1\r\nhost: x\r\n')
    await inFlight(bundle)
    await terminate(bundle)
    kept.write(`authorization: Bearer ${TOKEN}\r\n\r\n`)
    const text = await kept.closed()
    const [head = '', body = ''] = text.split('\r\n\r\n')
    const headers = Object.fromEntries(
      head
        .split('\r\n')
        .slice(1)
        .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    )
    const answer = toAnswer(Number(head.split(' ')[1]), headers, body)
    checkAnswer('GET', '/v1/models', answer)
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1', connection: 'close' } })
    expect(answer.json).toEqual(failure('shutting_down', null, 'server_error'))
    stream.destroy()
    await endedInOrder(bundle)
  })

  test('an incomplete request body does not delay the shutdown beyond the grace period', async () => {
    const bundle = await start(100)
    const connection = await open(bundle.address)
    connection.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"model"`,
    )
    await expect.poll(() => inFlight(bundle)).toBe(2)
    await terminate(bundle)
    await endedInOrder(bundle)
    await connection.closed()
  })

  test('a client that reads slowly gets all its responses whole', async () => {
    const bundle = await start(30_000)
    const { socket, sent } = await jam(bundle)
    await terminate(bundle)
    let text = ''
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
    await once(socket, 'close')
    const answers = text.split(/(?=HTTP\/1\.1 )/)
    expect(answers).toHaveLength(sent)
    for (const answer of answers) expect(() => JSON.parse(answer.split('\r\n\r\n', 2)[1] ?? '')).not.toThrow()
    await endedInOrder(bundle)
  })

  test('a client that reads nothing does not delay the shutdown beyond the grace period', async () => {
    const bundle = await start(100)
    const { socket } = await jam(bundle)
    await terminate(bundle)
    await endedInOrder(bundle)
    socket.destroy()
  })

  test('the log has one line for each ended request, and no token', async () => {
    const bundle = await start(100)
    const connection = await post(bundle.address, chat(ENDLESS, { stream: true }))
    await connection.until(/"content":/)
    await terminate(bundle)
    await connection.closed()
    await endedInOrder(bundle)
    const lines = bundle.log().filter(({ requestId }) => requestId !== undefined)
    expect(lines).toMatchObject([{ stream: true, status: 200, errorCode: 'shutting_down', cancelled: false }])
    expect(bundle.output()).not.toMatch(new RegExp(`${TOKEN}|key-of-the-test`))
  })
})

const PAIRS: readonly (readonly [NodeJS.Signals, NodeJS.Signals])[] = [
  ['SIGTERM', 'SIGTERM'],
  ['SIGINT', 'SIGINT'],
  ['SIGTERM', 'SIGINT'],
  ['SIGINT', 'SIGTERM'],
]

describe('a second signal', () => {
  test.each(PAIRS)('right after the first is ignored, and a running stream is finished (%s, %s)', async (first, second) => {
    const bundle = await start(30_000, deaf)
    const connection = await post(bundle.address, chat(SLOW, { stream: true }))
    await connection.until(/"content":/)
    bundle.process.kill(first)
    bundle.process.kill(second)
    await expect.poll(() => bundle.log().some(({ msg }) => msg === 'draining'), { interval: 5 }).toBe(true)
    simulator.release()
    expect(await connection.closed()).toContain('data: [DONE]\n\n')
    await endedInOrder(bundle)
    expect(bundle.log().filter(({ signal }) => signal !== undefined)).toHaveLength(1)
  })

  /** Repeats a signal until the server no longer ignores it as a duplicate of the first one. */
  async function insist(bundle: Bundle, signal: NodeJS.Signals): Promise<void> {
    await expect
      .poll(
        () => {
          bundle.process.kill(signal)
          return bundle.log().filter((line) => line.signal !== undefined).length
        },
        { interval: 50 },
      )
      .toBeGreaterThanOrEqual(2)
  }

  test.each(PAIRS)('later ends running requests: each gets an error and a log line (%s, %s)', async (first, second) => {
    const bundle = await start(60_000)
    const begun = await post(bundle.address, chat(ENDLESS, { stream: true }))
    await begun.until(/"content":/)
    const before = simulator.totalRequests
    const whole = call(bundle.address, { body: chat(SILENT) })
    await expect.poll(() => simulator.totalRequests, { interval: 5 }).toBe(before + 1)
    bundle.process.kill(first)
    await insist(bundle, second)
    const text = await begun.closed()
    expect(text.match(/"error":/g)).toHaveLength(1)
    expect(text).toContain('"code":"shutting_down"')
    expect(text).not.toContain('[DONE]')
    expect(await whole).toMatchObject({ status: 503, json: failure('shutting_down', null, 'server_error') })
    await endedInOrder(bundle)
    const ended = bundle.log().filter(({ errorCode }) => errorCode === 'shutting_down')
    expect(ended.map(({ status }) => status).sort()).toEqual([200, 503])
  })

  test('later ends the process even if a client reads nothing', async () => {
    const bundle = await start(60_000)
    const { socket } = await jam(bundle)
    await terminate(bundle)
    await insist(bundle, 'SIGTERM')
    await endedInOrder(bundle)
    socket.destroy()
  })
})

describe('an invalid configuration at startup', () => {
  test('without GEMINI_API_KEY exits with 1', async () => {
    const { code, output } = await runBundle({})
    expect(code).toBe(1)
    expect(output).toContain('GEMINI_API_KEY is not set')
    expect(output).not.toMatch(/\n\s+at /)
  })

  test('lists every problem, without secrets', async () => {
    const { code, output } = await runBundle({
      AUTH_TOKEN: 'canary-one,changeme',
      METRICS_TOKEN: 'canary-two',
      HTTPS_PROXY: 'socks://user:canary-three@proxy',
      GEMINI_BASE_URL: 'ftp://user:canary-four@host',
      REQUEST_TIMEOUT_MS: 'soon',
      LOG_LEVEL: 'loud',
      BODY_LIMIT_BYTES: '-1',
      MODEL_ALIASES: 'a=b=c',
      FC_FUNCTION_NAME: 'f',
    })
    expect(code).toBe(1)
    const names = [
      'GEMINI_API_KEY',
      'AUTH_TOKEN',
      'HTTPS_PROXY',
      'GEMINI_BASE_URL',
      'REQUEST_TIMEOUT_MS',
      'LOG_LEVEL',
      'BODY_LIMIT_BYTES',
      'MODEL_ALIASES',
    ]
    for (const name of names) expect(output).toContain(`  - ${name} `)
    expect(output).not.toContain('canary')
  })

  test.each([
    ['in quotes', '"AIzaCanary0123456789"', /quotation mark/],
    ['that is a placeholder', '<canary of your key>', /placeholder/],
    ['of another provider', 'sk-proj-canary', /OpenAI/],
  ])('with a key %s exits with 1, without printing the key', async (_what, key, says) => {
    const { code, output } = await runBundle({ GEMINI_API_KEY: key, AUTH_TOKEN: TOKEN })
    expect(code).toBe(1)
    expect(output).toMatch(says)
    expect(output).not.toMatch(/canary/i)
  })

  test('on Function Compute without AUTH_TOKEN exits with 1', async () => {
    const { code, output } = await runBundle({ GEMINI_API_KEY: 'k', FC_FUNCTION_NAME: 'f' })
    expect(code).toBe(1)
    expect(output).toContain('AUTH_TOKEN')
  })

  test.each(['no-such-host.invalid', '192.0.2.1'])('with a HOST that is not local exits with 1 and an explanation: %s', async (host) => {
    const { code, output } = await runBundle({ GEMINI_API_KEY: 'canary', AUTH_TOKEN: TOKEN, HOST: host, PORT: '0' })
    expect(code).toBe(1)
    expect(output).toMatch(/is not an address of this machine: set another HOST/)
    expect(output).not.toMatch(/canary|test-token|crashed/)
  })

  test('with a port that is in use exits with 1 and an explanation', async () => {
    const { port } = new URL(simulator.origin)
    const { code, output } = await runBundle({ GEMINI_API_KEY: 'canary', AUTH_TOKEN: TOKEN, PORT: port })
    expect(code).toBe(1)
    expect(output).toMatch(/already in use: stop the other process, or set another PORT/)
    expect(output).not.toMatch(/canary|test-token/)
  })
})
