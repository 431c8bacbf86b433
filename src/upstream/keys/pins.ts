import { createHash } from 'node:crypto'
import type { Secret } from '../../config/secret.js'
import type { KeyValueStore } from '../../stores/keyValueStore.js'

/**
 * Which key made what: an interaction, a file or a cache at Google belongs to the project of the
 * key that made it, and other keys do not find it.
 */
export interface KeyPins {
  /**
   * Positions of the keys that cannot succeed, as one of the ids lives with another key. Empty
   * where it is unknown with which.
   */
  excludedFor(caller: string, ids: readonly string[]): Promise<ReadonlySet<number>>
  /**
   * Records that the ids live with a key. Resolves once all instances know it; never rejects.
   *
   * @param caller - who named them in a request that was answered, which does not prove that Google
   *   has looked for them: then it concerns no other caller. Undefined if Google's answer has them
   */
  learn(ids: readonly string[], key: Secret, caller?: string): Promise<void>
}

// Ids in Google's responses are stored under this identity, which no caller has: they apply to all.
const EVERY_CALLER = ''

/** Makes the pins. With a single key there is nothing to choose, and none are stored. */
export function makeKeyPins(store: Pick<KeyValueStore, 'put' | 'get'>, keys: readonly Secret[]): KeyPins {
  // Not the position: instances may have the same keys in another order.
  const positions = new Map(keys.map((key, index) => [fingerprintOf(key), index + 1]))
  return {
    excludedFor: async (caller, ids) => {
      if (keys.length === 1 || ids.length === 0) return new Set()
      const made = await store.get(EVERY_CALLER, ids)
      const others = ids.filter((id) => !made.has(id))
      const found = new Map([...made, ...(others.length === 0 ? [] : await store.get(caller, others))])
      const position = ids.map((id) => positions.get(found.get(id) ?? '')).find((each) => each !== undefined)
      return new Set(position === undefined ? [] : [...positions.values()].filter((each) => each !== position))
    },
    learn: async (ids, key, caller = EVERY_CALLER) => {
      if (keys.length === 1) return
      await Promise.all([...new Set(ids)].map((id) => store.put(caller, id, fingerprintOf(key))))
    },
  }
}

/** Identifies a key, and does not reveal it. */
export const fingerprintOf = (key: Secret): string => createHash('sha256').update(`pin ${key.reveal()}`).digest('base64url').slice(0, 22)
