import { apiError, isErrorName } from '../../contract/errors.js'
import type { EventBatch, StreamEnd } from '../../contract/eventFormat.js'
import { removeChecksum, withChecksum } from '../../stores/checksum.js'
import { lastNumberOf } from '../resumeStore.js'

/** A batch as stored in Redis: the number of its last event, and its data, one event per line. */
export type StoredBatch = readonly [last: number, lines: string]

type Failed = { readonly ending: 'failed' }
type StoredEnd = Exclude<StreamEnd, Failed> | (Failed & { readonly code: string | null; readonly message: string })

/** Serialises a batch for {@link parseBatch}. */
export const serialiseBatch = (batch: EventBatch): StoredBatch => [lastNumberOf(batch), withChecksum(batch.data.join('\n'))]

/** Parses a batch. @returns undefined if {@link serialiseBatch} did not write it */
export function parseBatch([last, lines]: StoredBatch): EventBatch | undefined {
  const data = removeChecksum(lines)?.split('\n')
  return data && { first: last - data.length + 1, data }
}

/** Serialises the end of a stream for {@link parseEnd}. */
export function serialiseEnd(end: StreamEnd): string {
  const { ending } = end
  const stored: StoredEnd = ending === 'failed' ? { ending, code: end.failure.code, message: end.failure.message } : end
  return withChecksum(JSON.stringify(stored))
}

/** The serialised end of a stream whose producer has died. */
export const INTERRUPTED_END = serialiseEnd({ ending: 'interrupted' })

/** Parses the end of a stream. @returns undefined if {@link serialiseEnd} did not write it */
export function parseEnd(text: string): StreamEnd | undefined {
  const json = removeChecksum(text)
  if (json === undefined) return undefined
  // The checksum proves that serialiseEnd has written the text.
  const stored = JSON.parse(json) as StoredEnd
  if (stored.ending !== 'failed') return stored
  return { ending: 'failed', failure: apiError(isErrorName(stored.code) ? stored.code : 'upstream_error', stored.message) }
}
