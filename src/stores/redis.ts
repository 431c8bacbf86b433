import type { Redis as Client } from 'ioredis'
import type { Secret } from '../config/secret.js'

/** A Redis that may be out of reach: whoever asks it goes on without it. */
export interface Redis {
  /**
   * Runs a command.
   *
   * @returns its result; undefined where Redis is out of reach, refuses, or takes longer than the bound
   */
  ask<T>(command: (client: Client) => Promise<T>): Promise<T | undefined>
  /** Sends what is on its way, and ends the connection. */
  close(): Promise<void>
}

/** What {@link makeRedis} needs. */
export interface RedisParts {
  /** With password, if there is one. Source: REDIS_URL. */
  readonly url: Secret
  /** Longest wait for a command, in milliseconds. */
  readonly patienceMs: number
  /** Called once for each outage or spell of refusals, with the words of the client library, and once when it is connected again. */
  readonly onDown: (cause: string) => void
  readonly onUp: () => void
}

const SLOWEST_RETRY_MS = 5_000

/** Connects in the background: neither a start nor a request waits for a Redis that does not answer. */
export function makeRedis({ url, patienceMs, onDown, onUp }: RedisParts): Redis {
  let isDown = false
  let hasTold = false
  let isClosed = false
  const tell = (error: unknown): void => {
    if (hasTold || isClosed) return
    hasTold = true
    onDown(error instanceof Error ? error.message || error.name : String(error))
  }

  const goDown = (error: unknown): void => {
    tell(error)
    isDown = true
  }

  // Loaded here, so that a start without REDIS_URL does not pay for it.
  const connect = async (): Promise<Client> => {
    const { Redis: Connection } = await import('ioredis')
    const client = new Connection(url.reveal(), {
      connectTimeout: 2_000,
      // A command that has to wait for a new connection comes too late.
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (attempt) => Math.min(attempt * 100, SLOWEST_RETRY_MS),
      keepAlive: 10_000,
    })
    client.on('error', goDown)
    client.on('close', () => goDown(new Error('the connection has ended')))
    client.on('ready', () => {
      if (hasTold) onUp()
      hasTold = false
      isDown = false
    })
    return client
  }
  const connected = connect().catch((error: unknown) => {
    goDown(error)
    return undefined
  })

  const within = async <T>(work: Promise<T>, onLate: () => void): Promise<T | undefined> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      const giveUp = (): void => {
        onLate()
        resolve(undefined)
      }
      // In a busy process the answer may lie there unread: what has come is read before this is late.
      timer = setTimeout(() => setImmediate(giveUp), patienceMs)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    ask: async (command) => {
      if (isDown || isClosed) return undefined
      const client = await connected
      if (client === undefined) return undefined
      const work = command(client).catch((error: unknown) => {
        // A refusal, such as for want of memory: the next command may fare better.
        tell(error)
        return undefined
      })
      return within(work, () => {
        // A frozen instance wakes up with a connection that is long gone, and nothing tells so but silence.
        if (client.status !== 'ready') return
        goDown(new Error(`no answer within ${patienceMs} ms`))
        client.disconnect(true)
      })
    },
    close: async () => {
      isClosed = true
      const client = await connected
      if (client?.status === 'ready')
        await within(
          client.quit().catch(() => undefined),
          () => undefined,
        )
      client?.disconnect()
    },
  }
}
