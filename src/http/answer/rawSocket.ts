import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ApiError, apiError } from '../../contract/errors.js'
import { type Protocol, toFailureBody, toStatus } from '../../contract/protocol.js'
import { protocolOf } from '../dispatch/protocol.js'
import { toRequestId } from '../exchange/requestId.js'
import { toFailureHeaders } from './failure.js'

/** Handles CONNECT and unknown `Expect` headers, which Node.js would refuse without a body. */
export function addSocketHandlers(server: Server): void {
  // A request with an unknown `Expect` header is served: HTTP allows a server to ignore it.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => server.emit('request', request, response))
  const message = 'This server is not a proxy for other hosts: CONNECT is not allowed.'
  const headers = { allow: 'DELETE, GET, HEAD, OPTIONS, POST' }
  server.on('connect', (_request, socket: Duplex) => refuse(socket, apiError('method_not_allowed', message, { headers })))
}

/** The proxy's error codes for errors of Node.js's HTTP parser, by Node.js error code. */
const PARSER_ERRORS: Readonly<Record<string, 'headers_too_large' | 'request_timeout'>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** Sends the 4xx for a request that Node.js cannot parse, or whose headers arrive too slowly. */
export function refuseInvalidHttp(error: Error & { code?: string; rawPacket?: unknown }, socket: Duplex): void {
  refuse(socket, apiError(PARSER_ERRORS[error.code ?? ''] ?? 'invalid_http'), protocolIn(error.rawPacket))
}

// How many bytes of a request are searched for its URL, which determines the error format.
const LONGEST_REQUEST_LINE = 2_048

/** Finds the API of an invalid request by the URL in its first line; OpenAI's without a URL. */
function protocolIn(packet: unknown): Protocol {
  const text = Buffer.isBuffer(packet) ? packet.toString('latin1', 0, LONGEST_REQUEST_LINE) : ''
  const url = /^[A-Z]+ (\S+) HTTP\//.exec(text)?.[1]
  return url === undefined ? 'openai' : protocolOf({ url, headers: {}, isUnknown: false })
}

// How long a client may take to read an error response. Closing the connection at once, with unread
// request bytes, would reset it, and the response would be lost.
const REFUSAL_LINGER_MS = 1_000

/** A response as Node.js stores it in its socket; `_last` is true if it closes the connection. */
type SocketResponse = ServerResponse & { readonly _last?: boolean }

/** True if the socket can send an error: no response has begun, or it ended and more may follow. */
const acceptsResponse = ({ _httpMessage: response }: Duplex & { readonly _httpMessage?: SocketResponse | null }): boolean =>
  response?.headersSent !== true || (response.writableEnded && response._last !== true)

function refuse(socket: Duplex, failure: ApiError, protocol: Protocol = 'openai'): void {
  // Refused before, or closed: Node.js reports an invalid request again when more bytes arrive.
  if (socket.destroyed || !socket.writable) return
  // Closes without an error: the client would read it as a part of the response, or as the next.
  if (!acceptsResponse(socket)) {
    socket.destroy()
    return
  }
  // An unhandled socket error would end the process; for CONNECT, Node.js adds no listener itself.
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
  const linger = setTimeout(() => socket.destroy(), REFUSAL_LINGER_MS).unref()
  socket.once('close', () => clearTimeout(linger))
}
