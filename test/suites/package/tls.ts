import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { createServer } from 'node:tls'
import { makeCertificate } from '../../support/certificate.js'

/** A TLS server in front of a plain HTTP server. */
export interface TlsServer {
  /** Origin of the server, such as `https://localhost:41234`. */
  readonly origin: string
  /** The self-signed certificate, PEM, that clients must trust. */
  readonly authority: string
  close(): Promise<void>
}

/** Starts a TLS server. @param origin - the plain server, such as `http://127.0.0.1:41234` */
export async function startTlsServer(origin: string): Promise<TlsServer> {
  const { key, cert } = makeCertificate('localhost')
  const { hostname, port } = new URL(origin)
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer({ key, cert }, (socket) => {
    const plain = connect(Number(port), hostname)
    for (const [one, other] of [
      [socket, plain],
      [plain, socket],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // The cast is safe: the address of a TCP server has a port.
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    authority: cert,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
