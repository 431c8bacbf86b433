import { randomUUID } from 'node:crypto'
import type { Redis } from '../redis.js'
import type { MemoryStreamStore, MemoryStreamWriter } from './memoryStreamStore.js'
import { dropRemote } from './redisDrop.js'
import { keysOf, type StreamKeys } from './redisKeys.js'
import { type Mirror, makeMirror } from './redisMirror.js'
import { findRemote } from './redisReader.js'
import type { StreamStore } from './streamStore.js'

/** What {@link makeRedisStreamStore} needs. */
export interface RedisStreamParts {
  readonly redis: Redis
  /** What this process keeps itself: its own streams are read from there, and are served alone from there while Redis is out of reach. */
  readonly own: MemoryStreamStore
  readonly ttlMs: number
  /** How long a producer that says nothing counts as alive, in milliseconds. */
  readonly leaseMs: number
}

/**
 * Makes a store that all instances share.
 *
 * A stream is written to memory first and copied to Redis behind it, so that Redis costs its reader no time; another instance reads the
 * copy. Without Redis it is as good as `own`.
 */
export function makeRedisStreamStore({ redis, own, ttlMs, leaseMs }: RedisStreamParts): StreamStore {
  const mirrors = new Set<Mirror>()

  const mirrored = (writer: MemoryStreamWriter, keys: StreamKeys): MemoryStreamWriter => {
    const mirror = makeMirror({ redis, writer, keys, token: randomUUID(), ttlMs, leaseMs, onOver: () => mirrors.delete(mirror) })
    mirrors.add(mirror)
    return {
      ...writer,
      found: mirror.sync(),
      append: (text, count) => {
        const wait = writer.append(text, count)
        void mirror.sync()
        return wait
      },
      end: (how) => {
        writer.end(how)
        void mirror.sync()
      },
    }
  }

  return {
    open: (id, owner, onUnwanted) => {
      const writer = own.open(id, owner, onUnwanted)
      return writer === undefined ? undefined : mirrored(writer, keysOf(id, owner))
    },
    find: async (id, owner) => (await own.find(id, owner)) ?? findRemote({ redis, keys: keysOf(id, owner), ttlMs, leaseMs }),
    drop: async (id, owner) => {
      const wasOwn = await own.drop(id, owner)
      return (await dropRemote(redis, keysOf(id, owner), ttlMs + leaseMs)) || wasOwn
    },
    count: own.count,
    close: async () => {
      await own.close()
      await Promise.all([...mirrors].map((mirror) => mirror.close()))
    },
  }
}
