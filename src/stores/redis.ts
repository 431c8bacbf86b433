import type { Redis as Client } from 'ioredis'
import type { Secret } from '../config/secret.js'
import { UnexpectedReply } from './replies.js'

/** Whether a Redis command may change data: Redis may refuse writes only, when out of memory. */
export type Access = 'read' | 'write'

/** A Redis server that may be unavailable: code that uses it must then work without it. */
export interface Redis {
  /**
   * Runs a command and returns its reply.
   *
   * @param command - sends the command, and checks its reply with {@link expectReply}
   * @returns undefined if Redis is unavailable, refuses, replies something unexpected or takes too
   *   long
   */
  runCommand<T>(command: (client: Client) => Promise<T>, access?: Access): Promise<T | undefined>
  /** Sends pending commands, and closes the connection. */
  close(): Promise<void>
}

/** Dependencies of {@link RedisConnection}. */
export interface RedisParts {
  /** URL of the Redis server, which may contain a password. Source: REDIS_URL. */
  readonly url: Secret
  /** Longest wait for a command, in milliseconds. */
  readonly patienceMs: number
  /**
   * Called once for each outage or series of refusals, and again when a series of refusals becomes
   * an outage, with the message of the client library.
   */
  readonly onDown: (cause: string) => void
  /** Called once after {@link onDown}, when Redis is available or accepts commands again. */
  readonly onUp: () => void
}

const SLOWEST_RETRY_MS = 5_000
/** Names of the errors that concern one command, not the connection. */
const REFUSALS = new Set(['ReplyError', UnexpectedReply.name])

/** A Redis client that connects in the background: neither startup nor requests wait for it. */
export class RedisConnection implements Redis {
  readonly #client: Promise<Client | undefined>
  #isDown = false
  /** The kind of commands that Redis refuses at present. */
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
    const { patienceMs } = this.parts
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
    return withTimeout(patienceMs, work, () => {
      // A missing reply is the only sign of a connection that died in a freeze of this instance. Of
      // many late commands only the first disconnects: each call adds a listener to the socket.
      if (this.#isDown || client.status !== 'ready') return
      this.#goDown(new Error(`no answer within ${patienceMs} ms`))
      client.disconnect(true)
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const client = await this.#client
    if (client === undefined) return
    const quit = client.status === 'ready' ? client.quit().catch(() => undefined) : Promise.resolve(undefined)
    await withTimeout(this.parts.patienceMs, quit)
    client.disconnect()
  }

  async #connect(): Promise<Client> {
    // Imported here, so that a process without REDIS_URL does not load ioredis.
    const { Redis: Connection } = await import('ioredis')
    const client = new Connection(this.parts.url.reveal(), {
      connectTimeout: 2_000,
      // Without a connection a command fails at once: requests must not wait for a connection.
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (attempt) => Math.min(attempt * 100, SLOWEST_RETRY_MS),
      keepAlive: 10_000,
    })
    client.on('connect', () => catchParserErrors(client.stream))
    client.on('error', (error) => this.#goDown(error))
    client.on('close', () => this.#goDown(new Error('the connection has ended')))
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

  /** Records that a command was refused; the next one may succeed. */
  #refuse(error: unknown, access: Access): void {
    // A lost connection also rejects its commands, but the event `close` reports it.
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

/** Awaits a promise for at most `patienceMs`; then calls `onLate` and returns undefined. */
async function withTimeout<T>(patienceMs: number, work: Promise<T>, onLate = (): void => undefined): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    const giveUp = (): void => {
      onLate()
      resolve(undefined)
    }
    // Gives up one turn of the event loop later: a busy process may have a reply still to read.
    timer = setTimeout(() => setImmediate(giveUp), patienceMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
