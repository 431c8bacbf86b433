import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { type ProxyUnderTest as Running, startProxy, TOKEN } from '../../support/proxy.js'
import { type Nginx, startNginx } from './nginx.js'

/**
 * Changes the recommended configuration so that nginx buffers, as it does by default: removes the
 * settings against buffering, and ignores the header with which the proxy disables it.
 */
const asByDefault = (text: string): string =>
  text
    .replace(/^ *(proxy_buffering|proxy_request_buffering|gzip) off;$/gm, '')
    .replace('proxy_cache off;', 'proxy_ignore_headers X-Accel-Buffering;')

const chat = (content: string): string => JSON.stringify({ model: 'gemini-3.5-flash', stream: true, messages: [{ role: 'user', content }] })

describe('behind nginx', () => {
  let proxy: Running
  let nginx: Nginx
  let control: Nginx
  const open: IncomingMessage[] = []

  beforeAll(async () => {
    proxy = await startProxy()
    nginx = await startNginx(proxy.origin)
    control = await startNginx(proxy.origin, asByDefault)
  })
  afterEach(() => {
    for (const response of open.splice(0)) response.destroy()
  })
  afterAll(async () => {
    await nginx?.stop()
    await control?.stop()
    await proxy?.close()
  })

  async function send(
    server: Nginx,
    path: string,
    { body, token = TOKEN }: { body?: string; token?: string } = {},
  ): Promise<IncomingMessage> {
    const asking = request(`${server.origin}${path}`, {
      ca: server.cert,
      agent: false,
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-encoding': 'gzip' },
    })
    asking.end(body)
    const [response] = (await once(asking, 'response')) as [IncomingMessage]
    response.on('error', () => undefined) // emitted when afterEach destroys an unread response
    open.push(response)
    return response
  }

  /**
   * Reads a stream until its first text has arrived. @returns how many responses Gemini had
   * finished by then: 0 shows that nothing was buffered
   */
  async function finishedAtFirstText(server: Nginx, pace: Behaviour): Promise<number> {
    const before = proxy.simulator.finishedRequests
    const response = await send(server, '/v1/chat/completions', { body: chat(`simulate:${JSON.stringify(pace)} Hello`) })
    expect(response.statusCode).toBe(200)
    let text = ''
    for await (const piece of response) {
      text += piece
      if (/"content":"[^"]/.test(text)) return proxy.simulator.finishedRequests - before
    }
    throw new Error(`The stream ended without text: ${text}`)
  }

  test('the first deltas of a stream arrive while Gemini is still generating', async () => {
    expect(await finishedAtFirstText(nginx, { chunks: 20, hold: { afterChunks: 10 } })).toBe(0)
    proxy.simulator.release()
    await expect.poll(() => proxy.simulator.openRequests).toBe(0)
  })

  test('with the default settings of nginx, they arrive only after Gemini has finished', async () => {
    expect(await finishedAtFirstText(control, { chunks: 20, chunkDelayMs: 50 })).toBe(1)
  })

  test('a client that disconnects ends the generation', async () => {
    const before = proxy.simulator.abortedRequests
    const body = chat('simulate:{"chunks":4,"fault":{"kind":"stall","when":{"afterChunks":2}}} Hello')
    const response = await send(nginx, '/v1/chat/completions', { body })
    await once(response, 'data')
    response.destroy()
    await expect.poll(() => proxy.simulator.abortedRequests).toBe(before + 1)
  })

  test('large bodies and error responses pass through to the proxy and back', async () => {
    const large = await send(nginx, '/v1/chat/completions', { body: chat('x'.repeat(3_000_000)) })
    expect(large.statusCode).toBe(200)
    const refused = await send(nginx, '/v1/models', { token: 'wrong-token' })
    expect(refused.statusCode).toBe(401)
    expect(JSON.parse((await refused.toArray()).join(''))).toMatchObject({ error: { code: 'invalid_api_key' } })
  })

  test('a deployment passes make smoke', async () => {
    proxy.simulator.settings.behaviour = { chunks: 20, chunkDelayMs: 130 }
    const script = fileURLToPath(new URL('../../../scripts/smoke/smoke.ts', import.meta.url))
    const env = { PATH: process.env.PATH, TARGET: nginx.origin, TOKEN, NODE_EXTRA_CA_CERTS: nginx.certFile }
    const child = spawn(process.execPath, ['--import', 'tsx', script], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const output = (await child.stdout.toArray()).join('')
    expect(output).toMatch(/passed all checks$/m)
  })
})
