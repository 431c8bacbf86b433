import { readFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { TOKEN } from '../../support/proxy.js'

const MEBIBYTE = 1024 * 1024
const FUNCTION_MEGABYTES = 512
const IMAGE_BYTES = 8 * MEBIBYTE
const CLIENTS = 50
const ROUNDS = 4

let simulator: Simulator
let bundle: Bundle
beforeAll(async () => {
  simulator = await startSimulator({ keepRequests: 0, behaviour: { latencyMs: 50 } })
  bundle = await startBundle({
    GEMINI_API_KEY: 'simulated',
    GEMINI_BASE_URL: simulator.baseUrl,
    AUTH_TOKEN: TOKEN,
    FC_FUNCTION_MEMORY_SIZE: String(FUNCTION_MEGABYTES),
    MAX_RETRIES: '0',
  })
})
afterAll(async () => {
  await bundle.stop()
  await simulator.close()
})

/** Makes a chat request with a picture; all clients send equal bytes. */
const body = (stream: boolean): Buffer => {
  const url = `data:image/png;base64,${Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(IMAGE_BYTES, 7)]).toString('base64')}`
  const content = [
    { type: 'text', text: 'What is it?' },
    { type: 'image_url', image_url: { url } },
  ]
  return Buffer.from(JSON.stringify({ model: 'gemini-2.5-flash', stream, messages: [{ role: 'user', content }] }))
}

const agent = new Agent({ keepAlive: true })

/**
 * Sends a request body and returns the response, which the server may send before it has received
 * the whole body.
 */
function send(bytes: Buffer): Promise<{ readonly status: number; readonly headers: IncomingMessage['headers']; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'content-length': bytes.length }
    const outgoing = request(`${bundle.address}/v1/chat/completions`, { method: 'POST', agent, headers })
    outgoing.once('error', reject)
    outgoing.once('response', (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
    })
    outgoing.end(bytes)
  })
}

const peakMegabytes = (): number =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${bundle.process.pid}/status`, 'utf8'))?.[1]) / 1024

describe('50 concurrent pictures of 8 MB', () => {
  test('fit into a function of 512 MB: each is answered or refused, without a crash', async () => {
    const bodies = [body(true), body(false)]
    const counts = { 200: 0, 503: 0 }
    for (let round = 0; round < ROUNDS; round += 1) {
      const answers = await Promise.all(Array.from({ length: CLIENTS }, (_, index) => send(bodies[index % 2] ?? Buffer.alloc(0))))
      for (const { status, headers, text } of answers) {
        expect([200, 503]).toContain(status)
        counts[status as 200 | 503] += 1 // the cast is safe: expect() has checked the status
        if (status === 503) expect([headers['retry-after'], text]).toEqual(['1', expect.stringContaining('"server_overloaded"')])
        else expect(text).toMatch(/"finish_reason":"stop"/)
      }
    }
    console.info(
      `50 pictures of 8 MB, ${ROUNDS} times: ${counts[200]} answered, ${counts[503]} refused, peak ${Math.round(peakMegabytes())} MB`,
    )
    expect(counts[200]).toBeGreaterThanOrEqual(ROUNDS)
    expect(peakMegabytes()).toBeLessThan(FUNCTION_MEGABYTES)
    expect(bundle.process.exitCode).toBeNull()
    expect(await (await fetch(`${bundle.address}/health`)).json()).toMatchObject({ status: 'ok', in_flight: 1 })
  })
})
