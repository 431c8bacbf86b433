/** Keeps thought signatures for clients that drop them. */
export interface SignatureStore {
  /** Keeps the signature of a tool call. Never fails: what is lost is replaced by Google's placeholder. */
  put(caller: string, callId: string, signature: string): void
  /** Finds the signatures of tool calls of the same caller; those that are not kept are left out. */
  get(caller: string, callIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** Bounds of the store in memory. */
export interface SignatureBounds {
  /** All signatures and their keys together, in UTF-16 units. */
  readonly maxLength: number
  readonly ttlMs: number
  /** The present, in milliseconds since 1970. */
  readonly now: () => number
}

/** Makes a store in this process. The oldest entries go first. */
export function makeMemorySignatureStore({ maxLength, ttlMs, now }: SignatureBounds): SignatureStore {
  const kept = new Map<string, { signature: string; until: number }>()
  let length = 0

  // With its length, so that no id of a client's reaches into another's keys.
  const keyOf = (caller: string, callId: string): string => `${caller.length} ${caller} ${callId}`
  const drop = (key: string): void => {
    const entry = kept.get(key)
    if (entry === undefined) return
    length -= key.length + entry.signature.length
    kept.delete(key)
  }

  return {
    put: (caller, callId, signature) => {
      const key = keyOf(caller, callId)
      drop(key)
      if (key.length + signature.length > maxLength) return
      kept.set(key, { signature, until: now() + ttlMs })
      length += key.length + signature.length
      for (const [oldest, { until }] of kept) {
        if (length <= maxLength && until > now()) break
        drop(oldest)
      }
    },
    get: async (caller, callIds) => {
      const found = new Map<string, string>()
      for (const callId of callIds) {
        const entry = kept.get(keyOf(caller, callId))
        if (entry !== undefined && entry.until > now()) found.set(callId, entry.signature)
      }
      return found
    },
  }
}
