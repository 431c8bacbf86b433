import type { ServerResponse } from 'node:http'
import { errorBody, errorOf, wordError } from './errors.js'
import type { Behaviour, GoogleError, MidStreamForm } from './types.js'
import type { Writer } from './writer.js'

/** A response that the simulator is sending, and what determines it. */
export interface Reply {
  readonly response: ServerResponse
  readonly behaviour: Behaviour
  readonly writer: Writer
  /** Arrival time of the request, in milliseconds of the monotonic clock. */
  readonly startedAt: number
}

const JSON_TYPE = 'application/json'
/** The content type of the native API's answers. */
export const JSON_UTF8 = 'application/json; charset=UTF-8'
const STREAM_TYPE = 'text/event-stream'

/** Sends a JSON response. */
export const replyJson = async (reply: Reply, value: object): Promise<void> => {
  await replyText(reply, 200, JSON_TYPE, JSON.stringify(value))
}

/** Sends an error response in the form that the behaviour sets. */
export const replyError = async (reply: Reply, error: GoogleError): Promise<void> => {
  const { type, text } = errorBody(error, reply.behaviour.errorForm ?? 'array')
  await replyText(reply, error.code, type, text)
}

/** Sends the raw body that the behaviour sets, unchanged. */
export const replyRaw = async (reply: Reply, raw: NonNullable<Behaviour['rawBody']>, isStream: boolean): Promise<void> => {
  begin(reply, reply.behaviour.status ?? 200, isStream ? STREAM_TYPE : JSON_TYPE)
  if (!(await reply.writer.hold('after-headers')) || !(await reply.writer.strike('after-headers'))) return
  if (await reply.writer.writeBytes(typeof raw === 'string' ? Buffer.from(raw) : Buffer.from(raw.base64, 'base64'))) reply.writer.end()
}

/** Sends a complete body of any type. */
export const replyText = async (reply: Reply, status: number, type: string, text: string): Promise<void> => {
  const { behaviour, response, writer } = reply
  const isPlain = [behaviour.fault, behaviour.bytesPerWrite, behaviour.firstChunkDelayMs, behaviour.hold].every(
    (each) => each === undefined,
  )
  if (isPlain) {
    begin(reply, status, type, Buffer.byteLength(text))
    response.end(text)
    return
  }
  begin(reply, status, type)
  response.flushHeaders()
  if (!(await writer.hold('after-headers')) || !(await writer.strike('after-headers'))) return
  if ((await writer.sleep(behaviour.firstChunkDelayMs)) && (await writer.writeBytes(Buffer.from(text)))) writer.end()
}

/** How a stream ends and how its events are framed. */
export interface StreamEnd {
  /** The form of an error within the stream, unless the behaviour sets one. */
  readonly form: MidStreamForm
  /** The text after the last event, such as `data: [DONE]`; '' for none. */
  readonly end: string
  /** Number of events after which the simulator breaks the connection; undefined if it does not. */
  readonly cutAfter?: number
  /** Formats an event; by default it has a `data:` field only. */
  readonly toEvent?: (chunk: string, index: number) => string
  readonly type?: string
}

/** Streams chunks as events, with the delays, comments, errors and faults of the behaviour. */
export const replyStream = async (
  reply: Reply,
  chunks: Iterable<string>,
  { form, end, cutAfter, toEvent = dataEvent, type = STREAM_TYPE }: StreamEnd,
): Promise<void> => {
  const { behaviour, writer, response } = reply
  begin(reply, 200, type)
  if (behaviour.fault !== undefined || behaviour.firstChunkDelayMs !== undefined || behaviour.hold !== undefined) response.flushHeaders()
  if (!(await writer.hold('after-headers')) || !(await writer.strike('after-headers'))) return
  for (const comment of commentsOf(behaviour)) if (!(await writer.write(`: ${comment}\n\n`))) return
  if (!(await writer.sleep(behaviour.firstChunkDelayMs))) return
  const broken = behaviour.errorMidStream
  let written = 0
  for (const chunk of chunks) {
    if (broken !== undefined && written >= (broken.afterChunks ?? 1)) break
    if (written > 0 && behaviour.chunkDelayMs !== undefined && !(await writer.sleep(behaviour.chunkDelayMs))) return
    if (written === cutAfter) {
      await writer.cut()
      return
    }
    if (!(await writer.hold(written))) return
    if (!(await writer.write(toEvent(chunk, written)))) return
    written += 1
  }
  if (broken === undefined) {
    // Write the end even if it is empty: a fault may be due after the last event.
    if (await writer.write(end)) writer.end()
    return
  }
  const used = broken.form ?? form
  const text = `${midStream(errorOf(broken.name), used)}${used === 'element' ? end : ''}`.replace(/^,\r\n/, written === 0 ? '[' : ',\r\n')
  // A bare error is not an event, so the behaviour's line ends do not apply to it.
  if (await (used.startsWith('bare') ? writer.writeBytes(Buffer.from(text)) : writer.write(text))) writer.end()
}

const dataEvent = (chunk: string): string => `data: ${chunk}\n\n`

function begin({ response, behaviour, startedAt }: Reply, status: number, type: string, length?: number): void {
  response.writeHead(behaviour.status ?? status, {
    'content-type': type,
    vary: 'Origin, X-Origin, Referer',
    'server-timing': `gfet4t7; dur=${Math.round(performance.now() - startedAt)}`,
    'alt-svc': 'h3=":443"; ma=2592000,h3-29=":443"; ma=2592000',
    ...(length === undefined ? {} : { 'content-length': length }),
    ...behaviour.headers,
  })
}

const commentsOf = ({ comment }: Behaviour): readonly string[] => (typeof comment === 'string' ? [comment] : (comment ?? []))

/** Makes the end marker of a stream of the compatible API, as the behaviour sets it. */
export function doneOf(behaviour: Behaviour): string {
  if (behaviour.omitDone === true) return ''
  return `data: [DONE]${'\n'.repeat(behaviour.noFinalNewline === true ? 0 : (behaviour.finalNewlines ?? 2))}`
}

function midStream(error: GoogleError, form: MidStreamForm): string {
  const pretty = JSON.stringify({ error }, null, 2)
  const forms = {
    'bare-array': `[${pretty}\n]`,
    'bare-object': `${pretty}\n`,
    'data-object': `data: ${JSON.stringify({ error })}\n\n`,
    'data-array': `data: ${JSON.stringify([{ error }])}\n\n`,
    event: `event: error\ndata: ${JSON.stringify({ error: wordError(error), event_type: 'error' })}\n\n`,
    element: `,\r\n${JSON.stringify({ error })}`,
  } as const satisfies Record<MidStreamForm, string>
  return forms[form]
}
