import { createHash } from 'node:crypto'
import type { Secret } from '../../config/secret.js'
import type { KeyValueStore } from '../../stores/keyValueStore.js'

/**
 * Records which key created each item at Google: an interaction, a file or a cache belongs to the
 * project of its key, and other keys cannot access it.
 */
export interface KeyPins {
  /**
   * Returns the positions of the keys that cannot access one of the ids; empty if it is unknown
   * which key can.
   */
  excludedFor(caller: string, ids: readonly string[]): Promise<ReadonlySet<number>>
  /**
   * Records which key can access ids. Resolves once that is stored for all instances; never
   * rejects.
   *
   * @param caller - the caller whose request named the ids. They are recorded for this caller only,
   *   as an answer does not prove that they exist. Undefined for ids that Google sent
   */
  recordKey(ids: readonly string[], key: Secret, caller?: string): Promise<void>
}

// Ids in Google's responses are valid for all callers: they are stored under this caller id, which
// no real caller has.
const SHARED_CALLER_ID = ''

/** Makes the record of which key created each item. With a single key, nothing is stored. */
export function makeKeyPins(store: Pick<KeyValueStore, 'put' | 'get'>, keys: readonly Secret[]): KeyPins {
  // Fingerprints, not positions: instances may have the same keys in another order.
  const positions = new Map(keys.map((key, index) => [fingerprintOf(key), index + 1]))
  return {
    excludedFor: async (caller, ids) => {
      if (keys.length === 1 || ids.length === 0) return new Set()
      const made = await store.get(SHARED_CALLER_ID, ids)
      const others = ids.filter((id) => !made.has(id))
      const found = new Map([...made, ...(others.length === 0 ? [] : await store.get(caller, others))])
      const position = ids.map((id) => positions.get(found.get(id) ?? '')).find((each) => each !== undefined)
      return new Set(position === undefined ? [] : [...positions.values()].filter((each) => each !== position))
    },
    recordKey: async (ids, key, caller = SHARED_CALLER_ID) => {
      if (keys.length === 1) return
      await Promise.all([...new Set(ids)].map((id) => store.put(caller, id, fingerprintOf(key))))
    },
  }
}

/** Returns a hash that identifies a Gemini key without revealing it. */
export const fingerprintOf = (key: Secret): string => createHash('sha256').update(`pin ${key.reveal()}`).digest('base64url').slice(0, 22)
