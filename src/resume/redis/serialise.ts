import { apiError, isErrorName } from '../../contract/errors.js'
import type { EventBatch, StreamEnd } from '../../contract/eventFormat.js'
import { lastNumberOf } from '../resumeStore.js'

/** A batch as Redis stores it: the number of its last event, and the data, one event a line. */
export type StoredBatch = readonly [last: number, lines: string]

/** The end of a stream that has lost its producer, as Redis stores it. */
export const INTERRUPTED = '{"ending":"interrupted"}'

type Failed = { readonly ending: 'failed' }
type StoredEnd = Exclude<StreamEnd, Failed> | (Failed & { readonly code: string | null; readonly message: string })

/** @returns what {@link parseBatch} reads */
export const serialiseBatch = (batch: EventBatch): StoredBatch => [lastNumberOf(batch), batch.data.join('\n')]

/** @param lines - what {@link serialiseBatch} returned */
export function parseBatch([last, lines]: StoredBatch): EventBatch {
  const data = lines.split('\n')
  return { first: last - data.length + 1, data }
}

/** @returns what {@link parseEnd} reads */
export function serialiseEnd(end: StreamEnd): string {
  const { ending } = end
  const stored: StoredEnd = ending === 'failed' ? { ending, code: end.failure.code, message: end.failure.message } : end
  return JSON.stringify(stored)
}

/** @param text - what {@link serialiseEnd} returned, or {@link INTERRUPTED} */
export function parseEnd(text: string): StreamEnd {
  // Only the functions above have written it.
  const stored = JSON.parse(text) as StoredEnd
  if (stored.ending !== 'failed') return stored
  return { ending: 'failed', failure: apiError(isErrorName(stored.code) ? stored.code : 'upstream_error', stored.message) }
}
