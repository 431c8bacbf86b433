import { Pool } from 'undici'
import type { GeminiAddress } from '../../config/geminiAddress.js'
import type { Config } from '../../config/settings.js'
import type { CancelSignal } from '../../contract/cancelSignal.js'
import { isConnectionLost } from '../failures/connection.js'
import { Dialer } from './dialer.js'
import { UpstreamCall, type UpstreamResponse } from './upstreamCall.js'

/** A request to Gemini. */
export interface UpstreamRequest {
  /** HTTP method in upper case: undici would close the connection after a `post`. */
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path below the base URL, such as `/chat/completions`. */
  readonly path: string
  /** True for an upload: `/upload` is then added before the API version, as in `/upload/v1beta`. */
  readonly isUpload?: boolean
  readonly headers: Readonly<Record<string, string>>
  /** A string, or byte arrays, for which `headers` must have `content-length`. */
  readonly body: string | readonly Uint8Array[] | undefined
  readonly signal: CancelSignal
}

/** Sends HTTP requests to Gemini on pooled connections. */
export interface Transport {
  /**
   * Sends a request, and waits until the response begins.
   *
   * @throws the connection's error if no response arrives, or the signal's reason if it aborted
   */
  send(request: UpstreamRequest): Promise<UpstreamResponse>
  /** Closes the pooled connections as soon as their calls have ended. */
  close(): Promise<void>
}

const UNUSED_SOCKET_MS = 60_000

/**
 * Makes the transport. It speaks HTTP/1.1 with keep-alive, as HTTP/2 doubles the CPU time of a
 * stream, and connects through the operator's forward proxy if one is configured.
 */
export function makeTransport(
  { baseUrl }: Pick<GeminiAddress, 'baseUrl'>,
  config: Pick<Config, 'httpsProxy' | 'noProxy' | 'upstreamIdleTimeoutMs'>,
): Transport {
  const { httpsProxy, noProxy, upstreamIdleTimeoutMs } = config
  const { origin, pathname, search } = new URL(baseUrl)
  const basePath = pathname.replace(/\/$/, '') + search
  // The version of the API is the last segment: /v1beta becomes /upload/v1beta.
  const uploadPath = basePath.replace(/(?=\/[^/]*$)/, '/upload')
  const dialer = new Dialer(httpsProxy === undefined ? undefined : { url: httpsProxy, noProxy: noProxy ?? '' })
  const options = { connect: dialer.connect, keepAliveTimeout: UNUSED_SOCKET_MS, keepAliveMaxTimeout: UNUSED_SOCKET_MS }
  const makePool = (): Pool => new Pool(origin, options)
  let pool = makePool()
  // If one pooled connection is dead, all may be: a frozen instance is not notified when its
  // connections close. Running calls continue on the old pool.
  const replacePool = (used: Pool): void => {
    if (used !== pool) return
    pool = makePool()
    used.close().catch(() => undefined) // the calls still running on it report their own failures
  }

  const send: Transport['send'] = async ({ method, path, isUpload = false, headers, body = null, signal }) => {
    const used = pool
    const call = new UpstreamCall(signal)
    const request = {
      method,
      path: (isUpload ? uploadPath : basePath) + path,
      headers,
      // The cast is safe: undici sends any iterable, although its types do not declare it.
      body: body as string | null,
      headersTimeout: upstreamIdleTimeoutMs,
      bodyTimeout: upstreamIdleTimeoutMs,
    }
    try {
      return await call.start(dialer, () => used.dispatch(request, call))
    } catch (error) {
      if (!signal.aborted && call.isOnPooledConnection && isConnectionLost(error)) replacePool(used)
      throw error
    }
  }

  return { send, close: () => pool.close() }
}
