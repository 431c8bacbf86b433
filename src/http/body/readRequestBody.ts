import type { IncomingMessage } from 'node:http'
import { errorCodes } from 'fastify'

// Size in bytes up to which a body mostly arrives in one piece, which is used without a copy.
const LARGE_BODY_BYTES = 65_536

/** Receives a request body, or the error that prevented its reading. */
export type OnBody = (error: Error | undefined, body: Buffer) => void

/**
 * Reads a request body. A large body of known length is copied into one buffer as it arrives:
 * joining the pieces at the end would block the process, and needs twice the memory.
 *
 * @param onBody - called once; with an error for a body that is over the limit, differs from its
 *   Content-Length or breaks off
 */
export function readRequestBody(source: IncomingMessage, limitBytes: number, onBody: OnBody): void {
  const announced = Number(source.headers['content-length'] ?? Number.NaN)
  const isLarge = announced > LARGE_BODY_BYTES && announced <= limitBytes
  const pieces: Buffer[] = []
  let whole: Buffer | undefined
  let received = 0
  const onData = (piece: Buffer): void => {
    // The buffer is allocated after 64 KiB: for bodies that never arrive, V8 would collect garbage.
    if (isLarge && received >= LARGE_BODY_BYTES) whole ??= allocateWholeBody(pieces, announced)
    if (whole === undefined) pieces.push(piece)
    else piece.copy(whole, received)
    received += piece.length
    if (received > limitBytes) end(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())
  }
  const onEnd = (): void => {
    const isCutShort = !Number.isNaN(announced) && received !== announced
    end(isCutShort ? new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH() : undefined)
  }
  // A body that breaks off gets status 400, as in Fastify's own reader.
  const onError = (error: Error): void => end(Object.assign(error, { statusCode: 400 }))
  const end = (error: Error | undefined): void => {
    source.off('data', onData).off('end', onEnd).off('error', onError)
    const [first = Buffer.of()] = pieces
    onBody(error, whole ?? (pieces.length > 1 ? Buffer.concat(pieces, received) : first))
  }
  source.on('data', onData).on('end', onEnd).on('error', onError)
}

/** Allocates the buffer of a whole body, and copies its first pieces into it. */
function allocateWholeBody(pieces: readonly Buffer[], bytes: number): Buffer {
  const whole = Buffer.allocUnsafeSlow(bytes)
  let at = 0
  for (const piece of pieces) at += piece.copy(whole, at)
  return whole
}
