import type { Socket } from 'node:net'
import { buildConnector } from 'undici'
import { type ForwardProxy, isBypassed, openTunnel } from './tunnel.js'

const CONNECT_TIMEOUT_MS = 10_000

/**
 * A connection that could not be opened: Gemini or the forward proxy is unreachable, refuses it or
 * does not respond.
 *
 * Its code differs from undici's: if a connector failed with `UND_ERR_SOCKET`, as when a proxy
 * closes the connection, undici would redial endlessly.
 */
export class DialFailure extends Error {
  override readonly name = 'DialFailure'
  readonly code = 'DIAL_FAILED'

  constructor(cause: unknown) {
    super('the connection could not be opened', { cause })
  }
}

/**
 * Opens connections for undici, through the forward proxy if there is one, and lets a call abort
 * them meanwhile. undici itself notices an abort only after the TLS handshake, which may take 10 s.
 */
export class Dialer {
  readonly #connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS })
  /** Where dials are registered while a call is being started. */
  #dials: AbortController[] | undefined

  constructor(private readonly forwardProxy: ForwardProxy | undefined) {}

  /** The `connect` option of an undici dispatcher. Fails with a {@link DialFailure}. */
  readonly connect: buildConnector.connector = (options, callback) => {
    const dial = new AbortController()
    this.#dials?.push(dial)
    this.#open(options, dial.signal).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(new DialFailure(error), null),
    )
  }

  /**
   * Finds the connections that are opened for a call, so that they can be aborted with it.
   *
   * @param dispatch - calls undici's `dispatch`
   * @returns [] if the call uses a pooled connection
   */
  dialsOf(dispatch: () => void): readonly AbortController[] {
    // undici does not pass the request to its connector. But no call shares a connection with
    // another, and `dispatch` dials before it returns: a dial registered until then is this call's.
    // (AsyncLocalStorage would slow down every promise of the process on Node.js 20.)
    const dials: AbortController[] = []
    this.#dials = dials
    // For a body in pieces, `dispatch` only queues a microtask that dials: this one runs right
    // before it, and the one below right after it.
    queueMicrotask(() => {
      this.#dials = dials
    })
    dispatch()
    this.#dials = undefined
    queueMicrotask(() => {
      this.#dials = undefined
    })
    return dials
  }

  async #open(options: buildConnector.Options, signal: AbortSignal): Promise<Socket> {
    const tunnel = await this.#openTunnel(options, signal)
    return new Promise((resolve, reject) => {
      const settle: buildConnector.Callback = (error, opened) => (error === null ? resolve(opened) : reject(error))
      // undici's connector returns its socket, which the type does not declare.
      const socket = this.#connect(tunnel === undefined ? options : { ...options, httpSocket: tunnel }, settle) as unknown as Socket
      // Without an error, undici would wait for the destroyed socket forever.
      signal.addEventListener('abort', () => socket.destroy(new Error('the call was aborted')), { once: true })
    })
  }

  /** @returns undefined where the connection leads directly to Gemini */
  async #openTunnel({ protocol, hostname, port }: buildConnector.Options, signal: AbortSignal): Promise<Socket | undefined> {
    if (this.forwardProxy === undefined || protocol !== 'https:') return undefined
    const target = { hostname, port: Number(port || 443) }
    if (isBypassed(this.forwardProxy.noProxy, target)) return undefined
    return openTunnel(this.forwardProxy.url, target, signal, CONNECT_TIMEOUT_MS)
  }
}
