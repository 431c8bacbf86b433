import { type Dispatcher, util } from 'undici'
import type { CancelSignal } from '../../contract/cancelSignal.js'
import type { Dialer } from './dialer.js'
import { parseRetryAfter } from './retryAfter.js'

/** A response of Gemini. Its body can be read while it arrives. */
export interface UpstreamResponse {
  readonly status: number
  /** Response headers by name in lower case. */
  readonly headers: Readonly<Record<string, string | string[]>>
  /** Seconds to wait according to the header `Retry-After`; undefined if absent or invalid. */
  readonly retryAfterSeconds: number | undefined
  /**
   * Waits for the next bytes of the body, and returns all that have arrived; fewer if joining them
   * would copy a long array. Returns undefined at the end. While too many bytes are unread, the
   * connection is paused.
   *
   * @throws the error that ended the body early, or the signal's reason if it aborted
   */
  next(): Promise<Uint8Array | undefined>
  /** Discards up to 16,384 more bytes to reuse the connection; closes it if the body is longer. */
  dump(): void
  /** Closes the connection, unless the body has ended. */
  destroy(): void
}

// From this number of unread bytes on, the connection is paused, as in undici's own streams.
const MAX_UNREAD_BYTES = 65_536

const LONG_PIECE_BYTES = 16_384
const MAX_DUMPED_BYTES = 16_384

/**
 * One HTTP request to Gemini: the handler to which undici reports its events, and the response.
 *
 * The class replaces undici's `request`, which makes an AsyncResource and a Node.js stream for each
 * call: these cost more than the rest of the call.
 */
export class UpstreamCall implements UpstreamResponse, Dispatcher.DispatchHandlers {
  status = 0
  readonly #signal: CancelSignal
  /** Controllers that abort this call's new connections; empty if it uses a pooled connection. */
  #dials: readonly AbortController[] = []
  #rawHeaders: Buffer[] = []
  #unread: Uint8Array[] = []
  #unreadBytes = 0
  /** Further bytes to discard before the connection is closed; undefined until `dump` is called. */
  #dumpBytes: number | undefined
  #isPaused = false
  /** Set when the call ends; has no `error` if the whole body has arrived. */
  #end: { readonly error?: unknown } | undefined
  #begin: { readonly resolve: (response: UpstreamResponse) => void; readonly reject: (error: unknown) => void } | undefined
  #wakeReader = (): void => undefined
  /** Aborts the request; undefined until it has a connection. */
  #abort: ((error?: Error) => void) | undefined
  #resume = (): void => undefined

  constructor(signal: CancelSignal) {
    this.#signal = signal
  }

  /**
   * Sends the request, and waits until the response has begun.
   *
   * @param dispatch - calls undici's `dispatch` with this handler
   * @returns this call
   * @throws the connection's error if no response arrives, or the signal's reason once it aborts
   */
  start(dialer: Dialer, dispatch: () => void): Promise<UpstreamResponse> {
    return new Promise((resolve, reject) => {
      this.#signal.throwIfAborted()
      this.#begin = { resolve, reject }
      this.#signal.addEventListener('abort', this.#onAbort, { once: true })
      this.#dials = dialer.trackDials(dispatch)
    })
  }

  /** True if the request was sent on the connection of an earlier call, without opening one. */
  get isOnPooledConnection(): boolean {
    return this.#dials.length === 0
  }

  get headers(): Readonly<Record<string, string | string[]>> {
    // No prototype: undici would take inherited members, such as `constructor`, for known headers.
    return util.parseHeaders(this.#rawHeaders, Object.create(null))
  }

  get retryAfterSeconds(): number | undefined {
    const { 'retry-after': retryAfter, date } = this.headers
    return parseRetryAfter(retryAfter, date)
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#unreadBytes === 0 && this.#end === undefined) {
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve
      })
    }
    // undici reports the HTTP chunks of one network read one by one. The wait above ends after all
    // of them, so they are returned together.
    if (this.#unreadBytes > 0) return this.#takeUnread()
    if (this.#end !== undefined && 'error' in this.#end) throw this.#end.error
    return undefined
  }

  dump(): void {
    this.#dumpBytes = MAX_DUMPED_BYTES - this.#unreadBytes
    if (this.#dumpBytes < 0) this.destroy()
    else while (this.#unreadBytes > 0) this.#takeUnread()
  }

  destroy(): void {
    if (this.#end === undefined) this.#abort?.(new Error('the rest of the response is not needed'))
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort
    // The signal may have aborted while the call waited for a connection.
    if (this.#signal.aborted) abort(this.#signal.reason as Error)
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void): boolean {
    if (status < 200) return true // informational, such as 103: the final response follows
    this.status = status
    this.#rawHeaders = headers
    this.#resume = resume
    this.#begin?.resolve(this)
    return true
  }

  onData(bytes: Buffer): boolean {
    if (this.#dumpBytes !== undefined) {
      this.#dumpBytes -= bytes.length
      if (this.#dumpBytes < 0) this.destroy()
      return true
    }
    this.#unread.push(bytes)
    this.#unreadBytes += bytes.length
    this.#isPaused = this.#unreadBytes >= MAX_UNREAD_BYTES
    this.#wakeReader()
    return !this.#isPaused
  }

  onComplete(): void {
    this.#finish({})
  }

  onError(error: unknown): void {
    this.#finish({ error })
  }

  readonly #onAbort = (): void => {
    const reason = this.#signal.reason as Error // all signals are aborted with an Error
    if (this.#abort !== undefined) this.#abort(reason)
    // undici cannot abort a request that has no connection yet: abort the opening of connections.
    else for (const dial of this.#dials) dial.abort()
    this.#finish({ error: reason })
  }

  #finish(end: { readonly error?: unknown }): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.#signal.removeEventListener('abort', this.#onAbort)
    if ('error' in end) this.#begin?.reject(end.error)
    this.#wakeReader()
  }

  /** Removes and joins the unread arrays; a long first one is returned alone, as joining copies. */
  #joinUnread(): Uint8Array {
    const [first = new Uint8Array(), second] = this.#unread
    if (second !== undefined && first.length >= LONG_PIECE_BYTES) {
      this.#unread.shift()
      return first
    }
    const all = second === undefined ? first : Buffer.concat(this.#unread, this.#unreadBytes)
    this.#unread = []
    return all
  }

  #takeUnread(): Uint8Array {
    const bytes = this.#joinUnread()
    this.#unreadBytes -= bytes.length
    if (this.#isPaused) {
      this.#isPaused = false
      this.#resume()
    }
    return bytes
  }
}
