import type { Socket } from 'node:net'
import { buildConnector } from 'undici'
import { isConnectionLost } from '../failures/connection.js'
import { unlessAborted } from './unlessAborted.js'

const CONNECT_TIMEOUT_MS = 10_000

interface DialedCall<T> {
  readonly signal: AbortSignal
  /** Calls undici's `request`. */
  readonly start: () => Promise<T>
  /** Called where the call was sent on a pooled connection that turned out to be dead. */
  readonly onStale: () => void
}

/**
 * Opens connections for undici, and closes them when the call that needs them is aborted. undici
 * alone notices an abort only after the TLS handshake, which may hang for 10 s.
 */
export class Dialer {
  readonly #connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS })
  /** Where sockets are registered while a call is being started. */
  #sockets: Socket[] | undefined

  /** The `connect` option of an undici dispatcher. */
  readonly connect: buildConnector.connector = (options, callback) => {
    // undici's connector returns its socket, which the type does not declare.
    const socket = this.#connect(options, callback) as unknown as Socket | undefined
    if (socket !== undefined) this.#sockets?.push(socket)
  }

  /**
   * Starts a call and waits for its response.
   *
   * @throws the signal's reason as soon as it aborts
   */
  async run<T>({ signal, start, onStale }: DialedCall<T>): Promise<T> {
    signal.throwIfAborted()
    // undici does not pass the request to its connector. But no call shares a connection with
    // another, and `request` opens one before it returns: a socket registered until then is this
    // call's. (AsyncLocalStorage would slow down every promise of the process on Node.js 20.)
    const sockets: Socket[] = []
    this.#sockets = sockets
    const response = start()
    this.#sockets = undefined
    try {
      return await unlessAborted(response, signal)
    } catch (error) {
      // Without an error, undici would wait for the destroyed socket forever.
      if (signal.aborted) for (const socket of sockets) socket.destroy(new Error('the call was aborted'))
      else if (sockets.length === 0 && isConnectionLost(error)) onStale()
      throw error
    }
  }
}
