import { Agent, type Dispatcher, request } from 'undici'
import type { Config } from '../../config/settings.js'
import { Dialer } from './dialer.js'
import { parseRetryAfter } from './retryAfter.js'

/** The parts of an upstream response that are used: much cheaper to create than a `Response`. */
export interface UpstreamResponse {
  readonly status: number
  readonly contentType: string
  /** The header `Retry-After`, in seconds. */
  readonly retryAfterSeconds: number | undefined
  readonly body: UpstreamBody
}

/** The members of undici's body that are used. `dump` discards the rest to free the connection. */
export type UpstreamBody = Pick<
  Dispatcher.ResponseData['body'],
  'on' | 'off' | 'pause' | 'resume' | 'isPaused' | 'text' | 'dump' | 'destroy'
>

/** What the client passes to the transport through the SDK, besides the SDK's own request. */
export interface UpstreamCall {
  /** All headers that reach Gemini. */
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Set by the transport where no response arrived: the SDK drops the cause of some errors. */
  failure?: unknown
}

/** The `fetchOptions` that carry an {@link UpstreamCall}. */
export interface UpstreamInit {
  readonly upstream: UpstreamCall
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
const UNUSED_SOCKET_MS = 60_000

/**
 * Makes the transport. It speaks HTTP/1.1 with keep-alive, as HTTP/2 doubles the CPU time of a
 * stream, and connects through the operator's proxy if one is configured.
 */
export function makeTransport(config: Pick<Config, 'httpsProxy' | 'noProxy' | 'upstreamIdleTimeoutMs'>): Transport {
  const { httpsProxy, noProxy, upstreamIdleTimeoutMs } = config
  const dialer = new Dialer(httpsProxy === undefined ? undefined : { url: httpsProxy, noProxy: noProxy ?? '' })
  const options = { connect: dialer.connect, keepAliveTimeout: UNUSED_SOCKET_MS, keepAliveMaxTimeout: UNUSED_SOCKET_MS }
  const makePool = (): Dispatcher => new Agent(options)
  let pool = makePool()
  // If one pooled connection is dead, all may be: a frozen instance is not notified when they
  // close. Running calls continue on the old pool.
  const replacePool = (used: Dispatcher): void => {
    if (used !== pool) return
    pool = makePool()
    used.close().catch(() => undefined) // the calls still running on it report their own failures
  }

  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    // Set by openaiClient.ts, the only caller. The SDK's own headers and signal are not used.
    const { upstream: call } = init as RequestInit & UpstreamInit
    const used = pool
    const start = (): Promise<Dispatcher.ResponseData> =>
      request(url, {
        dispatcher: used,
        method: init.method as Dispatcher.HttpMethod,
        headers: { accept: 'application/json, text/event-stream', ...call.headers },
        body: (init.body as string | undefined) ?? null,
        signal: call.signal,
        headersTimeout: upstreamIdleTimeoutMs,
        bodyTimeout: upstreamIdleTimeoutMs,
      })
    try {
      const response = await dialer.run({ signal: call.signal, start, onStale: () => replacePool(used) })
      // A destroyed body emits an error without a reader; unhandled, it would end the process.
      response.body.on('error', () => undefined)
      return toSdkResponse(response)
    } catch (failure) {
      call.failure = failure
      throw failure
    }
  }

  return { fetch, close: () => pool.close() }
}

/**
 * Wraps undici's response as the `Response` that the SDK returns from `.asResponse()`.
 *
 * `ok` is always true: otherwise the SDK would read the body into an error of its own, and lose
 * Gemini's message where the error is wrapped in an array.
 */
function toSdkResponse({ statusCode, headers, body }: Dispatcher.ResponseData): Response {
  const contentType = headers['content-type']
  const response: UpstreamResponse & { ok: true; headers: typeof NO_HEADERS } = {
    status: statusCode,
    contentType: typeof contentType === 'string' ? contentType : '',
    retryAfterSeconds: parseRetryAfter(headers['retry-after'], headers.date),
    body,
    ok: true,
    headers: NO_HEADERS,
  }
  // The SDK reads only `ok`, `status` and `headers.entries()` of a raw response.
  return response as unknown as Response
}
