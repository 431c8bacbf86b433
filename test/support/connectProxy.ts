import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import type { Certificate } from './certificate.js'
import { connectSockets, listenOnFreePort } from './relay.js'

/** A forward proxy that supports CONNECT only. */
export interface ConnectProxy {
  readonly url: string
  /** The targets of all CONNECT requests, such as `gemini.test:443`. */
  readonly targets: readonly string[]
  /** `Proxy-Authorization` of every request; undefined if it was missing. */
  readonly credentials: readonly (string | undefined)[]
  /** Returns all text that clients sent: the headers of CONNECT requests and the tunnelled data. */
  heard(): string
  close(): Promise<void>
}

/**
 * Starts a CONNECT proxy on a free port. Every tunnel leads to `port` on the loopback address, so
 * that no host name needs to resolve.
 *
 * @param refusal - status line to refuse every tunnel with, such as `407 Proxy Authentication
 *   Required`
 * @param certificate - if set, the proxy uses TLS towards its clients, for the name `localhost`
 */
export async function startConnectProxy(port: number, refusal?: string, certificate?: Certificate): Promise<ConnectProxy> {
  const targets: string[] = []
  const credentials: (string | undefined)[] = []
  let heard = ''
  const refuse = (_request: IncomingMessage, response: ServerResponse): void => void response.writeHead(501).end()
  const server = certificate === undefined ? createServer(refuse) : createTlsServer(certificate, refuse)
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    targets.push(request.url ?? '')
    credentials.push(request.headers['proxy-authorization'])
    heard += request.rawHeaders.join('\n')
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal}\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.write(head)
      client.on('data', (bytes: Buffer) => {
        heard += bytes.toString('latin1')
      })
      connectSockets(client, upstream)
    })
  })
  const { port: own, close } = await listenOnFreePort(server)
  const url = certificate === undefined ? `http://127.0.0.1:${own}` : `https://localhost:${own}`
  return { url, targets, credentials, heard: () => heard, close }
}
