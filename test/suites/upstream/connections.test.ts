import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { chat, eventually, PLAIN, parseStream, post, streamed } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { type Relay, startRelay } from '../../support/relay.js'

let simulator: Simulator
let relay: Relay
let proxy: ProxyUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  relay = await startRelay(Number(new URL(simulator.origin).port))
  proxy = await startProxy({ GEMINI_BASE_URL: `http://127.0.0.1:${relay.port}/v1beta/openai`, ...PLAIN })
})
afterAll(async () => {
  await proxy.close()
  await simulator.close()
})

const ask = async (body: unknown): Promise<string> => (await post(proxy, body)).text()

describe('a connection to Gemini', () => {
  test('is opened with the first request, not earlier', async () => {
    expect(relay.connections()).toBe(0)
    await ask(chat({}))
    expect(relay.connections()).toBe(1)
  })

  test.each([
    ['an answer', chat({})],
    ['a stream', streamed({ chunks: 20 })],
    ['a stream with usage', streamed({ chunks: 3 }, { stream_options: { include_usage: true } })],
    ['a stream in single bytes', streamed({ bytesPerWrite: 1 })],
    ['a stream that lacks its last newlines', streamed({ noFinalNewline: true })],
    ['a stream that ends late after [DONE]', streamed({ finalNewlines: 1 })],
    ['an invalid request', chat({ error: 'invalid-argument' })],
    ['an overload', streamed({ error: 'unavailable' })],
    ['an HTML page', chat({ error: 'bad-gateway', errorForm: 'html' })],
  ])('is reused after %s', async (_, body) => {
    await ask(chat({}))
    const opened = relay.connections()
    for (let round = 0; round < 4; round += 1) expect((await ask(body)).length).toBeGreaterThan(0)
    // The proxy may open one more connection, for a request that it sends after the last event of a
    // stream but before the end of its body.
    expect(relay.connections()).toBeLessThanOrEqual(opened + 1)
  })

  test('is closed when the client of its stream disconnects', async () => {
    await ask(chat({}))
    const opened = relay.connections()
    const controller = new AbortController()
    const response = await post(proxy, streamed({ chunks: 1000, chunkDelayMs: 10 }), { signal: controller.signal })
    await response.body?.getReader().read()
    controller.abort()
    await eventually(() => expect(simulator.abortedRequests).toBe(1))
    expect(parseStream(await ask(streamed({}))).dones).toBe(1)
    expect(relay.connections()).toBeLessThanOrEqual(opened + 1)
  })

  test('stays open for later requests, also after concurrent ones', async () => {
    const before = relay.connections()
    for (let round = 0; round < 3; round += 1) {
      const texts = await Promise.all(Array.from({ length: 20 }, () => ask(streamed({ latencyMs: 50 }))))
      expect(texts.map((text) => parseStream(text).dones)).toEqual(Array(20).fill(1))
    }
    // If the proxy reused no connections, each round would add 20. A few new ones are allowed, for
    // requests that it sends before the body of an earlier stream has ended.
    expect(relay.connections() - before).toBeLessThan(30)
  })

  test('that cannot be opened is a 502, and the key is not logged', async () => {
    await relay.close()
    const response = await post(proxy, chat({}))
    expect([response.status, await response.json()]).toMatchObject([
      502,
      { error: { code: 'upstream_error', type: 'server_error', param: null } },
    ])
    expect(JSON.stringify(proxy.logs)).toMatch(/ECONNREFUSED|other side closed|ECONNRESET/)
    expect(JSON.stringify(proxy.logs)).not.toContain('AQ.test')
  })
})
