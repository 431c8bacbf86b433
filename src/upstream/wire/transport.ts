import { Agent, type Dispatcher, request } from 'undici'
import type { Config } from '../../config/settings.js'
import { Dialer } from './dialer.js'
import { parseRetryAfter } from './retryAfter.js'

/** The parts of an upstream response that are used: much cheaper to create than a `Response`. */
export interface UpstreamResponse {
  readonly status: number
  /** The header `Retry-After`, in seconds. */
  readonly retryAfterSeconds: number | undefined
  readonly body: UpstreamBody
}

/** The members of undici's body that are used. `dump` discards the rest to free the connection. */
export type UpstreamBody = Pick<
  Dispatcher.ResponseData['body'],
  'on' | 'off' | 'pause' | 'resume' | 'isPaused' | 'text' | 'dump' | 'destroy'
>

/** A request to Gemini. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly signal: AbortSignal
}

/** A pool of connections to Gemini. */
export interface Transport {
  /** @throws why no response arrived, or the signal's reason where it aborted */
  send(url: string, call: UpstreamRequest): Promise<UpstreamResponse>
  /** Closes all connections. */
  close(): Promise<void>
}

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

  const send: Transport['send'] = async (url, { method, headers, body, signal }) => {
    const used = pool
    const start = (): Promise<Dispatcher.ResponseData> =>
      request(url, {
        dispatcher: used,
        method,
        headers: { accept: 'application/json, text/event-stream', ...headers },
        body: body ?? null,
        signal,
        headersTimeout: upstreamIdleTimeoutMs,
        bodyTimeout: upstreamIdleTimeoutMs,
      })
    const response = await dialer.run({ signal, start, onStale: () => replacePool(used) })
    // A destroyed body emits an error without a reader; unhandled, it would end the process.
    response.body.on('error', () => undefined)
    return {
      status: response.statusCode,
      retryAfterSeconds: parseRetryAfter(response.headers['retry-after'], response.headers.date),
      body: response.body,
    }
  }

  return { send, close: () => pool.close() }
}
