import { readToolCallRecord, type ToolCallRecord } from '../contract/callRecord.js'
import { isCallId } from '../contract/ids.js'
import type { KeyValueStore } from '../stores/keyValueStore.js'

/** Stores data that Gemini sent with tool calls, such as signatures, as most clients drop them. */
export interface CallRecords {
  /** Stores the record of a tool call under the call id that the client received. */
  put(caller: string, callId: string, record: ToolCallRecord): void
  /**
   * Finds the records of a caller's tool calls, by call id. Ids that the proxy did not issue are
   * not looked up; an id without a record is missing in the map.
   */
  find(caller: string, callIds: readonly string[]): Promise<ReadonlyMap<string, ToolCallRecord>>
}

/** Makes the store of call records on top of a key-value store. */
export const makeCallRecords = (store: Pick<KeyValueStore, 'put' | 'get'>): CallRecords => ({
  put: (caller, callId, record) => void store.put(caller, callId, JSON.stringify(record)),
  find: async (caller, callIds) => {
    const own = callIds.filter(isCallId)
    const found = new Map<string, ToolCallRecord>()
    if (own.length === 0) return found
    for (const [callId, text] of await store.get(caller, own)) {
      const record = parseRecord(text)
      if (record !== undefined) found.set(callId, record)
    }
    return found
  },
})

function parseRecord(text: string): ToolCallRecord | undefined {
  try {
    return readToolCallRecord(JSON.parse(text))
  } catch {
    return undefined // unreadable: another version of the proxy wrote the record
  }
}
