import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { type ApiError, toStreamFailure } from '../../contract/errors.js'
import type { EventForm } from '../../contract/eventFormat.js'
import { CHAT_FORM } from '../../sse/chatFormat.js'
import { HEARTBEAT } from '../../sse/encode.js'
import type { Exchange } from '../exchange/exchange.js'

/** Headers of every event stream: nothing on the way may hold it back or change it. */
const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

// How long a client that reads nothing may keep its connection after the stream has ended.
const LINGER_MS = 5_000

/** What is sent: values, or text that is an event stream already and has its end in it. */
export interface Sending {
  readonly events: AsyncIterable<string | readonly unknown[]>
  /** Only where the text has its own end: the failure that it has ended in. */
  readonly failure?: (() => ApiError | undefined) | undefined
  readonly form?: EventForm | undefined
  readonly heartbeatIntervalMs: number
}

/**
 * Sends events as they come, then what their form has for the end; or, if they fail, what it has for a failure.
 *
 * The source is asked for more only while the client keeps up. A stream whose client reads nothing holds no more than 2 MiB, however
 * much the upstream would send, unless a single event is larger (MAX_EVENT_BYTES); the arguments of tool calls are kept besides,
 * and by the Responses API the text so far.
 * While nothing flows, a comment goes out every `heartbeatIntervalMs`.
 */
export async function sendEvents(reply: FastifyReply, exchange: Exchange, stream: Sending): Promise<void> {
  const { raw } = reply
  const { signal } = exchange.controller
  reply.hijack()
  exchange.isStream = true
  // A hijacked answer gets no header that hooks have set, such as those of CORS, unless they are copied.
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...SSE_HEADERS })
  // An event that is there already leaves together with the headers.
  const flush = setImmediate(() => raw.flushHeaders())
  const heartbeat = setInterval(() => raw.writableNeedDrain || raw.write(HEARTBEAT), stream.heartbeatIntervalMs)
  const { toText, toEnd } = stream.form ?? CHAT_FORM
  let last = ''
  try {
    for await (const events of stream.events) {
      exchange.firstByteAt ??= performance.now()
      heartbeat.refresh()
      if (!raw.write(typeof events === 'string' ? events : toText(events))) await once(raw, 'drain', { signal })
    }
    if (stream.failure === undefined) last = toEnd(undefined)
    else exchange.failure = stream.failure()
  } catch (error) {
    exchange.failure = toStreamFailure(signal.aborted ? signal.reason : error)
    last = toEnd(exchange.failure)
  } finally {
    clearImmediate(flush)
    clearInterval(heartbeat)
    end(raw, last)
  }
}

function end(raw: ServerResponse, last: string): void {
  if (raw.destroyed) return
  raw.end(last)
  if (raw.writableFinished) return
  const linger = setTimeout(() => raw.destroy(), LINGER_MS)
  linger.unref()
  raw.once('close', () => clearTimeout(linger))
}
