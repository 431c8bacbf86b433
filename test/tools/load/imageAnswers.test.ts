import { readFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { TOKEN } from '../../support/proxy.js'
import { type ImageUpstream, startImageUpstream } from './imageUpstream.js'

const MEBIBYTE = 1_048_576
const FUNCTION_MEGABYTES = 512
const CLIENTS = 10
const ROUNDS = 2

let upstream: ImageUpstream
let bundle: Bundle
beforeAll(async () => {
  upstream = await startImageUpstream({ imageBytes: 16 * MEBIBYTE, signatureBytes: 3 * MEBIBYTE })
  bundle = await startBundle({
    GEMINI_API_KEY: 'simulated',
    GEMINI_BASE_URL: upstream.baseUrl,
    GEMINI_UPSTREAM: 'native',
    AUTH_TOKEN: TOKEN,
    FC_FUNCTION_MEMORY_SIZE: String(FUNCTION_MEGABYTES),
    MAX_RETRIES: '0',
  })
})
afterAll(async () => {
  await bundle.stop()
  await upstream.close()
})

const agent = new Agent({ keepAlive: true })

/** Asks for an image of 4K, and counts the bytes of the response. */
function draw(): Promise<{ readonly status: number; readonly headers: IncomingMessage['headers']; readonly bytes: number }> {
  const body = { model: 'gemini-3-pro-image', prompt: 'Draw.', quality: '4K' }
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
    const outgoing = request(`${bundle.address}/v1/images/generations`, { method: 'POST', agent, headers })
    outgoing.once('error', reject)
    outgoing.once('response', (response) => {
      let bytes = 0
      response.on('data', (piece: Buffer) => {
        bytes += piece.length
      })
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes }))
    })
    outgoing.end(JSON.stringify(body))
  })
}

const peakMegabytes = (): number =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${bundle.process.pid}/status`, 'utf8'))?.[1]) / 1024

describe('ten images of 4K at once', () => {
  test('fit into a function of 512 MB: each is made or refused before it costs anything', { timeout: 120_000 }, async () => {
    const counts = { 200: 0, 503: 0 }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { status, headers, bytes } of await Promise.all(Array.from({ length: CLIENTS }, draw))) {
        expect([200, 503]).toContain(status)
        counts[status as 200 | 503] += 1 // checked in the line above
        if (status === 503) expect(headers['retry-after']).toBe('1')
        else expect(bytes).toBeGreaterThan(16 * MEBIBYTE)
      }
    }
    console.info(
      `${CLIENTS} images of 4K, ${ROUNDS} times: ${counts[200]} made, ${counts[503]} refused, peak ${Math.round(peakMegabytes())} MB`,
    )
    expect(counts[200]).toBeGreaterThanOrEqual(ROUNDS)
    expect(counts[503]).toBeGreaterThanOrEqual(ROUNDS)
    expect(upstream.cancelled()).toBe(0)
    expect(peakMegabytes()).toBeLessThan(FUNCTION_MEGABYTES)
    expect(bundle.process.exitCode).toBeNull()
  })
})
