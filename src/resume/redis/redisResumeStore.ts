import { randomUUID } from 'node:crypto'
import { apiError } from '../../contract/errors.js'
import type { Redis } from '../../stores/redis.js'
import type { MemoryStreamStore, MemoryStreamWriter } from '../memory/memoryResumeStore.js'
import type { StoredStream, StreamStore } from '../resumeStore.js'
import { dropRemote, isDropped } from './delete.js'
import { keysOf, type StreamKeys } from './keys.js'
import { findRemote } from './reader.js'
import { type Mirror, makeMirror } from './replica.js'

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
 * copy. Only the last of it waits for its copy: once a client has it, this process may be frozen. Without Redis it is as good as `own`.
 */
export function makeRedisStreamStore({ redis, own, ttlMs, leaseMs }: RedisStreamParts): StreamStore {
  /** By the first key of their streams. */
  const mirrors = new Map<string, Mirror>()

  const mirrored = (writer: MemoryStreamWriter, keys: StreamKeys, onDropped: () => void): MemoryStreamWriter => {
    const onOver = () => mirrors.delete(keys[0])
    const mirror = makeMirror({ redis, writer, keys, token: randomUUID(), ttlMs, leaseMs, onOver, onDropped })
    mirrors.set(keys[0], mirror)
    return {
      ...writer,
      stream: endingCopied(writer.stream, mirror),
      found: mirror.sync(),
      append: (text, count) => {
        const wait = writer.append(text, count)
        void mirror.sync()
        return wait
      },
      end: (how) => {
        writer.end(how)
        void mirror.settle()
      },
    }
  }

  return {
    open: (id, owner, onUnwanted) => {
      const writer = own.open(id, owner, onUnwanted)
      return writer === undefined ? undefined : mirrored(writer, keysOf(id, owner), () => void own.drop(id, owner))
    },
    find: async (id, owner) => {
      const keys = keysOf(id, owner)
      const found = await own.find(id, owner)
      if (found === undefined) return findRemote({ redis, keys, ttlMs, leaseMs })
      const mirror = mirrors.get(keys[0])
      if (!(await isDropped(redis, keys))) return mirror === undefined ? found : endingCopied(found, mirror)
      await own.drop(id, owner)
      return undefined
    },
    drop: async (id, owner) => {
      const isOwn = (await own.find(id, owner)) !== undefined
      const dropped = await dropRemote(redis, keysOf(id, owner), ttlMs + leaseMs, isOwn)
      // Other instances would go on giving it.
      if (dropped === undefined) throw apiError('store_unavailable')
      await own.drop(id, owner)
      return dropped === 'was'
    },
    count: own.count,
    close: async () => {
      await own.close()
      await Promise.all([...mirrors.values()].map((mirror) => mirror.close()))
    },
  }
}

/** A stream whose last events are given only once other instances can give them too. */
const endingCopied = (stream: StoredStream, mirror: Mirror): StoredStream => ({
  ...stream,
  read: async function* (after, signal) {
    for await (const text of stream.read(after, signal)) {
      if (stream.end() !== undefined) await mirror.settle()
      yield text
    }
  },
})
