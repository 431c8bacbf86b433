/** Keeps texts of callers for a while: to everybody else they do not exist. */
export interface TextStore {
  /**
   * Keeps a text. Never fails: what cannot be kept, or is no more, is not found.
   *
   * @returns resolves once every instance finds it, or cannot be told
   */
  put(caller: string, key: string, text: string): Promise<void>
  /**
   * Finds texts of the same caller; those that are not kept are left out.
   *
   * @throws 503 where the store has to be sure and cannot
   */
  get(caller: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Forgets a text, and takes none under this key from now on. @returns whether there was one */
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

// Nobody keeps an empty text.
const DROPPED = ''

/** Makes a store in this process. The oldest entries go first. */
export function makeMemoryTextStore({ maxLength, ttlMs, now }: TextBounds): TextStore {
  const kept = new Map<string, { text: string; until: number }>()
  let length = 0

  // With its length, so that no key of a client's reaches into another's.
  const keyOf = (caller: string, key: string): string => `${caller.length} ${caller} ${key}`
  const remove = (key: string): void => {
    const entry = kept.get(key)
    if (entry === undefined) return
    length -= key.length + entry.text.length
    kept.delete(key)
  }
  const add = (key: string, text: string): void => {
    remove(key)
    if (key.length + text.length > maxLength) return
    kept.set(key, { text, until: now() + ttlMs })
    length += key.length + text.length
    for (const [oldest, { until }] of kept) {
      if (length <= maxLength && until > now()) break
      remove(oldest)
    }
  }
  /** What is there, in its time; {@link DROPPED} where it has been dropped. */
  const find = (key: string): string | undefined => {
    const entry = kept.get(key)
    return entry !== undefined && entry.until > now() ? entry.text : undefined
  }

  return {
    put: async (caller, own, text) => {
      const key = keyOf(caller, own)
      if (find(key) !== DROPPED) add(key, text)
    },
    get: async (caller, keys) => {
      const found = new Map<string, string>()
      for (const key of keys) {
        const text = find(keyOf(caller, key))
        if (text !== undefined && text !== DROPPED) found.set(key, text)
      }
      return found
    },
    drop: async (caller, own) => {
      const key = keyOf(caller, own)
      const text = find(key)
      add(key, DROPPED)
      return text !== undefined && text !== DROPPED
    },
  }
}
