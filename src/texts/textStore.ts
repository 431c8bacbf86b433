/** Keeps texts of callers for a while: to everybody else they do not exist. */
export interface TextStore {
  /** Keeps a text. Never fails: what cannot be kept, or is no more, is not found. */
  put(caller: string, key: string, text: string): void
  /** Finds texts of the same caller; those that are not kept are left out. */
  get(caller: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Forgets a text. @returns whether there was one */
  drop(caller: string, key: string): Promise<boolean>
}

/** Bounds of a store in memory. */
export interface TextBounds {
  /** All texts and their keys together, in UTF-16 units. */
  readonly maxLength: number
  readonly ttlMs: number
  /** The present, in milliseconds since 1970. */
  readonly now: () => number
}

/** Makes a store in this process. The oldest entries go first. */
export function makeMemoryTextStore({ maxLength, ttlMs, now }: TextBounds): TextStore {
  const kept = new Map<string, { text: string; until: number }>()
  let length = 0

  // With its length, so that no key of a client's reaches into another's.
  const keyOf = (caller: string, key: string): string => `${caller.length} ${caller} ${key}`
  const drop = (key: string): boolean => {
    const entry = kept.get(key)
    if (entry === undefined) return false
    length -= key.length + entry.text.length
    return kept.delete(key)
  }

  return {
    put: (caller, own, text) => {
      const key = keyOf(caller, own)
      drop(key)
      if (key.length + text.length > maxLength) return
      kept.set(key, { text, until: now() + ttlMs })
      length += key.length + text.length
      for (const [oldest, { until }] of kept) {
        if (length <= maxLength && until > now()) break
        drop(oldest)
      }
    },
    get: async (caller, keys) => {
      const found = new Map<string, string>()
      for (const key of keys) {
        const entry = kept.get(keyOf(caller, key))
        if (entry !== undefined && entry.until > now()) found.set(key, entry.text)
      }
      return found
    },
    drop: async (caller, key) => drop(keyOf(caller, key)),
  }
}
