import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ApiError, apiError } from '../../contract/errors.js'
import { type Protocol, toFailureBody, toStatus } from '../../contract/protocol.js'
import { protocolOf } from '../dispatch/protocol.js'
import { toRequestId } from '../exchange/requestId.js'
import { toFailureHeaders } from './failure.js'

/** Handles `Expect` headers and CONNECT, which Node.js would refuse without an error body. */
export function addSocketHandlers(server: Server): void {
  // Serves a request with an unknown expectation, which HTTP allows a server to ignore.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => server.emit('request', request, response))
  const message = 'This server is not a proxy for other hosts: CONNECT is not allowed.'
  const headers = { allow: 'DELETE, GET, HEAD, OPTIONS, POST' }
  server.on('connect', (_request, socket: Duplex) => refuse(socket, apiError('method_not_allowed', message, { headers })))
}

/** Failures for the errors of Node.js while it reads a request, by their code. */
const PARSER_ERRORS: Readonly<Record<string, 'headers_too_large' | 'request_timeout'>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** Sends the 4xx for a request that Node.js cannot parse, or whose headers arrive too slowly. */
export function refuseInvalidHttp(error: Error & { code?: string; rawPacket?: unknown }, socket: Duplex): void {
  refuse(socket, apiError(PARSER_ERRORS[error.code ?? ''] ?? 'invalid_http'), protocolIn(error.rawPacket))
}

// A longer request line is not parsed: its failure has OpenAI's format.
const LONGEST_LINE = 2_048

/** The API of an invalid request, by its request line; OpenAI's if it has none. */
function protocolIn(packet: unknown): Protocol {
  const text = Buffer.isBuffer(packet) ? packet.toString('latin1', 0, LONGEST_LINE) : ''
  const url = /^[A-Z]+ (\S+) HTTP\//.exec(text)?.[1]
  return url === undefined ? 'openai' : protocolOf({ url, headers: {}, isUnknown: false })
}

// How long a client may take to read a refusal. A connection closed at once, while received bytes
// are unread, would be reset, and the refusal lost.
const READING_MS = 1_000

function refuse(socket: Duplex, failure: ApiError, protocol: Protocol = 'openai'): void {
  // Already refused: Node.js reports the error again for all bytes that follow.
  if (socket.destroyed || !socket.writable) return
  // An unhandled error would end the process: for CONNECT, Node.js has removed its own listener.
  socket.on('error', () => undefined)
  const id = toRequestId(undefined)
  const status = toStatus(protocol, failure)
  const body = JSON.stringify(toFailureBody(protocol, failure, id))
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'x-request-id': id,
    ...(protocol === 'anthropic' ? { 'request-id': id } : {}),
    ...toFailureHeaders(failure, protocol),
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
  socket.resume()
  const linger = setTimeout(() => socket.destroy(), READING_MS).unref()
  socket.once('close', () => clearTimeout(linger))
}
