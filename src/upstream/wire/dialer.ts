import type { Socket } from 'node:net'
import { buildConnector } from 'undici'
import { type ForwardProxy, isBypassed, openTunnel } from './tunnel.js'

const CONNECT_TIMEOUT_MS = 10_000

/**
 * Thrown if a connection to Gemini cannot be opened: Gemini or the forward proxy is unreachable,
 * refuses the connection or does not respond.
 *
 * The error has its own code: after undici's `UND_ERR_SOCKET`, with which a connector fails when a
 * proxy closes the connection, undici would open new connections endlessly.
 */
export class DialFailure extends Error {
  override readonly name = 'DialFailure'
  readonly code = 'DIAL_FAILED'

  constructor(cause: unknown) {
    super('the connection could not be opened', { cause })
  }
}

/**
 * Opens connections for undici, through the forward proxy if one is configured. A call can abort
 * them while they are being opened; undici itself notices an abort only after the TLS handshake,
 * which may take 10 s.
 */
export class Dialer {
  readonly #connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS })
  /** Controllers of the connections opened for the starting call; undefined if no call starts. */
  #dials: AbortController[] | undefined

  constructor(private readonly forwardProxy: ForwardProxy | undefined) {}

  /** Connector for undici's `connect` option. Calls back with a {@link DialFailure} on failure. */
  readonly connect: buildConnector.connector = (options, callback) => {
    const dial = new AbortController()
    this.#dials?.push(dial)
    this.#open(options, dial.signal).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(new DialFailure(error), null),
    )
  }

  /**
   * Starts a call, and finds the connections that are opened for it, which can then be aborted.
   *
   * @param dispatch - calls undici's `dispatch`
   * @returns a controller for each connection; [] if the call uses a pooled one
   */
  trackDials(dispatch: () => void): readonly AbortController[] {
    // undici does not pass the request to its connector. But calls do not share connections, and
    // `dispatch` opens them before it returns: those opened until then are for its own call.
    // (AsyncLocalStorage would slow down every promise of the process on Node.js 20.)
    const dials: AbortController[] = []
    this.#dials = dials
    // For an iterable body, `dispatch` only queues a microtask that opens the connection: the
    // microtask queued here runs right before that one, and the one queued below right after it.
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

  /** Opens a tunnel through the forward proxy. @returns undefined for a direct connection */
  async #openTunnel({ protocol, hostname, port }: buildConnector.Options, signal: AbortSignal): Promise<Socket | undefined> {
    if (this.forwardProxy === undefined || protocol !== 'https:') return undefined
    const target = { hostname, port: Number(port || 443) }
    if (isBypassed(this.forwardProxy.noProxy, target)) return undefined
    return openTunnel(this.forwardProxy.url, target, signal, CONNECT_TIMEOUT_MS)
  }
}
