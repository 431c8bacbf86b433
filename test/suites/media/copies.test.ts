import { once } from 'node:events'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { base64Of, type ImageUpstream, startImageUpstream } from '../../tools/load/imageUpstream.js'
import { type MeasuredProcess, startMeasured } from '../../tools/load/measured.js'
import { MEBIBYTE } from './answers.js'

const TOKEN = 'load'
const IMAGE_BYTES = 20 * MEBIBYTE
const SIGNATURE_BYTES = 3 * MEBIBYTE
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

let upstream: ImageUpstream
let server: MeasuredProcess
beforeAll(async () => {
  upstream = await startImageUpstream({ imageBytes: IMAGE_BYTES, signatureBytes: SIGNATURE_BYTES })
  server = await startMeasured({
    script: file('../../../dist/server.cjs'),
    flags: ['--require', file('longest.cjs')],
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      AUTH_TOKEN: TOKEN,
      GEMINI_API_KEY: 'x',
      GEMINI_BASE_URL: upstream.baseUrl,
      GEMINI_UPSTREAM: 'native',
    },
    logFile: file('../../../.cache/media-copies.log'),
  })
})
afterAll(async () => {
  await server.stop()
  await upstream.close()
})

/** Sends a request to the server. @returns its status, and the response in pieces */
function send(path: string, body: object): Promise<{ readonly status: number | undefined; readonly pieces: readonly Buffer[] }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'x-goog-api-key': TOKEN, 'content-type': 'application/json' }
    const outgoing = request(`${server.address}${path}`, { method: 'POST', headers })
    outgoing.once('error', reject).once('response', (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece)).once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode, pieces }))
    })
    outgoing.end(JSON.stringify(body))
  })
}

/**
 * Returns, for each kind of copy such as `parsed` or `joined`, the length of the longest text that
 * the server has copied since the last call.
 */
async function longest(): Promise<Readonly<Record<string, number>>> {
  server.child.send('longest')
  const [message] = (await once(server.child, 'message')) as [Record<string, number>]
  return message
}

const CHAT = { model: 'gemini-3-pro-image', messages: [{ role: 'user', content: 'Draw.' }] }
const GOOGLE = { contents: [{ role: 'user', parts: [{ text: 'Draw.' }] }] }
const OF_GOOGLE = '/v1beta/models/gemini-3-pro-image'

describe('an image of 20 MB with its signature is never parsed, serialised, decoded or joined', () => {
  test.each([
    ['in a chat', '/v1/chat/completions', CHAT],
    ['in the stream of a chat', '/v1/chat/completions', { ...CHAT, stream: true }],
    ['of the Images API', '/v1/images/generations', { model: CHAT.model, prompt: 'Draw.' }],
    ['in a stream of the Images API', '/v1/images/generations', { model: CHAT.model, prompt: 'Draw.', stream: true }],
    ["in Google's format", `${OF_GOOGLE}:generateContent`, GOOGLE],
    ["in a stream of Google's format", `${OF_GOOGLE}:streamGenerateContent?alt=sse`, GOOGLE],
  ])('%s', async (_name, path, body) => {
    await longest()
    const { status, pieces } = await send(path, body)
    const lengths = await longest()
    expect(status).toBe(200)
    const received = Buffer.concat(pieces)
    expect(received.includes(base64Of(IMAGE_BYTES))).toBe(true)
    // The Images API does not return thought signatures.
    expect(received.includes(`"${base64Of(SIGNATURE_BYTES)}"`)).toBe(!path.includes('images'))
    expect(Object.entries(lengths).filter(([, length]) => length > MEBIBYTE)).toEqual([])
    expect(lengths).toMatchObject({ parsed: expect.any(Number), joined: expect.any(Number) })
  })
})
