import { type CallRecord, readCallRecord } from '../contract/callRecord.js'
import { isCallId } from '../contract/ids.js'
import type { KeyValueStore } from '../stores/keyValueStore.js'

/** What Gemini sent with the tool calls of callers, for clients that send back less. */
export interface CallRecords {
  /** Stores a record under the id that the client received. */
  put(caller: string, callId: string, record: CallRecord): void
  /** Finds the records of a caller that exist. Ids that the proxy has not made are skipped. */
  find(caller: string, callIds: readonly string[]): Promise<ReadonlyMap<string, CallRecord>>
}

/** Makes the records of a key-value store. */
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
    return undefined // written by another version
  }
}
