import type { RequestSummary } from '../../contract/requestSummary.js'

/** A parsed log line, of a request or of any other event. */
type LogLine = { readonly level: string; readonly time: string; readonly msg?: string; readonly cause?: string } & Partial<RequestSummary>
type Paint = (color: keyof typeof COLORS, text: string) => string

const COLORS = { dim: 2, bold: 1, red: 31, green: 32, yellow: 33, cyan: 36 } as const
// Control and format characters, such as line breaks and text reversal, could forge log lines.
const NOT_PRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Makes the function that converts a JSON log line to a readable one. */
export function makeLineFormatter(hasColors: boolean): (line: string) => string {
  const paint: Paint = hasColors ? (color, text) => `\x1b[${COLORS[color]}m${text}\x1b[0m` : (_, text) => text
  return (line) => {
    // The cast is safe: pino and LogSink write these lines.
    const parsed = JSON.parse(line) as LogLine
    const texts = parsed.requestId === undefined ? describeEvent(parsed, paint) : describeRequest(parsed, paint)
    return `${[paint('dim', toTime(parsed.time)), ...texts].join(' ')}\n`
  }
}

/** Converts an ISO 8601 time to the local time of day, `hh:mm:ss`. */
const toTime = (time: string): string => new Date(time).toTimeString().slice(0, 8)

const escapeText = (value: unknown): string =>
  String(value).replace(NOT_PRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)

function describeRequest(line: LogLine, paint: Paint): string[] {
  const { method, route, path, caller, model, servedModel, status = 0, durationMs = 0, firstByteMs } = line
  const optional = (text: string | undefined): string[] => (text === undefined ? [] : [escapeText(text)])
  return [
    paint('bold', escapeText(method)),
    escapeText(route ?? path ?? '-'),
    ...optional(caller).map((name) => paint('cyan', name)),
    ...optional(servedModel === undefined ? model : `${model}→${servedModel}`),
    paint(colorOf(status), String(status)),
    toDuration(durationMs),
    ...(firstByteMs === undefined ? [] : [paint('dim', `first ${toDuration(firstByteMs)}`)]),
    ...describeTokens(line),
    ...describeAttempts(line).map((text) => paint('dim', text)),
    ...describeError(line).map((text) => paint(status < 500 && line.level !== 'error' ? 'yellow' : 'red', text)),
  ]
}

function colorOf(status: number): keyof typeof COLORS {
  if (status >= 500) return 'red'
  if (status === 499) return 'dim'
  return status >= 400 ? 'yellow' : 'green'
}

const toDuration = (ms: number): string => (ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

function describeTokens({ promptTokens, completionTokens, reasoningTokens, cachedTokens }: LogLine): string[] {
  if (promptTokens === undefined) return []
  const parts = [cachedTokens ? `${cachedTokens} cached` : [], reasoningTokens ? `${reasoningTokens} reasoning` : []].flat()
  return [`${promptTokens}→${completionTokens ?? 0}`, ...(parts.length === 0 ? [] : [`(${parts.join(', ')})`])]
}

const describeAttempts = ({ attempts = 0, key, resumed, background, cancelled, endedBy }: LogLine): string[] => [
  ...(attempts > 1 ? [`${attempts} attempts`, ...(key ? [`key …${escapeText(key)}`] : [])] : []),
  ...(resumed ? ['resumed'] : []),
  ...(background ? ['generated after the client disconnected'] : []),
  ...(cancelled && !background ? ['client disconnected'] : []),
  ...(endedBy === undefined ? [] : [`ended by ${escapeText(endedBy)}`]),
]

const describeError = ({ errorType, errorCode, param, cause }: LogLine): string[] => [
  ...(errorType === undefined ? [] : [escapeText(errorCode ?? errorType)]),
  ...(param === undefined ? [] : [escapeText(param)]),
  ...(cause === undefined ? [] : [`(${escapeText(cause)})`]),
]

/** Formats a log line that is not about a request: level (from `warn` on), message, fields. */
function describeEvent({ level, time: _, msg = '', ...fields }: LogLine, paint: Paint): string[] {
  const isOrdinary = level === 'info' || level === 'debug' || level === 'trace'
  const text = escapeText(msg)
  return [
    ...(isOrdinary ? [text] : [paint(level === 'warn' ? 'yellow' : 'red', `${level.toUpperCase()} ${text}`)]),
    ...Object.entries(fields).map(([name, value]) => `${paint('dim', `${name}=`)}${escapeText(toFieldText(value))}`),
  ]
}

const toFieldText = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))
