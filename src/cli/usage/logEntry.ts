import { copyText } from '../../contract/copyText.js'
import { isRecord } from '../../contract/isRecord.js'
import type { RequestSummary } from '../../contract/requestSummary.js'

/** The summary of a finished request, read from a log. */
export interface LogEntry {
  readonly summary: RequestSummary
  /** Time of the log line, in Unix milliseconds; undefined if the line has no time. */
  readonly at: number | undefined
}

/** JSON fields in which log services store the original log line. */
const WRAPPERS = ['content', 'message', 'log', 'msg', 'line', '_msg', 'MESSAGE', 'textPayload']
// Maximum depth of wrapping: an export of Alibaba Cloud's SLS may wrap a log line several times.
const MAX_WRAPPERS = 3

const NUMBER_FIELDS = [
  'status',
  'durationMs',
  'promptTokens',
  'completionTokens',
  'reasoningTokens',
  'cachedTokens',
  'billedPromptTokens',
  'billedCachedTokens',
  'attempts',
  'repeats',
] as const
const STRING_FIELDS = ['requestId', 'method', 'operation', 'caller', 'model', 'servedModel', 'errorType', 'errorCode'] as const
// Longer strings are truncated, because logs of other programs may contain any text.
const LONGEST_FIELD = 200
const FLAG_FIELDS = ['stream', 'resumed', 'cancelled', 'background'] as const

/**
 * Reads one line of a log: a JSON line of the proxy, possibly after a prefix (such as a time stamp)
 * or wrapped by a log service. Numbers may be strings, as in some exports.
 *
 * @returns undefined for a line that is not the summary of a request
 */
export function readLogEntry(line: string): LogEntry | undefined {
  const start = line.indexOf('{')
  return start === -1 ? undefined : readRecord(parseJsonRecord(line.slice(start)), MAX_WRAPPERS)
}

function readRecord(record: Readonly<Record<string, unknown>> | undefined, wrappers: number): LogEntry | undefined {
  if (record === undefined) return undefined
  const summary = toSummary(record)
  if (summary !== undefined) return { summary, at: timeOf(record) }
  if (wrappers === 0) return undefined
  for (const name of WRAPPERS) {
    const value = record[name]
    const inner = isRecord(value) ? value : parseWrapped(value)
    const entry = readRecord(inner, wrappers - 1)
    if (entry !== undefined) return { ...entry, at: entry.at ?? timeOf(record) }
  }
  return undefined
}

const parseWrapped = (value: unknown): Readonly<Record<string, unknown>> | undefined => {
  if (typeof value !== 'string' || !value.includes('{')) return undefined
  return parseJsonRecord(value.slice(value.indexOf('{')))
}

function parseJsonRecord(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined // not a JSON line
  }
}

/** Reads a request summary from a JSON object; undefined if its required fields are missing. */
function toSummary(record: Readonly<Record<string, unknown>>): RequestSummary | undefined {
  const fields: Record<string, unknown> = {}
  for (const name of NUMBER_FIELDS) fields[name] = toCount(record[name])
  for (const name of STRING_FIELDS) fields[name] = toShortText(record[name])
  for (const name of FLAG_FIELDS) fields[name] = record[name] === true || record[name] === 'true'
  const isRequest =
    fields.requestId !== undefined && fields.method !== undefined && fields.status !== undefined && fields.durationMs !== undefined
  if (!isRequest) return undefined
  fields.attempts ??= typeof fields.repeats === 'number' ? fields.repeats + 1 : undefined
  return fields as unknown as RequestSummary // its required fields have been checked
}

/** Returns a string, truncated to 200 characters; undefined for '' and other types. */
function toShortText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  return value.length > LONGEST_FIELD ? copyText(value.slice(0, LONGEST_FIELD)) : value
}

/** Converts a number or numeric string; undefined unless it is finite and not negative. */
function toCount(value: unknown): number | undefined {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof count === 'number' && Number.isFinite(count) && count >= 0 ? count : undefined
}

/** Returns a log line's time in Unix ms: `time`, or else `__time__` of Alibaba Cloud's SLS. */
function timeOf({ time, __time__: seconds }: Readonly<Record<string, unknown>>): number | undefined {
  const own = typeof time === 'string' || typeof time === 'number' ? new Date(time).getTime() : Number.NaN
  if (!Number.isNaN(own)) return own
  const stored = toCount(seconds)
  return stored === undefined ? undefined : stored * 1000
}
