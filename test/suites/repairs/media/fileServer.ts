import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { TestDestination } from '../../../../src/upstream/media/connection.js'
import { makeCertificate } from '../../../support/certificate.js'

/** One request as a server received it. */
export interface Seen {
  readonly headers: IncomingMessage['headers']
  readonly url: string | undefined
  readonly servername: string | false | null
}

/** A TLS server on the loopback address that acts as hosts of the public internet. */
export interface FileServer {
  readonly destination: TestDestination
  readonly seen: Seen[]
  /** Number of connections opened so far. */
  connections(): number
  close(): Promise<void>
}

/** Starts a server on a free port, with a certificate for the given host names. */
export async function startFileServer(answer: RequestListener, ...names: readonly string[]): Promise<FileServer> {
  const { key, cert } = makeCertificate(...names)
  const seen: Seen[] = []
  let connections = 0
  const server = createServer({ key, cert }, (request, response) => {
    // The cast is safe: all sockets of a node:https server are TLS sockets.
    const socket = request.socket as TLSSocket
    // The types of Node.js lack `servername`.
    const { servername } = socket as TLSSocket & { readonly servername: string | false | null }
    seen.push({ headers: request.headers, url: request.url, servername })
    answer(request, response)
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    destination: { address: '127.0.0.1', port, ca: cert },
    seen,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
