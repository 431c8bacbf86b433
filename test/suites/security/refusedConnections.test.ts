import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { TOKEN } from '../../support/proxy.js'
import { type BareApp, startApp } from '../contract/app.js'
import { head } from './raw.js'

let bare: BareApp | undefined
let bundle: Bundle | undefined
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await bare?.close()
  bare = undefined
  bundle?.process.kill('SIGKILL')
  bundle = undefined
})

/** Opens a connection that the client keeps half-open after the server has ended its side. */
async function open(origin: string): Promise<{ readonly socket: Socket; received(): string }> {
  const { hostname, port } = new URL(origin)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  sockets.push(socket)
  let text = ''
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
  })
  socket.on('error', () => undefined) // ignored, because the server may reset a connection
  await once(socket, 'connect')
  return { socket, received: () => text }
}

const KINDS: readonly (readonly [what: string, text: string, status: number])[] = [
  ['what is not HTTP', 'garbage\r\n\r\n', 400],
  ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['two lengths', head('POST /v1/chat/completions', 'host: x', 'content-length: 1', 'content-length: 2'), 400],
  ['an invalid header', head('GET /health', 'host: x', 'a b: c'), 400],
  ['an invalid chunk size', `${head('POST /nope', 'host: x', 'transfer-encoding: chunked')}zz\r\n`, 400],
  ['CONNECT', head('CONNECT 127.0.0.1:80', 'host: x'), 405],
  ['CONNECT, with further bytes', `${head('CONNECT 127.0.0.1:80', 'host: x')}${'x'.repeat(1_000)}`, 405],
  ['headers that are too large', head('GET /health', 'host: x', `x-long: ${'x'.repeat(100_000)}`), 431],
  ['headers that never end', 'GET /health HTTP/1.1\r\nhost: x\r\n', 408],
]

describe('a refused connection that the client does not close', () => {
  test.each(KINDS)('gets a response and is closed by the server: %s', async (_what, text, status) => {
    bare = await startApp({}, {}, status === 408 ? { headersTimeoutMs: 50 } : {})
    const { server } = bare.app.fastify
    const clients = await Promise.all(Array.from({ length: 10 }, () => open(bare?.origin ?? '')))
    for (const { socket } of clients) socket.write(Buffer.from(text, 'latin1'))
    for (const { received } of clients) await expect.poll(received).toMatch(new RegExp(`HTTP/1\\.1 ${status} [^]*\\}$`))
    await expect.poll(() => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))).toBe(0)
  })

  test('is closed even if the client continues to send', async () => {
    bare = await startApp({})
    const { socket, received } = await open(bare.origin)
    socket.write('garbage\r\n\r\n')
    const more = setInterval(() => socket.write('garbage\r\n\r\n'), 10)
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(more)
    expect(received().match(/HTTP\/1\.1 400/g)).toHaveLength(1)
  })
})

describe('a refused connection that the client resets', () => {
  test.each(KINDS.slice(0, -1))('does not crash the server: %s', async (_what, text) => {
    bundle = await startBundle({ GEMINI_API_KEY: 'k', AUTH_TOKEN: TOKEN })
    const { socket, received } = await open(bundle.address)
    socket.write(Buffer.from(text, 'latin1'))
    await expect.poll(received).toContain('HTTP/1.1 4')
    socket.resetAndDestroy()
    for (let round = 0; round < 20; round += 1) expect((await fetch(`${bundle.address}/health/live`)).status).toBe(200)
    expect(bundle.output()).not.toContain('crashed')
    expect(await bundle.stop()).toEqual({ code: 0, signal: null })
  })
})
