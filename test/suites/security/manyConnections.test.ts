import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { toConnectionLimit } from '../../../src/http/connections.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { TOKEN } from '../../support/proxy.js'
import { type LoggingServer, linesOf, startLogging } from '../logging/server.js'

const ENV = { GEMINI_API_KEY: 'k', AUTH_TOKEN: TOKEN }
let bundle: Bundle | undefined
let limited: LoggingServer | undefined
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  bundle?.process.kill('SIGKILL')
  limited?.process.kill('SIGKILL')
  bundle = undefined
  limited = undefined
})

function open(origin: string): Socket {
  const { hostname, port } = new URL(origin)
  const socket = connect({ host: hostname, port: Number(port) })
  sockets.push(socket)
  socket.on('error', () => undefined) // ignored, because the server may reset a connection
  return socket
}

test('more clients than the default backlog of Node.js can connect while the server is busy', async () => {
  const allowed = Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'))
  bundle = await startBundle(ENV)
  bundle.process.kill('SIGSTOP')
  let connected = 0
  for (let left = Math.min(allowed, 1_500); left > 0; left -= 1) open(bundle.address).once('connect', () => (connected += 1))
  await expect.poll(() => connected).toBe(sockets.length)
  bundle.process.kill('SIGCONT')
  expect((await fetch(`${bundle.address}/health/live`)).status).toBe(200)
})

describe('if the process runs out of file descriptors', () => {
  /** Starts a server whose process can have at most `files` open files and sockets. */
  async function startWith(files: number): Promise<LoggingServer> {
    limited = await startLogging('pipe', {}, ['bash', '-c', `ulimit -n ${files} && exec "$0" "$@"`, process.execPath])
    return limited
  }

  test.each([80, 100, 200])('connections are closed, counted and logged once, and the others are served: %i files', async (files) => {
    const server = await startWith(files)
    let log = ''
    server.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
    let closed = 0
    for (let at = 0; at < 300; at += 1) open(server.origin).once('close', () => (closed += 1))
    await expect.poll(() => closed).toBeGreaterThanOrEqual(100)
    const kept = sockets.find(({ destroyed, connecting }) => !destroyed && !connecting)
    kept?.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
    if (kept !== undefined) expect(String((await once(kept, 'data'))[0])).toContain('200 OK')
    const refusals = () => linesOf(log.slice(0, log.lastIndexOf('\n'))).filter(({ reason }) => reason !== undefined)
    await expect.poll(refusals).toMatchObject([{ level: 'warn', reason: 'connections', maxConnections: expect.any(Number) }])
    for (const socket of sockets.splice(0)) socket.destroy()
    await expect.poll(() => server.ask(1).catch(() => undefined)).toEqual([200])
    const metrics = await fetch(`${server.origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
    expect(await metrics.text()).toMatch(/^gemini_proxy_connections_refused_total\{reason="connections"\} [1-9]\d\d/m)
    expect(refusals()).toHaveLength(1)
    expect(server.errors()).toBe('')
  })
})

test.each([
  ['a usual limit', 400, 1_024, 560],
  ['many files', 400, 1_048_576, 10_000],
  ['no limit', 400, Number.POSITIVE_INFINITY, 10_000],
  ['few files', 400, 100, 18],
  ['hardly any', 400, 32, 8],
  ['few requests at once', 20, 1_024, 940],
])('half of the file descriptors, or one for each request, are reserved for connections to Gemini: %s', (_what, requests, files, most) => {
  expect(toConnectionLimit(requests, files)).toBe(most)
})
