import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { TOKEN } from './client.js'
import { makePacePrompt, msSinceStamp, type Pace } from './pace.js'

/** A constant number of streams: when a stream ends, a new one is opened. */
export interface StreamLoad {
  readonly address: string
  readonly streams: number
  readonly pace: Pace
  readonly isResumable?: boolean
}

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
const STARTS_PER_SECOND = 200

/** Posts a chat without waiting for the response. */
export function post(address: string, body: Buffer, headers: Readonly<Record<string, string>> = {}): ClientRequest {
  const outgoing = request(`${address}/v1/chat/completions`, {
    method: 'POST',
    agent,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'content-length': body.length, ...headers },
  })
  outgoing.end(body)
  return outgoing
}

/** Posts a chat and reads the response. @throws if its status is not 200 */
export async function answerTo(address: string, body: Buffer): Promise<string> {
  const [answer] = (await once(post(address, body), 'response')) as [IncomingMessage]
  let text = ''
  for await (const part of answer.setEncoding('utf8')) text += part
  if (answer.statusCode !== 200) throw new Error(`${address} answered ${answer.statusCode}: ${text.slice(0, 500)}`)
  return text
}

/** Posts a chat `count` times, `atOnce` at a time. */
export async function postMany(address: string, body: Buffer, count: number, atOnce: number): Promise<void> {
  let left = count
  const worker = async () => {
    while (left-- > 0) await answerTo(address, body)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** Makes the body of a chat request. */
export const chat = (content: unknown, more: object = {}): Buffer =>
  Buffer.from(JSON.stringify({ model: 'gemini-3.8-flash', messages: [{ role: 'user', content }], ...more }))

/**
 * Reads one stream.
 *
 * @returns the time from the request to its first chunk, in milliseconds
 * @throws if the status is not 200 or the stream is incomplete
 */
export async function readStream(
  { address, pace, isResumable = false }: Omit<StreamLoad, 'streams'>,
  onChunk: (delayMs: number) => void = () => {},
  opened: (outgoing: ClientRequest) => void = () => {},
): Promise<number> {
  const began = performance.now()
  const outgoing = post(address, chat(makePacePrompt(pace), { stream: true }), isResumable ? { 'x-stream-resume': 'true' } : {})
  opened(outgoing)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  let firstMs: number | undefined
  let chunks = 0
  let rest = ''
  for await (const part of answer.setEncoding('latin1')) {
    const events = `${rest}${part}`.split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) {
      const delayMs = msSinceStamp(event)
      if (delayMs === undefined) {
        if (event.includes('[DONE]')) rest = '[DONE]'
        continue
      }
      firstMs ??= performance.now() - began
      chunks += 1
      onChunk(delayMs)
    }
  }
  if (answer.statusCode !== 200 || chunks !== pace.chunks || rest !== '[DONE]' || firstMs === undefined)
    throw new Error(`${address}: an incomplete stream, ${answer.statusCode}, ${chunks} of ${pace.chunks} chunks`)
  return firstMs
}

/**
 * Keeps a number of streams open. Each reader's first stream is shorter by a different amount, so
 * that streams start and end evenly spread over time, as in production.
 */
export class SteadyStreams {
  /**
   * The time that each chunk took from the upstream to the client since {@link reset}, in
   * milliseconds.
   */
  #delays: number[] = []
  #failure: unknown
  #isStopped = false
  readonly #open = new Set<ClientRequest>()

  constructor(private readonly load: StreamLoad) {}

  /**
   * Starts all streams, 200 per second. Resolves after the last start and one more gap between two
   * chunks.
   *
   * @throws if a stream has failed by then
   */
  async start(): Promise<void> {
    const { streams } = this.load
    for (let nth = 0; nth < streams; nth += 1) {
      void this.#reader(nth).catch((error: unknown) => {
        if (!this.#isStopped) this.#failure ??= error
      })
      if (nth % 10 === 9) await sleep(10_000 / STARTS_PER_SECOND)
    }
    await sleep(this.load.pace.gapMs)
    this.#check()
  }

  /** Discards the delays so far. */
  reset(): void {
    this.#delays = []
  }

  /** Returns the delays since {@link reset}. @throws if a stream has failed */
  delays(): readonly number[] {
    this.#check()
    return this.#delays
  }

  /** Closes all streams. */
  stop(): void {
    this.#isStopped = true
    for (const outgoing of this.#open) outgoing.destroy()
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  async #reader(nth: number): Promise<void> {
    const { streams, pace } = this.load
    let chunks = Math.ceil((pace.chunks * (nth + 1)) / streams)
    while (!this.#isStopped) {
      await readStream(
        { ...this.load, pace: { ...pace, chunks } },
        (delayMs) => this.#delays.push(delayMs),
        (outgoing) => {
          this.#open.add(outgoing)
          outgoing.on('error', () => {}) // readStream() throws the error
          outgoing.once('close', () => this.#open.delete(outgoing))
        },
      )
      chunks = pace.chunks
    }
  }
}
