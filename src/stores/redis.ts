import type { Redis as Client } from 'ioredis'
import type { Secret } from '../config/secret.js'

/** A Redis server that may be unavailable: its users must do without it then. */
export interface Redis {
  /** Runs a command. @returns undefined where Redis is unavailable, refuses, or takes too long */
  ask<T>(command: (client: Client) => Promise<T>): Promise<T | undefined>
  /** Sends what is pending, and closes the connection. */
  close(): Promise<void>
}

/** What a {@link RedisConnection} needs. */
export interface RedisParts {
  /** Includes the password, if there is one. Source: REDIS_URL. */
  readonly url: Secret
  /** Longest wait for a command, in milliseconds. */
  readonly patienceMs: number
  /** Called once for each outage or series of refusals, with the message of the client library. */
  readonly onDown: (cause: string) => void
  /** Called once when the connection is back after {@link onDown}. */
  readonly onUp: () => void
}

const SLOWEST_RETRY_MS = 5_000

/** Connects in the background: neither the start nor a request waits for the connection. */
export class RedisConnection implements Redis {
  readonly #client: Promise<Client | undefined>
  #isDown = false
  #hasReported = false
  #isClosed = false

  constructor(private readonly parts: RedisParts) {
    this.#client = this.#connect().catch((error: unknown) => {
      this.#goDown(error)
      return undefined
    })
  }

  async ask<T>(command: (client: Client) => Promise<T>): Promise<T | undefined> {
    if (this.#isDown || this.#isClosed) return undefined
    const client = await this.#client
    if (client === undefined) return undefined
    const { patienceMs } = this.parts
    const work = command(client).catch((error: unknown) => {
      // A refusal, for lack of memory for instance: the next command may succeed.
      this.#report(error)
      return undefined
    })
    return within(patienceMs, work, () => {
      // After a freeze of this instance the connection may be dead; only silence shows it.
      if (client.status !== 'ready') return
      this.#goDown(new Error(`no answer within ${patienceMs} ms`))
      client.disconnect(true)
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const client = await this.#client
    if (client === undefined) return
    const quit = client.status === 'ready' ? client.quit().catch(() => undefined) : Promise.resolve(undefined)
    await within(this.parts.patienceMs, quit)
    client.disconnect()
  }

  async #connect(): Promise<Client> {
    // Loaded here, so that a start without REDIS_URL does not take the time.
    const { Redis: Connection } = await import('ioredis')
    const client = new Connection(this.parts.url.reveal(), {
      connectTimeout: 2_000,
      // A command that has to wait for a new connection is too late.
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (attempt) => Math.min(attempt * 100, SLOWEST_RETRY_MS),
      keepAlive: 10_000,
    })
    client.on('error', (error) => this.#goDown(error))
    client.on('close', () => this.#goDown(new Error('the connection has ended')))
    client.on('ready', () => {
      if (this.#hasReported) this.parts.onUp()
      this.#hasReported = false
      this.#isDown = false
    })
    return client
  }

  #goDown(error: unknown): void {
    this.#report(error)
    this.#isDown = true
  }

  #report(error: unknown): void {
    if (this.#hasReported || this.#isClosed) return
    this.#hasReported = true
    this.parts.onDown(error instanceof Error ? error.message || error.name : String(error))
  }
}

/** Waits for work no longer than the patience; after that calls `onLate` and returns undefined. */
async function within<T>(patienceMs: number, work: Promise<T>, onLate = (): void => undefined): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    const giveUp = (): void => {
      onLate()
      resolve(undefined)
    }
    // In a busy process the reply may have arrived unread: it is read first.
    timer = setTimeout(() => setImmediate(giveUp), patienceMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
