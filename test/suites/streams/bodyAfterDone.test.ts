import { createServer } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { PLAIN, streamed } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { listenOnFreePort } from '../../support/relay.js'
import { chunkOf, exchange, toStream } from './rawEvents.js'

let proxy: ProxyUnderTest
let upstream: Awaited<ReturnType<typeof listenOnFreePort>>
afterEach(async () => {
  await proxy.close()
  await upstream.close()
})

/**
 * One entry per response that Gemini has ended after `[DONE]`: true if its whole body was sent,
 * false if the proxy closed the connection before.
 */
const sentWhole: boolean[] = []

/**
 * Starts a proxy and a Gemini whose first stream never ends. The bodies of its other streams end
 * 300 ms after `[DONE]`.
 */
async function start(env: Record<string, string>): Promise<void> {
  sentWhole.length = 0
  let isFirst = true
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(toStream(chunkOf({ content: 'Hi' })))
    if (!isFirst) {
      response.on('close', () => sentWhole.push(response.writableFinished))
      response.write(toStream(chunkOf({}, 'stop'), '[DONE]'))
      setTimeout(() => response.end(), 300)
    }
    isFirst = false
  })
  upstream = await listenOnFreePort(server)
  proxy = await startProxy({ GEMINI_BASE_URL: `http://127.0.0.1:${upstream.port}/v1`, ...PLAIN, ...env })
}

test.each([
  ['that is not resumable', { STREAM_RESUME: 'off' }],
  ['that is resumable', { STREAM_RESUME: 'always' }],
  ['that does not fit into the store', { STREAM_RESUME: 'always', STREAM_RESUME_MAX_STREAMS: '1' }],
])('a body that ends after its [DONE] does not lose its connection: a stream %s', async (_, env) => {
  await start(env)
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const endless = await fetch(`${proxy.baseUrl}/chat/completions`, { method: 'POST', headers, body: JSON.stringify(streamed({})) })
  const reader = endless.body?.getReader()
  expect(await reader?.read()).toMatchObject({ done: false })
  expect((await exchange(proxy, '/chat/completions', streamed({}))).data.at(-1)).toBe('[DONE]')
  await expect.poll(() => sentWhole).toEqual([true])
  await reader?.cancel()
})
