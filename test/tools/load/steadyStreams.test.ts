import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { TOKEN } from './client.js'
import { type MeasuredProcess, startMeasured } from './measured.js'
import { CALL_MARK } from './pace.js'
import { answerTo, chat, readStream, SteadyStreams } from './steadyStreams.js'

const UPSTREAM = fileURLToPath(new URL('pacedUpstream.ts', import.meta.url))
const PACE = { gapMs: 5, chunks: 8 }

let upstream: MeasuredProcess
let bundle: Bundle
beforeAll(async () => {
  upstream = await startMeasured({ script: UPSTREAM, env: { NODE_OPTIONS: '--import tsx' } })
  bundle = await startBundle({ GEMINI_API_KEY: 'simulated', GEMINI_BASE_URL: `${upstream.address}/v1beta/openai`, AUTH_TOKEN: TOKEN })
})
afterAll(async () => {
  await bundle.stop()
  await upstream.stop()
})

describe('the load of make capacity, through the proxy', () => {
  test('reads each stream completely, with the delay of every chunk', async () => {
    const delays: number[] = []
    const firstMs = await readStream({ address: bundle.address, pace: PACE }, (delayMs) => delays.push(delayMs))
    expect(delays).toHaveLength(PACE.chunks)
    expect(Math.min(...delays, firstMs)).toBeGreaterThan(0)
  })

  test('starts new streams when others end', async () => {
    const load = new SteadyStreams({ address: bundle.address, streams: 12, pace: PACE })
    await load.start()
    try {
      await expect.poll(() => load.delays().length).toBeGreaterThan(2 * 12 * PACE.chunks)
    } finally {
      load.stop()
    }
  })

  test('gets a tool call with an id made by the proxy', async () => {
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }]
    expect(await answerTo(bundle.address, chat(CALL_MARK, { tools }))).toMatch(/"id":\s*"call_/)
  })
})

test('a stream that ends too early is reported as an error', async () => {
  const server = createServer((_, response) => response.end('data: {"t":"<1>"}\n\ndata: [DONE]\n\n')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // The cast is safe: a listening TCP server has a port.
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const load = new SteadyStreams({ address, streams: 1, pace: PACE })
  const failure = (): string => {
    try {
      load.delays()
      return 'none'
    } catch (error) {
      return String(error)
    }
  }
  try {
    void load.start().catch(() => {}) // start() may reject, too; this test checks delays()
    await expect.poll(failure).toContain('1 of 8 chunks')
  } finally {
    load.stop()
    server.closeAllConnections()
    server.close()
  }
})
