import type { KeyValueStore } from '../stores/keyValueStore.js'

/** Keeps the thought signatures of tool calls, by call id, for clients that drop them. What is lost is replaced by Google's placeholder. */
export type SignatureStore = Pick<KeyValueStore, 'put' | 'get'>
