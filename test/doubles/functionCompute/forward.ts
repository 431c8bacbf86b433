import { type ClientRequest, type IncomingMessage, request as open, type ServerResponse } from 'node:http'
import { makeSearch } from './canaries.js'
import type { GatewayParts, Invocation } from './gateway.js'
import { sizeOf, toCallerHeaders, toInstanceHeaders } from './headers.js'
import type { Instance } from './instance.js'
import { ANSWER_HEADER_BYTES, BAD_RESPONSE, BODY_BYTES, BODY_TOO_LARGE, PROCESS_EXITED, type Refusal, refuse } from './refusals.js'

/** A request that is being forwarded to an instance. */
export interface Forwarding extends GatewayParts {
  readonly instance: Instance
  readonly invocation: Invocation
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/**
 * Forwards a request to an instance, and its response to the caller. Resolves when the response is
 * complete or has failed; never rejects.
 */
export function forward(forwarding: Forwarding): Promise<void> {
  const { spec, instance, invocation, request, response, isThawedFirst } = forwarding
  const outgoing = open({
    host: '127.0.0.1',
    port: instance.port,
    agent: instance.agent,
    method: request.method,
    path: request.url,
    headers: toInstanceHeaders(request, spec, invocation.requestId),
  })
  outgoing.once('socket', (socket) => {
    const mark = (): void => {
      invocation.isSent = true
    }
    if (socket.connecting) socket.once('connect', mark)
    else mark()
  })
  return new Promise((resolve) => {
    const settle = (ending: Invocation['ending'], status: number): void => {
      invocation.ending ??= ending
      invocation.status ||= status
      resolve()
    }
    const fail = (refusal: Refusal): void => {
      if (response.headersSent) response.destroy()
      else refuse(response, refusal, invocation.requestId)
      settle('broken', refusal.status)
    }
    outgoing.on('error', () => fail(PROCESS_EXITED))
    outgoing.once('response', (incoming) => answer(forwarding, incoming, fail))
    response.once('close', () => {
      if (!response.writableFinished) leave(forwarding, outgoing)
      settle(response.writableFinished ? 'answered' : 'cancelled', response.writableFinished ? response.statusCode : 499)
    })
    send(forwarding, outgoing, fail)
    if (!isThawedFirst) setTimeout(() => instance.thaw(), 20)
  })
}

/**
 * Closes the connection to the instance after the caller has disconnected. The platform may freeze
 * the instance before the instance notices this.
 */
function leave({ instance, freezesAtOnce }: Forwarding, outgoing: ClientRequest): void {
  if (freezesAtOnce && instance.active === 1) instance.freeze()
  outgoing.destroy()
}

/** Forwards the request body; a body above the platform's limit is answered with an error. */
function send({ request }: Forwarding, outgoing: ClientRequest, fail: (refusal: Refusal) => void): void {
  let bytes = 0
  request.on('data', (piece: Buffer) => {
    bytes += piece.length
    if (bytes > BODY_BYTES) {
      request.removeAllListeners('data').resume()
      fail(BODY_TOO_LARGE)
      outgoing.destroy()
    } else if (!outgoing.write(piece)) {
      request.pause()
      outgoing.once('drain', () => request.resume())
    }
  })
  request.once('end', () => outgoing.end())
}

/**
 * Forwards a response: as it arrives if it is chunked, otherwise when it is complete. Reports
 * leaked secrets and violations of the platform's rules.
 */
function answer(forwarding: Forwarding, incoming: IncomingMessage, fail: (refusal: Refusal) => void): void {
  const { invocation, response, onFinding, secrets } = forwarding
  const isChunked = incoming.headers['transfer-encoding'] === 'chunked'
  const search = makeSearch(secrets)
  const look = (piece: Buffer | string): void => {
    for (const secret of search(piece)) onFinding(`${invocation.method} ${invocation.path} returned the secret ${secret.slice(0, 14)}...`)
  }
  look(`${incoming.rawHeaders.join('\n')}\n`)
  if (sizeOf(incoming.rawHeaders) > ANSWER_HEADER_BYTES) {
    onFinding(`${invocation.method} ${invocation.path} returned more than 8 KB of headers`)
    incoming.destroy()
    fail(BAD_RESPONSE)
    return
  }
  if (incoming.headers['content-type']?.startsWith('text/event-stream') && !isChunked)
    onFinding(`${invocation.method} ${invocation.path} streams without chunked encoding: Function Compute buffers the response`)
  invocation.isStreamed = isChunked
  const headers = toCallerHeaders(incoming.headers, invocation.requestId)
  incoming.on('data', look)
  incoming.once('error', () => fail(PROCESS_EXITED))
  if (isChunked) {
    response.writeHead(incoming.statusCode ?? 502, headers)
    response.flushHeaders()
    incoming.pipe(response)
    return
  }
  const pieces: Buffer[] = []
  incoming.on('data', (piece: Buffer) => pieces.push(piece))
  incoming.once('end', () => {
    const body = Buffer.concat(pieces)
    response.writeHead(incoming.statusCode ?? 502, { ...headers, 'content-length': body.length })
    response.end(body)
  })
}
