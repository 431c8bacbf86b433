import type { Socket } from 'node:net'
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, request } from 'undici'

/** What is read of an upstream answer: far less than a `Response`, and far cheaper to make. */
export interface UpstreamResponse {
  readonly status: number
  readonly contentType: string
  readonly body: UpstreamBody
}

/** What came of a call that got no answer. */
export interface NoResponse {
  readonly failure: unknown
}

/** The body of an upstream answer: undici's, as far as it is used. `dump` reads the rest away, so that the connection can serve again. */
export type UpstreamBody = Pick<
  Dispatcher.ResponseData['body'],
  'on' | 'off' | 'pause' | 'resume' | 'isPaused' | 'text' | 'dump' | 'destroy'
>

/** What a call brings along besides the SDK's own request. */
export interface UpstreamInit {
  readonly upstream: {
    /** All headers that reach Gemini. */
    readonly headers: Readonly<Record<string, string>>
    readonly signal: AbortSignal
  }
}

/** Settings of the way to Gemini. */
export interface TransportSettings {
  readonly httpsProxy: string | undefined
  readonly noProxy: string | undefined
  /** Longest silence, in milliseconds, before the headers and between two reads. */
  readonly upstreamIdleTimeoutMs: number
}

/** A pool of connections to Gemini. */
export interface Transport {
  /** Takes the place of `fetch` in the `openai` SDK. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Closes all connections. */
  close(): Promise<void>
}

// The SDK looks for a request id among them, for its own log.
const NO_HEADERS = { entries: (): readonly never[] => [] }
const CONNECT_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 60_000

/** Makes the transport: HTTP/1.1 with keep-alive (HTTP/2 doubles the CPU of a stream), through the operator's proxy where one is set. */
export function makeTransport({ httpsProxy, noProxy, upstreamIdleTimeoutMs }: TransportSettings): Transport {
  const dialling = makeDialling()
  const options = { connect: dialling.connect, keepAliveTimeout: KEEP_ALIVE_MS, keepAliveMaxTimeout: KEEP_ALIVE_MS }
  // An empty httpProxy keeps undici from looking into the environment by itself.
  const makePool = (): Dispatcher =>
    httpsProxy === undefined ? new Agent(options) : new EnvHttpProxyAgent({ ...options, httpProxy: '', httpsProxy, noProxy: noProxy ?? '' })
  let pool = makePool()
  /** Where one kept connection has died, the others have too: a frozen instance hears of none. Calls under way go on. */
  const renew = (used: Dispatcher): void => {
    if (used !== pool) return
    pool = makePool()
    used.close().catch(() => undefined) // its last calls have failed by themselves
  }

  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    // Put in by our client, the only caller; see there. The SDK's own headers and signal are left behind.
    const { signal, headers } = (init as RequestInit & UpstreamInit).upstream
    try {
      const used = pool
      const begin = (): Promise<Dispatcher.ResponseData> =>
        request(url, {
          dispatcher: used,
          method: init.method as Dispatcher.HttpMethod,
          headers: { accept: 'application/json, text/event-stream', ...headers },
          body: (init.body as string | undefined) ?? null,
          signal,
          headersTimeout: upstreamIdleTimeoutMs,
          bodyTimeout: upstreamIdleTimeoutMs,
        })
      const answer = await dialling.unlessAborted({ signal, begin, onStale: () => renew(used) })
      // A body that is given up raises an error which nobody reads any more; without a listener it would end the process.
      answer.body.on('error', () => undefined)
      return toResponse(answer)
    } catch (failure) {
      // Handed on as an answer: the SDK would make an error of its own of it, and drop the cause of a timeout.
      return { ok: true, status: 0, headers: NO_HEADERS, failure } as unknown as Response
    }
  }

  return { fetch, close: () => pool.close() }
}

/** Knows the connections that calls wait for. */
interface Dialling {
  /** Opens a connection, for undici. */
  readonly connect: buildConnector.connector
  /**
   * Begins a call and waits for its answer.
   *
   * @throws the signal's reason as soon as it aborts; a connection that was opened for the call is then destroyed
   */
  unlessAborted<T>(call: DialledCall<T>): Promise<T>
}

interface DialledCall<T> {
  readonly signal: AbortSignal
  readonly begin: () => Promise<T>
  /** Called where the call has found a kept connection dead. */
  readonly onStale: () => void
}

const DEAD = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])
const isDead = (failure: unknown): boolean => failure instanceof Error && 'code' in failure && DEAD.has(String(failure.code))

/** Makes the register. Alone, undici hears of an abort only once the connection is made or has failed: a handshake may hang for 10 s. */
function makeDialling(): Dialling {
  const dial = buildConnector({ timeout: CONNECT_TIMEOUT_MS })
  let opened: Socket[] | undefined

  return {
    connect: (options, callback) => {
      // It returns the socket, though its type is silent about that.
      const socket = dial(options, callback) as unknown as Socket | undefined
      if (socket !== undefined) opened?.push(socket)
    },
    unlessAborted: ({ signal, begin, onStale }) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) throw signal.reason
        const sockets: Socket[] = []
        const abort = (): void => {
          reject(signal.reason)
          // With an error, or undici would wait for it for ever.
          for (const socket of sockets) socket.destroy(new Error('the call was given up'))
        }
        signal.addEventListener('abort', abort, { once: true })
        // A call has its connection to itself, and undici opens it before `request` returns.
        opened = sockets
        const answer = begin()
        opened = undefined
        answer.then(
          (value) => {
            signal.removeEventListener('abort', abort)
            resolve(value)
          },
          (failure: unknown) => {
            signal.removeEventListener('abort', abort)
            // A call that has opened no connection was sent on one that was kept.
            if (sockets.length === 0 && isDead(failure)) onStale()
            reject(failure)
          },
        )
      }),
  }
}

/**
 * Dresses undici's answer as the `Response` that the SDK hands on from `.asResponse()`.
 *
 * `ok` is always true: the SDK would otherwise read the body into an error of its own, and lose what Gemini says in an array.
 */
function toResponse({ statusCode, headers, body }: Dispatcher.ResponseData): Response {
  const contentType = headers['content-type']
  const response: UpstreamResponse & { ok: true; headers: typeof NO_HEADERS } = {
    status: statusCode,
    contentType: typeof contentType === 'string' ? contentType : '',
    body,
    ok: true,
    headers: NO_HEADERS,
  }
  // The SDK touches only `ok`, `status` and `headers.entries()` of a raw response.
  return response as unknown as Response
}
