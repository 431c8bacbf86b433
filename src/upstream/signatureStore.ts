/** Keeps thought signatures for clients that drop them. */
export interface SignatureStore {
  /** Keeps the signature of a tool call. Never fails: what is lost is replaced by Google's placeholder. */
  put(caller: string, callId: string, signature: string): void
  /** Finds the signatures of tool calls of the same caller; those that are not kept are left out. */
  get(caller: string, callIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** Bounds of the store in memory. */
export interface SignatureBounds {
  /** All signatures together, in UTF-16 units. */
  readonly maxLength: number
  readonly ttlMs: number
  readonly now: () => number
}

/** Makes a store in this process. The oldest entries go first. */
export function makeMemorySignatureStore({ maxLength, ttlMs, now }: SignatureBounds): SignatureStore {
  const kept = new Map<string, { signature: string; until: number }>()
  let length = 0

  const drop = (key: string): void => {
    length -= kept.get(key)?.signature.length ?? 0
    kept.delete(key)
  }

  return {
    put: (caller, callId, signature) => {
      if (signature.length > maxLength) return
      const key = `${caller}\n${callId}`
      drop(key)
      kept.set(key, { signature, until: now() + ttlMs })
      length += signature.length
      for (const [oldest, { until }] of kept) {
        if (length <= maxLength && until > now()) break
        drop(oldest)
      }
    },
    get: async (caller, callIds) => {
      const found = new Map<string, string>()
      for (const callId of callIds) {
        const entry = kept.get(`${caller}\n${callId}`)
        if (entry !== undefined && entry.until > now()) found.set(callId, entry.signature)
      }
      return found
    },
  }
}
