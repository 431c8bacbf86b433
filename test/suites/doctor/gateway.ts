import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createGzip, constants as zlib } from 'node:zlib'
import { listenOnFreePort } from '../../support/relay.js'

/** What a gateway in front of a server does to requests and responses. */
export interface GatewayFaults {
  /** Responds instead of the server behind the gateway. @returns true if it has responded */
  readonly refuse?: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Collects each response and sends it in one write. */
  readonly isBuffering?: boolean
  /**
   * Compresses responses with gzip if the client accepts it. `flushed` sends each piece as it
   * arrives, `collected` lets the compressor hold data back.
   */
  readonly compression?: 'collected' | 'flushed'
  /** Response headers to add or replace; two values for a header that is to be sent twice. */
  readonly headers?: Readonly<Record<string, string | string[]>>
  /** Closes the connection after this many pieces of a stream. */
  readonly pieces?: number
}

/** An HTTP gateway in front of a server. */
export interface FaultyGateway {
  readonly origin: string
  close(): Promise<void>
}

/** Starts a gateway on a free port. @param target - origin of the server behind it */
export async function startGateway(target: string, faults: GatewayFaults): Promise<FaultyGateway> {
  const server = createServer((request, response) => {
    if (faults.refuse?.(request, response) === true) return
    pass(target, faults, request, response).catch(() => response.destroy())
  })
  const { port, close } = await listenOnFreePort(server)
  return { origin: `http://127.0.0.1:${port}`, close }
}

async function pass(
  target: string,
  { isBuffering, headers, pieces, compression }: GatewayFaults,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const chunks: Buffer[] = []
  // The cast is safe: without an encoding, a request yields buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { host: _, connection: _1, 'content-length': _2, expect: _3, ...sent } = request.headers
  const body = chunks.length === 0 ? null : Buffer.concat(chunks)
  const answer = await fetch(`${target}${request.url}`, {
    method: request.method ?? 'GET',
    headers: sent as Record<string, string>,
    body,
    redirect: 'manual',
  })
  const kept = [...answer.headers].filter(([name]) => !/^(content-length|transfer-encoding|connection|keep-alive)$/.test(name))
  if (compression !== undefined && request.headers['accept-encoding']?.includes('gzip')) {
    const gzip = createGzip(compression === 'flushed' ? { flush: zlib.Z_SYNC_FLUSH } : {})
    response.writeHead(answer.status, { ...Object.fromEntries(kept), 'content-encoding': 'gzip' })
    gzip.pipe(response)
    for await (const piece of answer.body ?? []) gzip.write(piece)
    gzip.end()
    return
  }
  response.writeHead(answer.status, { ...Object.fromEntries(kept), ...headers })
  if (isBuffering === true) {
    response.end(Buffer.from(await answer.arrayBuffer()))
    return
  }
  let count = 0
  for await (const piece of answer.body ?? []) {
    response.write(piece)
    count += 1
    if (pieces !== undefined && count >= pieces && answer.headers.get('content-type')?.startsWith('text/event-stream')) {
      response.destroy()
      return
    }
  }
  response.end()
}
