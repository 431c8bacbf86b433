// usage: node --import tsx scripts/bench/imageAnswers.ts
// Measures the built server while answers with large images pass through it: its peak memory, and
// for how long its event loop stood still. Each kind of answer has a server of its own. About 40 s.
import { once } from 'node:events'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { TOKEN } from '../../test/tools/load/client.js'
import { startImageUpstream } from '../../test/tools/load/imageUpstream.js'
import { startMeasured } from '../../test/tools/load/measured.js'

const MEBIBYTE = 1_048_576
const SIGNATURE_BYTES = 3 * MEBIBYTE
const ROUNDS = 5
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const CHAT = { model: 'gemini-3-pro-image', messages: [{ role: 'user', content: 'Draw.' }] }
const IMAGES = { model: 'gemini-3-pro-image', prompt: 'Draw.' }
const GOOGLE = { contents: [{ role: 'user', parts: [{ text: 'Draw.' }] }] }
const OF_GOOGLE = '/v1beta/models/gemini-3-pro-image'
const KINDS: readonly (readonly [name: string, path: string, body: object])[] = [
  ['chat', '/v1/chat/completions', CHAT],
  ['chat, stream', '/v1/chat/completions', { ...CHAT, stream: true }],
  ['Images API', '/v1/images/generations', IMAGES],
  ['Images API, stream', '/v1/images/generations', { ...IMAGES, stream: true }],
  ["Google's format", `${OF_GOOGLE}:generateContent`, GOOGLE],
  ["Google's format, stream", `${OF_GOOGLE}:streamGenerateContent?alt=sse`, GOOGLE],
]

/** Sends a request, and discards the response. @throws unless it is whole, with status 200 */
function exchange(address: string, path: string, body: object): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'x-goog-api-key': TOKEN, 'content-type': 'application/json' }
    const outgoing = request(`${address}${path}`, { method: 'POST', headers })
    outgoing.once('error', reject).once('response', (response) => {
      let bytes = 0
      response.on('data', (piece: Buffer) => {
        bytes += piece.length
      })
      response.once('error', reject).once('end', () => {
        if (response.statusCode === 200 && response.complete) resolve(bytes)
        else reject(new Error(`${path} was answered with ${response.statusCode}`))
      })
    })
    outgoing.end(JSON.stringify(body))
  })
}

for (const megabytes of [16, 24]) {
  const upstream = await startImageUpstream({ imageBytes: megabytes * MEBIBYTE, signatureBytes: SIGNATURE_BYTES })
  for (const [name, path, body] of KINDS) {
    const { child, address, residentMegabytes, stop } = await startMeasured({
      script: file('../../dist/server.cjs'),
      flags: ['--require', file('blocked.cjs')],
      env: {
        HOST: '127.0.0.1',
        PORT: '0',
        AUTH_TOKEN: TOKEN,
        GEMINI_API_KEY: 'x',
        GEMINI_BASE_URL: upstream.baseUrl,
        GEMINI_UPSTREAM: 'native',
      },
      logFile: file('../../.cache/imageAnswers.log'),
    })
    const pause = async (): Promise<number> => {
      child.send('blocked')
      const [message] = (await once(child, 'message')) as [{ blockedMs: number }]
      return message.blockedMs
    }
    const pauses: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      await pause()
      await exchange(address, path, body)
      pauses.push(await pause())
    }
    const [first = Number.NaN, ...others] = pauses
    const [least, most] = [Math.min(...others), Math.max(...others)].map((ms) => ms.toFixed(0))
    const peak = residentMegabytes('VmHWM').toFixed(0)
    console.log(
      `${megabytes} + 3 MB, ${name}: peak ${peak} MB; event loop blocked ${first.toFixed(0)} ms at first, then ${least}…${most} ms`,
    )
    await stop()
  }
  await upstream.close()
}
