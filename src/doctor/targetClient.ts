import { type ClientRequest, type IncomingMessage, request as openHttp } from 'node:http'
import { request as openHttps } from 'node:https'
import { pipeline } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { createBrotliDecompress, createUnzip } from 'node:zlib'
import { type ForwardProxy, isBypassed, openTunnel } from '../upstream/wire/tunnel.js'

/** The address of a deployment, its token, and the forward proxy that leads to it. */
export interface TargetAddress {
  /** Base URL without a trailing slash and without `/v1`. */
  readonly base: URL
  readonly token: string | undefined
  /** The forward proxy for https addresses; undefined for direct connections. */
  readonly forwardProxy?: ForwardProxy | undefined
}

/** One request to a deployment. */
export interface TargetRequest {
  readonly path: string
  readonly method?: 'GET' | 'POST' | 'OPTIONS'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** `Content-Length` of a request of which only the headers are sent; the body never follows. */
  readonly declaredBytes?: number
  /** True to send the token in the header `Authorization`. */
  readonly sendsToken?: boolean
  readonly signal: AbortSignal
}

/** The head of a response, with access to its body. */
export interface TargetResponse {
  readonly status: number
  /** Returns all values of a header that may be repeated. @param name - in lower case */
  header(name: string): string[]
  readonly body: AsyncIterable<Uint8Array>
  /** Returns the decompressed body as text; stops reading after about 262,144 characters. */
  text(): Promise<string>
  close(): void
}

const LONGEST_TEXT = 262_144

/** Sends a request on a new connection. @throws an error of Node.js, or the signal's reason */
export async function sendToTarget(address: TargetAddress, targetRequest: TargetRequest): Promise<TargetResponse> {
  const { signal } = targetRequest
  const request = await openRequest(address, targetRequest)
  return new Promise((resolve, reject) => {
    request.on('error', (error) => reject(signal.aborted ? signal.reason : error))
    request.once('response', (response) => resolve(toTargetResponse(response)))
    if (targetRequest.declaredBytes === undefined) request.end(targetRequest.body)
    else request.flushHeaders()
  })
}

async function openRequest({ base, token, forwardProxy }: TargetAddress, wanted: TargetRequest): Promise<ClientRequest> {
  const { path, method = 'GET', headers = {}, body, declaredBytes, sendsToken = false, signal } = wanted
  const url = new URL(`${base.href.replace(/\/$/, '')}${path}`)
  const length = declaredBytes ?? (body === undefined ? undefined : Buffer.byteLength(body))
  const sent = {
    accept: 'application/json, text/event-stream',
    // Sent because SDKs send it, too: some gateways then compress, and thereby buffer, the stream.
    'accept-encoding': 'gzip, deflate, br',
    ...(length === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(length) }),
    ...(sendsToken && token !== undefined ? { authorization: `Bearer ${token}` } : {}),
    ...headers,
  }
  const options = { method, headers: sent, agent: false, signal }
  if (url.protocol === 'http:') return openHttp(url, options)
  const port = Number(url.port || 443)
  if (forwardProxy === undefined || isBypassed(forwardProxy.noProxy, { hostname: url.hostname, port })) return openHttps(url, options)
  const socket = await openTunnel(forwardProxy.url, { hostname: url.hostname, port }, signal, 2_147_483_647)
  return openHttps(url, { ...options, createConnection: () => connectTls({ socket, servername: url.hostname }) })
}

/** Returns the body of a response, decompressed if it has a known `Content-Encoding`. */
function decompress(response: IncomingMessage): AsyncIterable<Buffer> {
  const encoding = response.headers['content-encoding']?.toLowerCase() ?? 'identity'
  const decoder = { gzip: createUnzip, deflate: createUnzip, br: createBrotliDecompress }[encoding]
  if (decoder === undefined) return response
  // Without a listener, an error would end the process. Reading the body still throws it.
  return pipeline(response, decoder(), () => undefined).on('error', () => undefined)
}

function toTargetResponse(response: IncomingMessage): TargetResponse {
  // Without a listener, an error would end the process. Reading the body still throws it.
  response.on('error', () => undefined)
  const { rawHeaders, statusCode = 0 } = response
  const body: AsyncIterable<Buffer> = decompress(response)
  return {
    status: statusCode,
    header: (name) =>
      rawHeaders.flatMap((value, index) => (index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name ? [value] : [])),
    body,
    text: async () => {
      let text = ''
      for await (const piece of body) {
        text += piece.toString()
        if (text.length > LONGEST_TEXT) break
      }
      return text
    },
    close: () => void response.destroy(),
  }
}
