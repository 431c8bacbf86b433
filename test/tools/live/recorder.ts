import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent, ProxyAgent, request as send } from 'undici'
import { redactedHeaders } from './redact.js'

/** One exchange with Gemini, without secrets. */
export interface Exchange {
  /** What the exchange is for: the title of a case or the name of a probe. */
  readonly purpose: string
  readonly method: string
  /** The path after the base URL. */
  readonly path: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** False if the client disconnected early or the response broke off. */
  readonly isWhole: boolean
  /** The longest wait of the recorder for a piece of the response body, in milliseconds. */
  readonly silenceMs: number
}

/** A relay to Gemini that records the exchanges. */
export interface Recorder {
  readonly baseUrl: string
  readonly exchanges: readonly Exchange[]
  /** Sets the purpose of the following exchanges. */
  name(purpose: string): void
  close(): Promise<void>
}

const PASSED_ON = ['authorization', 'x-goog-api-key', 'content-type', 'accept', 'user-agent']
const OF_THIS_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding']

/**
 * Starts the relay on a free port of the loopback address.
 *
 * @param upstream - base URL of Gemini, which is reached through HTTPS_PROXY if that is set
 * @param redact - removes secrets from all recorded text
 */
export async function startRecorder(upstream: string, redact: (text: string) => string): Promise<Recorder> {
  const exchanges: Exchange[] = []
  const proxy = process.env.HTTPS_PROXY || process.env.https_proxy
  const dispatcher = proxy && upstream.startsWith('https:') ? new ProxyAgent(proxy) : new Agent()
  let purpose = ''
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const now = purpose
    const [path, method] = [request.url ?? '/', request.method ?? 'GET']
    const requestBody = Buffer.concat(await request.toArray()).toString()
    const leaving = new AbortController()
    response.once('close', () => leaving.abort())
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => PASSED_ON.includes(name))) as Record<
      string,
      string
    >
    const options = {
      method: method as 'GET',
      headers,
      signal: leaving.signal,
      dispatcher,
      ...(requestBody === '' ? {} : { body: requestBody }),
    }
    const answer = await send(`${upstream}${path}`, options)
    const answered = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const)
    response.writeHead(answer.statusCode, Object.fromEntries(answered.filter(([name]) => !OF_THIS_HOP.includes(name))))
    const { body, isWhole, silenceMs } = await passOn(answer.body, response)
    exchanges.push({
      purpose: now,
      method,
      path: redact(path),
      requestHeaders: redactedHeaders(Object.entries(headers), redact),
      requestBody: redact(requestBody),
      status: answer.statusCode,
      headers: redactedHeaders(answered, redact),
      body: redact(body),
      isWhole,
      silenceMs,
    })
    response.end()
  }
  // If the connection to Gemini fails, `serve` rejects, and the client's connection is closed.
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    // The cast is safe: a listening TCP server has a port.
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    name: (next) => {
      purpose = next
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await dispatcher.close()
    },
  }
}

async function passOn(source: AsyncIterable<Buffer>, response: ServerResponse): Promise<Pick<Exchange, 'body' | 'isWhole' | 'silenceMs'>> {
  const pieces: Buffer[] = []
  let [last, silenceMs, isWhole] = [performance.now(), 0, true]
  try {
    for await (const piece of source) {
      silenceMs = Math.max(silenceMs, performance.now() - last)
      last = performance.now()
      pieces.push(piece)
      response.write(piece)
    }
  } catch {
    isWhole = false // the client or Gemini disconnected
  }
  return { body: Buffer.concat(pieces).toString(), isWhole, silenceMs: Math.round(silenceMs) }
}
