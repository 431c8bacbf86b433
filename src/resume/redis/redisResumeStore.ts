import { randomUUID } from 'node:crypto'
import { apiError } from '../../contract/errors.js'
import type { Redis } from '../../stores/redis.js'
import type { MemoryResumeStore, MemoryStreamWriter } from '../memory/memoryResumeStore.js'
import type { ResumeStore, StoredStream, StreamWriter } from '../resumeStore.js'
import { deleteReplica, isDeleted } from './delete.js'
import { type StreamRedisKeys, toStreamRedisKeys } from './keys.js'
import { findReplica } from './remoteStream.js'
import { Replica } from './replica.js'

/** Dependencies of a {@link RedisResumeStore}. */
export interface RedisResumeParts {
  readonly redis: Redis
  /** The store of this process's own streams; can be read while Redis is unavailable. */
  readonly memoryStore: MemoryResumeStore
  readonly ttlMs: number
  /** How long a silent producer counts as alive, in milliseconds. */
  readonly leaseMs: number
}

/**
 * A store of resumable streams that all instances share.
 *
 * A stream is written to memory first and copied to Redis after that, so that Redis does not delay
 * its reader; other instances read the copy. Only the last batch waits for its copy: once a client
 * has it, the platform may freeze this process. While Redis is unavailable, only the streams of
 * this process can be read.
 */
export class RedisResumeStore implements ResumeStore {
  /** The replicas that are still being written, by the meta keys of their streams. */
  readonly #replicas = new Map<string, Replica>()

  constructor(private readonly parts: RedisResumeParts) {}

  open(id: string, owner: string, stopProducer: () => void): StreamWriter | undefined {
    const { memoryStore } = this.parts
    const writer = memoryStore.open(id, owner, stopProducer)
    if (writer === undefined) return undefined
    const replica = this.#replicate(writer, toStreamRedisKeys(id, owner), () => void memoryStore.delete(id, owner))
    return {
      whenFindable: replica.sync(),
      append: (batch) => {
        const wait = writer.append(batch)
        void (batch.end === undefined ? replica.sync() : replica.settle())
        return wait
      },
      stream: delayEndUntilCopied(writer.stream, replica),
    }
  }

  async find(id: string, owner: string): Promise<StoredStream | undefined> {
    const { redis, memoryStore, ttlMs, leaseMs } = this.parts
    const keys = toStreamRedisKeys(id, owner)
    const isOwn = (await memoryStore.find(id, owner)) !== undefined
    if (isOwn && (await isDeleted(redis, keys))) {
      await memoryStore.delete(id, owner)
      return undefined
    }
    // Memory is searched again, because the stream may have expired during the round trip.
    const found = isOwn ? await memoryStore.find(id, owner) : undefined
    if (found === undefined) return findReplica({ redis, keys, ttlMs, leaseMs })
    const replica = this.#replicas.get(keys[0])
    return replica === undefined ? found : delayEndUntilCopied(found, replica)
  }

  async delete(id: string, owner: string): Promise<boolean> {
    const { redis, memoryStore, ttlMs, leaseMs } = this.parts
    const isOwn = (await memoryStore.find(id, owner)) !== undefined
    const outcome = await deleteReplica(redis, toStreamRedisKeys(id, owner), ttlMs + leaseMs, isOwn)
    // Without Redis, a deletion is refused: other instances would still serve the stream.
    if (outcome === undefined) throw apiError('store_unavailable')
    await memoryStore.delete(id, owner)
    return outcome === 'was'
  }

  count(): number {
    return this.parts.memoryStore.count()
  }

  async close(): Promise<void> {
    await this.parts.memoryStore.close()
    await Promise.all([...this.#replicas.values()].map((replica) => replica.close()))
  }

  #replicate(writer: MemoryStreamWriter, keys: StreamRedisKeys, onDeleted: () => void): Replica {
    const { redis, ttlMs, leaseMs } = this.parts
    const onStopped = (): void => void this.#replicas.delete(keys[0])
    const replica = new Replica({ redis, writer, keys, token: randomUUID(), ttlMs, leaseMs, onStopped, onDeleted })
    this.#replicas.set(keys[0], replica)
    return replica
  }
}

/** Delays the last batch of a stream until other instances can read it too. */
const delayEndUntilCopied = (stream: StoredStream, replica: Replica): StoredStream => ({
  end: () => stream.end(),
  hasReached: (number) => stream.hasReached(number),
  read: async function* (after, signal) {
    for await (const batch of stream.read(after, signal)) {
      if (batch.end !== undefined) await replica.settle()
      yield batch
    }
  },
})
