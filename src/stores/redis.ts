import type { Redis as Client } from 'ioredis'
import type { Secret } from '../config/secret.js'
import { UnexpectedReply } from './redisReplies.js'

/** Whether a Redis command may change data. When out of memory, Redis refuses only writes. */
export type Access = 'read' | 'write'

/** A Redis server that may be unavailable: code that uses it must then work without it. */
export interface Redis {
  /**
   * Runs a command and returns its result.
   *
   * @param command - sends the command, and checks the reply of Redis with {@link expectReply}
   * @param access - `read` for a command that changes no data; `write` by default
   * @returns undefined if Redis is unavailable, rejects the command, sends an unexpected reply, or
   *   does not reply in time
   */
  runCommand<T>(command: (client: Client) => Promise<T>, access?: Access): Promise<T | undefined>
  /** Sends pending commands, and closes the connection. */
  close(): Promise<void>
}

/** Dependencies of {@link RedisConnection}. */
export interface RedisParts {
  /** URL of the Redis server, which may contain a password. Source: REDIS_URL. */
  readonly url: Secret
  /** Maximum wait for the reply to a command, in milliseconds. */
  readonly timeoutMs: number
  /**
   * Called with an error message, once per outage or series of rejected commands, and again if an
   * outage follows such a series.
   */
  readonly onDown: (cause: string) => void
  /** Called once after {@link onDown}, when Redis is available or accepts commands again. */
  readonly onUp: () => void
}

const SLOWEST_RETRY_MS = 5_000
/** Names of the errors with which Redis rejects a command, while the connection stays usable. */
const REFUSALS = new Set(['ReplyError', UnexpectedReply.name])

/** A Redis client that connects in the background: neither startup nor requests wait for it. */
export class RedisConnection implements Redis {
  readonly #client: Promise<Client | undefined>
  #isDown = false
  /** `write` after Redis rejected a write, `read` if it rejected reads only; else undefined. */
  #refused: Access | undefined
  #isClosed = false

  constructor(private readonly parts: RedisParts) {
    this.#client = this.#connect().catch((error: unknown) => {
      this.#goDown(error)
      return undefined
    })
  }

  async runCommand<T>(command: (client: Client) => Promise<T>, access: Access = 'write'): Promise<T | undefined> {
    if (this.#isDown || this.#isClosed) return undefined
    const client = await this.#client
    if (client === undefined) return undefined
    const { timeoutMs } = this.parts
    const work = command(client).then(
      (result) => {
        this.#accept(access)
        return result
      },
      (error: unknown) => {
        this.#refuse(error, access)
        return undefined
      },
    )
    return withTimeout(timeoutMs, work, () => {
      // A missing reply is the only sign that the connection died while this instance was frozen.
      // Only the first late command disconnects: each `disconnect` adds a listener to the socket.
      if (this.#isDown || client.status !== 'ready') return
      this.#goDown(new Error(`no reply from Redis within ${timeoutMs} ms`))
      client.disconnect(true)
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const client = await this.#client
    if (client === undefined) return
    const quit = client.status === 'ready' ? client.quit().catch(() => undefined) : Promise.resolve(undefined)
    await withTimeout(this.parts.timeoutMs, quit)
    client.disconnect()
  }

  async #connect(): Promise<Client> {
    // Imported here, so that a process without REDIS_URL does not load ioredis.
    const { Redis: Connection } = await import('ioredis')
    const client = new Connection(this.parts.url.reveal(), {
      connectTimeout: 2_000,
      // Commands fail at once while disconnected: requests must not wait for a connection.
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (attempt) => Math.min(attempt * 100, SLOWEST_RETRY_MS),
      keepAlive: 10_000,
    })
    client.on('connect', () => catchParserErrors(client.stream))
    client.on('error', (error) => this.#goDown(error))
    client.on('close', () => this.#goDown(new Error('the connection was closed')))
    client.on('ready', () => {
      const wasUnavailable = this.#isDown || this.#refused !== undefined
      this.#isDown = false
      this.#refused = undefined
      if (wasUnavailable) this.parts.onUp()
    })
    return client
  }

  #goDown(error: unknown): void {
    if (!this.#isDown) this.#report(error)
    this.#isDown = true
  }

  /** Records and reports a rejected command. The connection stays open: the next may succeed. */
  #refuse(error: unknown, access: Access): void {
    // Commands also fail when the connection is lost, but the event `close` reports that.
    if (this.#isDown || !(error instanceof Error) || !REFUSALS.has(error.name)) return
    if (this.#refused === undefined) this.#report(error)
    if (this.#refused !== 'write') this.#refused = access
  }

  #accept(access: Access): void {
    // A successful read does not show that Redis accepts writes again.
    if (this.#isDown || this.#refused === undefined || (this.#refused === 'write' && access === 'read')) return
    this.#refused = undefined
    this.parts.onUp()
  }

  #report(error: unknown): void {
    if (!this.#isClosed) this.parts.onDown(error instanceof Error ? error.message || error.name : String(error))
  }
}

/** Closes the connection on an error of ioredis's parser: uncaught, it would end the process. */
export function catchParserErrors(stream: Client['stream']): void {
  for (const listener of stream.listeners('data')) {
    stream.removeListener('data', listener as () => void)
    stream.on('data', (data: Buffer) => {
      try {
        listener.call(stream, data)
      } catch (error) {
        stream.destroy(error instanceof Error ? error : new Error(String(error)))
      }
    })
  }
}

/** Awaits a promise for at most `timeoutMs`; then calls `onLate` and returns undefined. */
async function withTimeout<T>(timeoutMs: number, work: Promise<T>, onLate = (): void => undefined): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    const giveUp = (): void => {
      onLate()
      resolve(undefined)
    }
    // Wait one more turn of the event loop: a busy process may not have read the reply yet.
    timer = setTimeout(() => setImmediate(giveUp), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
