import type { Clock } from '../contract/clock.js'

/** Stores texts that expire after a time to live, separately for each caller. */
export interface KeyValueStore {
  /**
   * Stores a text if possible. Resolves once all instances can find it; never rejects.
   *
   * @returns false if the key was deleted before, so that nothing is stored. Deletions by another
   *   instance are noticed only with `mustConfirmWithRedis`
   */
  put(caller: string, key: string, text: string): Promise<boolean>
  /** Finds texts by key. With `mustConfirmWithRedis`, throws 503 for a miss if Redis is down. */
  get(caller: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Deletes a text; its key cannot be stored again for the time to live. @returns if it existed */
  delete(caller: string, key: string): Promise<boolean>
}

/** Limits of a key-value store in memory, and its clock. */
export interface KeyValueBounds {
  /** Maximum total length of all texts and keys, in UTF-16 units. */
  readonly maxLength: number
  readonly ttlMs: number
  readonly elapsed: Clock['elapsed']
}

// Replaces a deleted text, so that its key is not stored again. Stored texts are never empty.
const DELETED_TEXT = ''

/** Makes a store in the memory of this process. When full, it evicts the oldest entries. */
export function makeMemoryKeyValueStore({ maxLength, ttlMs, elapsed }: KeyValueBounds): KeyValueStore {
  const entries = new Map<string, { text: string; expiresAt: number }>()
  let length = 0

  // The key begins with the length of `caller`, so that two callers never share a key.
  const toEntryKey = (caller: string, key: string): string => `${caller.length} ${caller} ${key}`
  const remove = (key: string): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    length -= key.length + entry.text.length
    entries.delete(key)
  }
  const add = (key: string, text: string): void => {
    remove(key)
    if (key.length + text.length > maxLength) return
    entries.set(key, { text, expiresAt: elapsed() + ttlMs })
    length += key.length + text.length
    for (const [oldest, { expiresAt }] of entries) {
      if (length <= maxLength && expiresAt > elapsed()) break
      remove(oldest)
    }
  }
  /** Returns a text; undefined if missing or expired, {@link DELETED_TEXT} if it was deleted. */
  const find = (key: string): string | undefined => {
    const entry = entries.get(key)
    return entry !== undefined && entry.expiresAt > elapsed() ? entry.text : undefined
  }

  return {
    put: async (caller, key, text) => {
      const entryKey = toEntryKey(caller, key)
      if (find(entryKey) === DELETED_TEXT) return false
      add(entryKey, text)
      return true
    },
    get: async (caller, keys) => {
      const found = new Map<string, string>()
      for (const key of keys) {
        const text = find(toEntryKey(caller, key))
        if (text !== undefined && text !== DELETED_TEXT) found.set(key, text)
      }
      return found
    },
    delete: async (caller, key) => {
      const entryKey = toEntryKey(caller, key)
      const text = find(entryKey)
      add(entryKey, DELETED_TEXT)
      return text !== undefined && text !== DELETED_TEXT
    },
  }
}
