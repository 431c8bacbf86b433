import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { toAbortSignal } from '../../contract/cancelSignal.js'
import { toStreamFailure } from '../../contract/errors.js'
import type { EndOfStream, SentBatch, StreamResult } from '../../contract/operation.js'
import { HEARTBEAT } from '../../sse/encode.js'
import type { Exchange } from '../exchange/exchange.js'

/** Headers of each event stream, which forbid other proxies to buffer or change it. */
const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

// How long the connection of a client that reads nothing stays open after the stream has ended.
const LINGER_MS = 5_000

/**
 * Sends the event batches of a stream as they arrive, then its end, which reports an error if there
 * was one. Sends a heartbeat after each `heartbeatIntervalMs` without an event.
 *
 * Reads the next batch only while the client keeps up. A stream whose client reads nothing buffers
 * at most 2 MiB, or one larger event (up to MAX_EVENT_BYTES, and its media, which are not copied).
 * In addition, converters hold the arguments of tool calls and, in the Responses API, the text so
 * far.
 */
export async function sendEvents(
  reply: FastifyReply,
  exchange: Exchange,
  stream: StreamResult<unknown, SentBatch>,
  heartbeatIntervalMs: number,
): Promise<void> {
  const { raw } = reply
  const { cancellation: signal } = exchange
  reply.hijack()
  exchange.isStream = true
  const { contentType = SSE_HEADERS['content-type'], heartbeat: beat = HEARTBEAT } = stream
  // Copies the headers that hooks have set, such as those of CORS: a hijacked response lacks them.
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...SSE_HEADERS, 'content-type': contentType })
  // Headers are flushed in the next turn, so that an event that has arrived leaves with them.
  const flush = setImmediate(() => raw.flushHeaders())
  const heartbeat = setInterval(() => beat === '' || raw.writableNeedDrain || raw.write(beat), heartbeatIntervalMs)
  let last: EndOfStream = { text: '', failure: undefined }
  try {
    for await (const batch of stream.batches) {
      exchange.firstByteAt ??= performance.now()
      heartbeat.refresh()
      if (!writeBatch(raw, exchange, stream.frame(batch))) await once(raw, 'drain', { signal: toAbortSignal(signal) })
    }
    last = stream.end(undefined)
  } catch (error) {
    last = stream.end(toStreamFailure(signal.aborted ? signal.reason : error))
  } finally {
    clearImmediate(flush)
    clearInterval(heartbeat)
    exchange.failure = last.failure
    await exchange.beforeEnd?.(raw.statusCode)
    await endStreamResponse(raw, exchange, last)
  }
}

/** Writes a batch without copying its media. @returns false if the next must await `drain` */
function writeBatch(raw: ServerResponse, { answerMedia }: Exchange, batch: SentBatch): boolean {
  if (isInPieces(batch)) return writePieces(raw, batch)
  return answerMedia === undefined || answerMedia.isEmpty ? raw.write(batch) : writePieces(raw, answerMedia.toPieces(batch))
}

const isInPieces = (batch: SentBatch): batch is readonly Uint8Array[] => Array.isArray(batch)

/** Writes the pieces of a batch. @returns false if the next batch must await `drain` */
function writePieces(raw: ServerResponse, pieces: readonly Uint8Array[]): boolean {
  let isTaken = true
  for (const piece of pieces) isTaken = raw.write(piece)
  return isTaken
}

async function endStreamResponse(raw: ServerResponse, exchange: Exchange, end: EndOfStream): Promise<void> {
  const { text, mustResetConnection = false } = end
  if (raw.destroyed) return
  if (mustResetConnection) {
    raw.destroy()
    return
  }
  // A failed response of the Responses API repeats the media of its output. A slow client may need
  // more than LINGER_MS to read them, so the end waits until they are written.
  if (exchange.answerMedia?.isEmpty === false) {
    const { cancellation } = exchange
    if (!writeBatch(raw, exchange, text)) await once(raw, 'drain', { signal: toAbortSignal(cancellation) }).catch(() => undefined)
    raw.end()
  } else raw.end(text)
  if (raw.writableFinished) return
  const linger = setTimeout(() => raw.destroy(), LINGER_MS).unref()
  raw.once('close', () => clearTimeout(linger))
}
