import type { ClientRequest, IncomingMessage } from 'node:http'
import { isIP, isIPv6, type Socket } from 'node:net'

/** The operator's forward proxy. */
export interface ForwardProxy {
  /** URL of the proxy, which may include a user and a password. Source: HTTPS_PROXY. */
  readonly url: string
  /** Hosts to connect to directly, separated by commas or spaces. Source: NO_PROXY. */
  readonly noProxy: string
}

/** The host and the port of a connection. */
export interface HostAndPort {
  /** Host name or IP address; an IPv6 address without brackets. */
  readonly hostname: string
  readonly port: number
}

/** Thrown if the forward proxy is unreachable, refuses the tunnel or does not respond. */
export class TunnelFailure extends Error {
  override readonly name = 'TunnelFailure'

  constructor(
    message: string,
    /** HTTP status with which the proxy refused the tunnel; undefined if it did not respond. */
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/**
 * True if NO_PROXY includes the host: its name (`example.com`), its domain (`.example.com`,
 * `*.example.com`) or any host (`*`), each with or without a port.
 */
export function isBypassed(noProxy: string, { hostname, port }: HostAndPort): boolean {
  const host = hostname.toLowerCase()
  return noProxy
    .toLowerCase()
    .split(/[,\s]/)
    .some((entry) => {
      const [, name = entry, onlyPort] = /^(.*[^:]):(\d+)$/.exec(entry) ?? []
      if (name === '' || (onlyPort !== undefined && Number(onlyPort) !== port)) return false
      return /^[.*]/.test(name) ? host.endsWith(name.replace(/^\*/, '')) : host === withoutBrackets(name)
    })
}

/**
 * Opens a tunnel through a forward proxy with a CONNECT request. Returns its socket.
 *
 * @param signal - destroys the connection to the proxy, also after the tunnel has been opened
 * @throws {TunnelFailure} if the proxy is unreachable, refuses the tunnel or does not respond in
 *   time
 */
export async function openTunnel(proxyUrl: string, target: HostAndPort, signal: AbortSignal, timeoutMs: number): Promise<Socket> {
  const request = await connectRequest(new URL(proxyUrl), target, signal)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => request.destroy(new Error(`the forward proxy did not respond within ${timeoutMs} ms`)), timeoutMs)
    request.once('close', () => clearTimeout(timer))
    request.on('error', (cause: Error) => reject(new TunnelFailure(`the forward proxy failed: ${cause.message}`, undefined, { cause })))
    // Node.js emits `connect` for a response of any status, including errors.
    request.once('connect', ({ statusCode = 0 }: IncomingMessage, socket: Socket, head: Buffer) => {
      clearTimeout(timer)
      // Prevents an uncaught error: Node.js no longer handles errors of this socket.
      socket.on('error', () => undefined)
      if (statusCode >= 200 && statusCode < 300) {
        socket.unshift(head)
        resolve(socket)
      } else {
        socket.destroy()
        reject(new TunnelFailure(`the forward proxy refused the tunnel with HTTP status ${statusCode}`, statusCode))
      }
    })
    request.end()
  })
}

async function connectRequest(proxy: URL, { hostname, port }: HostAndPort, signal: AbortSignal): Promise<ClientRequest> {
  const isTls = proxy.protocol === 'https:'
  // Imported lazily: these modules slow down the start, and only HTTPS_PROXY needs them.
  const { request } = isTls ? await import('node:https') : await import('node:http')
  const host = withoutBrackets(proxy.hostname)
  const path = `${isIPv6(hostname) ? `[${hostname}]` : hostname}:${port}`
  return request({
    method: 'CONNECT',
    host,
    port: proxy.port || (isTls ? 443 : 80),
    path,
    headers: { host: path, ...credentialsOf(proxy) },
    // By default, Node.js would take the target from the Host header. SNI allows no IP addresses.
    servername: isIP(host) === 0 ? host : '',
    agent: false,
    signal,
  })
}

function credentialsOf({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(text).toString('base64')}` }
}

const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, '')
