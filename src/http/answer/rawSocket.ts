import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { toRequestId } from '../hooks/requestId.js'

/** Answers what Node.js would refuse by itself, without a word or in words of its own. */
export function addWireRules(server: Server): void {
  // A server may pass over an expectation that it does not know.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => server.emit('request', request, response))
  server.on('connect', (_request: IncomingMessage, socket: Duplex) =>
    refuse(
      socket,
      '405 Method Not Allowed',
      'method_not_allowed',
      'This is no proxy for other hosts.',
      'allow: DELETE, GET, HEAD, OPTIONS, POST\r\n',
    ),
  )
}

/** Answers what is not HTTP, before there is a request. */
export function refuseNoise(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    refuse(socket, '431 Request Header Fields Too Large', 'request_too_large', 'The request headers are too large.')
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    refuse(socket, '408 Request Timeout', 'invalid_value', 'The request headers came too slowly.')
  else refuse(socket, '400 Bad Request', 'invalid_value', 'The request is not valid HTTP.')
}

function refuse(socket: Duplex, status: string, code: string, message: string, headers = ''): void {
  if (socket.destroyed || !socket.writable) return
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code } })
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\nx-request-id: ${toRequestId(undefined)}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
