import { createHash } from 'node:crypto'
import type { Redis } from '../redis.js'
import type { SignatureStore } from './signatureStore.js'

/** What {@link makeRedisSignatureStore} needs. */
export interface RedisSignatureParts {
  readonly redis: Redis
  /** What this process remembers itself: it is asked first, and serves alone while Redis is out of reach. */
  readonly own: SignatureStore
  readonly ttlMs: number
}

// Nobody needs the signatures of steps long past; Gemini checks those since the last user message.
const MOST_KEYS = 256

/** The key of a call: neither caller nor id can be read from it, or be chosen so that it meets another's. */
const keyOf = (caller: string, callId: string): string =>
  `gemini-proxy:signature:${createHash('sha256')
    .update(JSON.stringify([caller, callId]))
    .digest('hex')}`

/** Makes a store that all instances share. Never fails: without Redis it is as good as `own`. */
export function makeRedisSignatureStore({ redis, own, ttlMs }: RedisSignatureParts): SignatureStore {
  return {
    put: (caller, callId, signature) => {
      own.put(caller, callId, signature)
      void redis.ask((client) => client.set(keyOf(caller, callId), signature, 'PX', ttlMs))
    },
    get: async (caller, callIds) => {
      const found = new Map(await own.get(caller, callIds))
      const missing = callIds.filter((callId) => !found.has(callId)).slice(-MOST_KEYS)
      if (missing.length === 0) return found
      const signatures = await redis.ask((client) => client.mget(missing.map((callId) => keyOf(caller, callId))))
      for (const [place, signature] of (signatures ?? []).entries()) {
        const callId = missing[place]
        if (callId !== undefined && signature !== null && signature !== '') found.set(callId, signature)
      }
      return found
    },
  }
}
