// usage: node --import tsx scripts/bench/imageAnswers.ts
// Measures the built server while it passes on large images: its peak memory, and the longest CPU
// time for which it blocks its event loop. Each kind of answer gets a new server. Also counts the
// refusals when ten requests for 4K images arrive at once in 512 MB. Takes about a minute.
import { once } from 'node:events'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { TOKEN } from '../../test/tools/load/client.js'
import { startImageUpstream } from '../../test/tools/load/imageUpstream.js'
import { type MeasuredProcess, startMeasured } from '../../test/tools/load/measured.js'

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

const CROWD = [
  ['chat', '/v1/chat/completions', { ...CHAT, image_config: { image_size: '4K' } }],
  ['Images API, stream', '/v1/images/generations', { ...IMAGES, quality: '4K', stream: true }],
  ["Google's format", `${OF_GOOGLE}:generateContent`, { ...GOOGLE, generationConfig: { imageConfig: { imageSize: '4K' } } }],
] as const

/**
 * Sends a request and reads the response.
 *
 * @returns the size of the body in bytes
 * @throws unless the response is complete and has status 200
 */
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
        else reject(new Error(`${path} returned status ${response.statusCode}`))
      })
    })
    outgoing.end(JSON.stringify(body))
  })
}

/** Starts the built server. @param env - additional settings */
const start = (baseUrl: string, env: Readonly<Record<string, string>> = {}): Promise<MeasuredProcess> =>
  startMeasured({
    script: file('../../dist/server.cjs'),
    flags: ['--require', file('blocked.cjs')],
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      AUTH_TOKEN: TOKEN,
      GEMINI_API_KEY: 'x',
      GEMINI_BASE_URL: baseUrl,
      GEMINI_UPSTREAM: 'native',
      ...env,
    },
    logFile: file('../../.cache/imageAnswers.log'),
  })

for (const megabytes of [16, 24]) {
  const upstream = await startImageUpstream({ imageBytes: megabytes * MEBIBYTE, signatureBytes: SIGNATURE_BYTES })
  for (const [name, path, body] of KINDS) {
    const { child, address, residentMegabytes, stop } = await start(upstream.baseUrl)
    const pause = async (): Promise<number> => {
      child.send('blocked')
      const [message] = (await once(child, 'message')) as [{ busyMs: number }]
      return message.busyMs
    }
    const pauses: number[] = []
    const peaks: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      await pause()
      await exchange(address, path, body)
      pauses.push(await pause())
      peaks.push(residentMegabytes('VmHWM'))
    }
    const [first = Number.NaN, ...others] = pauses
    const [least, most] = [Math.min(...others), Math.max(...others)].map((ms) => ms.toFixed(0))
    const [one, all] = [peaks[0], peaks.at(-1)].map((peak) => peak?.toFixed(0))
    console.log(
      `${megabytes} + 3 MB, ${name}: peak ${one} MB, after ${ROUNDS} in turn ${all} MB; event loop busy for ${first.toFixed(0)} ms at first, then ${least}…${most} ms`,
    )
    await stop()
  }
  await upstream.close()
}

const upstream = await startImageUpstream({ imageBytes: 16 * MEBIBYTE, signatureBytes: SIGNATURE_BYTES })
for (const [name, path, body] of CROWD) {
  const { address, residentMegabytes, stop } = await start(upstream.baseUrl, { FC_FUNCTION_MEMORY_SIZE: '512' })
  const outcomes: string[] = []
  for (let round = 0; round < 3; round += 1)
    outcomes.push(
      ...(await Promise.all(
        Array.from({ length: 10 }, () =>
          exchange(address, path, body).then(
            () => 'made',
            ({ message }) => String(message),
          ),
        ),
      )),
    )
  const made = outcomes.filter((outcome) => outcome === 'made').length
  const refused = outcomes.filter((outcome) => outcome.endsWith('503')).length
  console.log(
    `ten 4K images at once, three times, in 512 MB, ${name}: ${made} complete, ${refused} refused, peak ${residentMegabytes('VmHWM').toFixed(0)} MB`,
  )
  await stop()
}
await upstream.close()
