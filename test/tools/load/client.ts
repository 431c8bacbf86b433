import { Agent, type ClientRequest, request } from 'node:http'
import { STREAM } from './scenario.js'

/** The token that the proxy under load requires. */
export const TOKEN = 'load'

const agent = new Agent({ keepAlive: true, maxSockets: 1000, scheduling: 'fifo' })

interface Prompt {
  readonly stream?: boolean
  readonly content?: string
  /** Requests a resumable stream. */
  readonly isResumable?: boolean
  /** The body to send, instead of one that is made with `content`. */
  readonly body?: Buffer
  /** Called with each piece of the response body. */
  readonly onPiece?: (piece: Buffer) => void
}

/** The address of a server, with headers that it needs. */
export type Endpoint = string | { readonly address: string; readonly headers: Readonly<Record<string, string>> }

/** The times of one exchange, in milliseconds since the request was sent. */
export interface Times {
  /** Time to the first byte of the response body. */
  readonly firstMs: number
  readonly wholeMs: number
}

/** Sends one chat request. Does not wait for the response. */
export function send(endpoint: Endpoint, prompt: Prompt = {}): ClientRequest {
  const { address, headers: more } = typeof endpoint === 'string' ? { address: endpoint, headers: {} } : endpoint
  const body = prompt.body ?? bodyOf(prompt)
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
    'content-length': body.length,
    ...(prompt.isResumable ? { 'x-stream-resume': 'true' } : {}),
    ...more,
  }
  const outgoing = request(`${address}/v1/chat/completions`, { method: 'POST', agent, headers })
  outgoing.end(body)
  return outgoing
}

function bodyOf({ stream = false, content = 'Say something about foxes.' }: Prompt): Buffer {
  const messages = [
    { role: 'system', content: 'You are brief.' },
    { role: 'user', content },
  ]
  return Buffer.from(JSON.stringify({ model: 'gemini-2.5-flash', messages, temperature: 0.7, stream }))
}

/** Makes the body of a chat request with a picture of `megabytes` MiB in base64. */
export function pictureBody(megabytes: number): Buffer {
  const size = (megabytes * 3 * 1_048_576) / 4
  const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(size, 'picture')])
  const content = [
    { type: 'text', text: 'What is it?' },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${picture.toString('base64')}` } },
  ]
  return Buffer.from(JSON.stringify({ model: 'gemini-2.5-flash', messages: [{ role: 'user', content }] }))
}

/**
 * Sends one chat request and reads the whole response.
 *
 * @throws if the status is not 200 or the response is incomplete: a broken proxy must not seem fast
 */
export function exchange(endpoint: Endpoint, prompt: Prompt = {}): Promise<Times> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const outgoing = send(endpoint, prompt)
    outgoing.once('error', reject)
    outgoing.once('response', (answer) => {
      let firstMs = 0
      const pieces: Buffer[] = []
      answer.once('error', reject)
      answer.on('data', (piece: Buffer) => {
        if (pieces.length === 0) firstMs = performance.now() - began
        pieces.push(piece)
        prompt.onPiece?.(piece)
      })
      answer.once('end', () => {
        const end = Buffer.concat(pieces.slice(-2)).toString()
        const isComplete = prompt.stream ? end.includes('data: [DONE]') : end.trimEnd().endsWith('}')
        if (answer.statusCode === 200 && isComplete) return resolve({ firstMs, wholeMs: performance.now() - began })
        const text = Buffer.concat(pieces).toString().slice(0, 500)
        reject(new Error(`${outgoing.getHeader('host')} answered ${answer.statusCode}: ${text}`))
      })
    })
  })
}

/** Sends `count` small requests, `users` at a time. */
export async function sendMany(endpoint: Endpoint, count: number, users = 64): Promise<void> {
  let left = count
  const worker = async () => {
    while (left-- > 0) await exchange(endpoint)
  }
  await Promise.all(Array.from({ length: users }, worker))
}

/**
 * Sends a request `count` times, one after the other.
 *
 * @returns the times to the end of each response, in milliseconds
 */
export async function sendInTurn(endpoint: Endpoint, count: number, body?: Buffer): Promise<number[]> {
  const times: number[] = []
  for (let nth = 0; nth < count; nth += 1) times.push((await exchange(endpoint, body === undefined ? {} : { body })).wholeMs)
  return times
}

/**
 * Opens `count` paced streams and reads them to the end. Their starts are spread over five times
 * `gapMs`, the time between two chunks.
 *
 * @returns the times to the first byte of each stream, in milliseconds
 */
export function streamMany(endpoint: Endpoint, count: number, gapMs: number, isResumable = false): Promise<number[]> {
  return spread(count, gapMs, async () => (await exchange(endpoint, { stream: true, isResumable })).firstMs)
}

/**
 * Opens `count` streams as {@link streamMany} does; their chunks contain the time at which the
 * upstream wrote them.
 *
 * @returns the delays of all chunks of every tenth stream, in milliseconds
 */
export async function streamStamped(endpoint: Endpoint, count: number, gapMs: number): Promise<number[]> {
  const delays: number[] = []
  const onPiece = (piece: Buffer): void => {
    const now = Number(process.hrtime.bigint() / 1000n)
    for (const [, stamp] of piece.toString('latin1').matchAll(/@(\d+)@/g)) delays.push((now - Number(stamp)) / 1000)
  }
  await spread(count, gapMs, async (nth) => {
    const prompt = { stream: true, content: STREAM.stamped }
    await exchange(endpoint, nth % 10 === 0 ? { ...prompt, onPiece } : prompt)
  })
  return delays
}

/**
 * Opens `count` streams as {@link streamMany} does. The upstream writes several chunks of these
 * streams at once.
 */
export async function burstMany(endpoint: Endpoint, count: number, gapMs: number, isResumable = false): Promise<void> {
  await spread(count, gapMs, () => exchange(endpoint, { stream: true, content: STREAM.burst, isResumable }))
}

function spread<T>(count: number, gapMs: number, open: (nth: number) => Promise<T>): Promise<T[]> {
  const late = async (nth: number): Promise<T> => {
    await new Promise((resolve) => setTimeout(resolve, (nth * gapMs * 5) / count))
    return open(nth)
  }
  return Promise.all(Array.from({ length: count }, (_, nth) => late(nth)))
}
