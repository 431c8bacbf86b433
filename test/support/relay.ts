import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Certificate } from './certificate.js'

/** Forwards every connection to another port, and counts the connections. */
export interface Relay {
  readonly port: number
  /** Number of connections so far. */
  connections(): number
  /** Resets every connection. */
  cut(): void
  close(): Promise<void>
}

/**
 * Starts a relay to a port of the loopback address.
 *
 * @param certificate - if set, the relay uses TLS towards its clients
 */
export async function startRelay(target: number, certificate?: Certificate): Promise<Relay> {
  let connections = 0
  const sockets = new Set<Socket>()
  const pass = (socket: Socket): void => {
    connections += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    connectSockets(socket, connect(target, '127.0.0.1'))
  }
  const server = certificate === undefined ? createServer(pass) : createTlsServer(certificate, pass)
  return {
    ...(await listenOnFreePort(server)),
    connections: () => connections,
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy()
    },
  }
}

/** Connects two sockets: forwards data in both directions, and ends both when one ends. */
export function connectSockets(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to)
    from.once('error', () => to.destroy())
    from.once('close', () => to.destroy())
  }
}

/**
 * Listens on a free port of the loopback address; closing destroys the open connections.
 *
 * @param path - a socket file to listen on instead; `port` is then 0
 */
export async function listenOnFreePort(server: Server, path?: string): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  server.on('tlsClientError', () => undefined)
  if (path === undefined) server.listen(0, '127.0.0.1')
  else server.listen(path)
  await once(server, 'listening')
  return {
    // The cast is safe: a listening TCP server has a port.
    port: path === undefined ? (server.address() as AddressInfo).port : 0,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
