import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PLAIN, streamed } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { listenOnFreePort } from '../../support/relay.js'
import { chunkOf, toStream } from '../streams/rawEvents.js'

const WORDS = Array.from({ length: 50 }, (_, nth) => `word ${nth} `)

let upstream: Awaited<ReturnType<typeof listenOnFreePort>>
let proxy: ProxyUnderTest
beforeAll(async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.cork()
    for (const word of WORDS) response.write(toStream(chunkOf({ content: word })))
    response.end(toStream(chunkOf({}, 'stop'), '[DONE]'))
    response.uncork()
  })
  upstream = await listenOnFreePort(server)
  proxy = await startProxy({ GEMINI_BASE_URL: `http://127.0.0.1:${upstream.port}/v1`, ...PLAIN })
})
afterAll(async () => {
  await proxy.close()
  await upstream.close()
})

test('chunks that Gemini sends together reach the client completely, in a few writes instead of one each', async () => {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const outgoing = request(`${proxy.baseUrl}/chat/completions`, { method: 'POST', headers }).end(JSON.stringify(streamed({})))
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  const pieces: string[] = []
  // Node.js emits each HTTP chunk as a separate piece, so the pieces show how often the proxy
  // wrote.
  for await (const piece of response.setEncoding('utf8')) pieces.push(String(piece))
  const contents = [...pieces.join('').matchAll(/"content":"(word \d+ )"/g)].map(([, word]) => word)
  expect(contents).toEqual(WORDS)
  expect(pieces.join('').endsWith('data: [DONE]\n\n')).toBe(true)
  expect(pieces.length).toBeLessThan(10)
})
