import { type CallRecord, readCallRecord } from '../contract/callRecord.js'
import { isCallId } from '../contract/ids.js'
import type { KeyValueStore } from '../stores/keyValueStore.js'

/** Stores what Gemini sent with tool calls, such as signatures: most clients drop it. */
export interface CallRecords {
  /** Stores a record under the id that the client received. */
  put(caller: string, callId: string, record: CallRecord): void
  /** Finds a caller's records by call id. Skips ids that the proxy did not issue. */
  find(caller: string, callIds: readonly string[]): Promise<ReadonlyMap<string, CallRecord>>
}

/** Makes call records on top of a key-value store. */
export const makeCallRecords = (store: Pick<KeyValueStore, 'put' | 'get'>): CallRecords => ({
  put: (caller, callId, record) => void store.put(caller, callId, JSON.stringify(record)),
  find: async (caller, callIds) => {
    const own = callIds.filter(isCallId)
    const found = new Map<string, CallRecord>()
    if (own.length === 0) return found
    for (const [callId, text] of await store.get(caller, own)) {
      const record = parseRecord(text)
      if (record !== undefined) found.set(callId, record)
    }
    return found
  },
})

function parseRecord(text: string): CallRecord | undefined {
  try {
    return readCallRecord(JSON.parse(text))
  } catch {
    return undefined // written by another version of the proxy
  }
}
