import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Counts, RecordedRequest, Settings } from './types.js'

/** Records the newest requests, as many as the settings allow, and counts all requests. */
export interface Log {
  readonly requests: RecordedRequest[]
  readonly counts: Counts
  /** Starts the record of a request; the record ends when the response is closed. */
  open(request: IncomingMessage, response: ServerResponse): Entry
  keep(entry: Entry, body: unknown, textLength: number): void
  clear(): void
}

/** The record of one request, and whether the simulator itself broke its connection. */
export interface Entry {
  readonly record: RecordedRequest
  /** True if the simulator broke the connection: the request then does not count as aborted. */
  isFaulted: boolean
}

/** Makes a log bounded by `keepRequests` and `keepBytes`. */
export const makeLog = (settings: Settings): Log => {
  const requests: RecordedRequest[] = []
  const counts: Counts = { totalRequests: 0, abortedRequests: 0, finishedRequests: 0, openRequests: 0 }
  let keptBytes = 0
  let era = 0

  const close = (entry: Entry, response: ServerResponse, born: number): void => {
    const { record } = entry
    record.finished = response.writableFinished
    record.aborted = !record.finished && !entry.isFaulted
    record.closedAt = Date.now()
    record.closedAtPrecise = performance.timeOrigin + performance.now()
    if (response.headersSent) record.status = response.statusCode
    if (born !== era) return
    counts.openRequests -= 1
    if (record.aborted) counts.abortedRequests += 1
    if (record.finished) counts.finishedRequests += 1
  }
  const trim = (): void => {
    // Remove requests in batches, because every single `shift` copies the array.
    const surplus = requests.length - settings.keepRequests
    let drop = surplus > Math.max(100, settings.keepRequests / 10) || settings.keepRequests === 0 ? surplus : 0
    let freed = 0
    for (let at = 0; at < requests.length - 1 && (at < drop || keptBytes - freed > settings.keepBytes); at += 1) {
      freed += requests[at]?.textLength ?? 0
      drop = Math.max(drop, at + 1)
    }
    keptBytes -= freed
    if (drop > 0) requests.splice(0, drop)
  }
  return {
    requests,
    counts,
    open: (request, response) => {
      const record: RecordedRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: undefined,
        textLength: 0,
        time: Date.now(),
        aborted: false,
        finished: false,
      }
      const entry: Entry = { record, isFaulted: false }
      const born = era
      counts.totalRequests += 1
      counts.openRequests += 1
      response.once('close', () => close(entry, response, born))
      if (settings.keepRequests > 0) requests.push(record)
      return entry
    },
    keep: ({ record }, body, textLength) => {
      record.textLength = textLength
      if (settings.keepRequests === 0) return
      record.body = body
      keptBytes += textLength
      trim()
    },
    clear: () => {
      era += 1
      keptBytes = 0
      requests.length = 0
      Object.assign(counts, { totalRequests: 0, abortedRequests: 0, finishedRequests: 0, openRequests: 0 })
    },
  }
}
