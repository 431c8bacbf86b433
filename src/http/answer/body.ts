import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Exchange } from '../exchange/exchange.js'

/** Sends a response body, in which it replaces media placeholders by the media. */
export function sendBody(reply: FastifyReply, { answerMedia }: Exchange, body: string | Uint8Array): FastifyReply {
  if (answerMedia === undefined || answerMedia.isEmpty) return reply.send(body)
  const pieces = answerMedia.toPieces(body)
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  // Streamed in pieces, as fast as the client reads: joining them would copy the media.
  return reply.header('content-length', length).send(Readable.from(pieces, { objectMode: false }))
}
