import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import type { IncomingMessage, Server } from 'node:http'

/** Appends text, such as a log line or a request, to a record of the test run. */
export type Write = (text: string) => void

// Longest request body that is recorded whole, in bytes. In the record of a longer one, the middle
// is omitted: it consists of image data.
const LONGEST_BODY = 1_048_576
const END_OF_BODY = 65_536
const LONGEST_BUFFERED = 262_144

/** Makes a writer that appends text to a file. It collects many lines and writes them at once. */
export function makeFileWriter(path: string): { readonly write: Write; readonly flush: () => void } {
  let buffered = ''
  const flush = (): void => {
    if (buffered !== '') appendFileSync(path, buffered)
    buffered = ''
  }
  return {
    write: (text) => {
      buffered += text
      if (buffered.length > LONGEST_BUFFERED) flush()
    },
    flush,
  }
}

/** Records every line of every pino logger in this process. */
export function recordLogs(write: Write): void {
  subscribe('tracing:pino_asJson:end', (message) => write((message as { readonly result: string }).result))
}

/**
 * The servers whose requests are not recorded: proxies, and servers in front of them. Their clients
 * may use the same paths as Gemini.
 */
const proxies = new WeakSet<Server>()

/**
 * Marks a server that stands in front of a proxy, so that its requests are not taken for requests
 * to Gemini.
 */
export const markFrontServer = (server: Server): void => {
  proxies.add(server)
}

/**
 * Records every request to Gemini that a server in this process receives, one per line. Requests
 * are recognized by their path. Proxies are excluded: their clients may use such paths.
 */
export function recordUpstream(write: Write): void {
  subscribe('fastify.initialization', (message) => {
    proxies.add((message as { readonly fastify: { readonly server: Server } }).fastify.server)
  })
  subscribe('http.server.request.start', (message) => {
    const { request, server } = message as { readonly request: IncomingMessage; readonly server: Server }
    if (request.url?.startsWith('/v1beta/') && !proxies.has(server)) recordRequest(request, write)
  })
}

function recordRequest(request: IncomingMessage, write: Write): void {
  const { method, url, headers } = request
  let body = ''
  let end = ''
  const push = request.push.bind(request)
  request.push = (chunk: unknown, encoding) => {
    const text = chunk instanceof Uint8Array ? Buffer.from(chunk).toString('latin1') : ''
    if (body.length < LONGEST_BODY) body += text
    else end = (end + text).slice(-END_OF_BODY)
    return push(chunk, encoding)
  }
  request.once('close', () => write(`${JSON.stringify({ method, url, headers, body: body + end })}\n`))
}
