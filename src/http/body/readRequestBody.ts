import type { IncomingMessage } from 'node:http'
import { errorCodes } from 'fastify'

// A shorter body mostly arrives in one piece, which is then not copied.
const LARGE_BODY = 65_536

/**
 * Reads a request body. A large one of known length is copied to its place as it arrives: joining
 * the pieces at the end would block the process, and needs twice the memory.
 *
 * @throws Fastify's errors: for a body over the limit, one of another length than announced, and
 *   one that broke off
 */
export function readRequestBody(source: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const announced = Number(source.headers['content-length'] ?? Number.NaN)
  const whole = announced > LARGE_BODY && announced <= limitBytes ? Buffer.allocUnsafeSlow(announced) : undefined
  const pieces: Buffer[] = []
  let received = 0
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      source.off('data', onData).off('end', onEnd).off('error', onError)
    }
    const refuse = (error: Error): void => {
      stop()
      reject(error)
    }
    const onData = (piece: Buffer): void => {
      if (whole === undefined) pieces.push(piece)
      else piece.copy(whole, received)
      received += piece.length
      if (received > limitBytes) refuse(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())
    }
    const onEnd = (): void => {
      stop()
      const [first = Buffer.of()] = pieces
      if (!Number.isNaN(announced) && received !== announced) reject(new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH())
      else resolve(whole ?? (pieces.length > 1 ? Buffer.concat(pieces, received) : first))
    }
    // The status that Fastify's own reader gives it.
    const onError = (error: Error): void => refuse(Object.assign(error, { statusCode: 400 }))
    source.on('data', onData).on('end', onEnd).on('error', onError)
  })
}
