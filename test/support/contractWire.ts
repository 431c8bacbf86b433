import { subscribe } from 'node:diagnostics_channel'
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import { type AnswerCheck, checkHead, type Head } from './contractRules.js'

/** Called for each response that breaks the contract. */
export type Report = (violation: string) => void

interface Arrived {
  readonly server: Server
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/**
 * Checks every response of every proxy in this process while it is sent, from this call on.
 *
 * Every server of Fastify counts as a proxy, because other servers of the tests do not use Fastify;
 * so no test can forget the check. Error responses of Node.js itself are checked, too.
 *
 * @param onProxy - called for each proxy that is created
 */
export function watchProxies(report: Report, onProxy: () => void = () => undefined): void {
  const servers = new WeakSet<Server>()
  subscribe('fastify.initialization', (message) => {
    const { server } = (message as { readonly fastify: { readonly server: Server } }).fastify
    servers.add(server)
    server.prependListener('connection', (socket) => watchRefusal(socket, report))
    onProxy()
  })
  subscribe('http.server.request.start', (message) => {
    const { server, request, response } = message as Arrived
    if (servers.has(server)) watchAnswer(request, response, report)
  })
}

interface Begun {
  readonly head: Head
  readonly check: AnswerCheck
}

type Write = (chunk?: unknown, ...rest: unknown[]) => unknown

function watchAnswer(request: IncomingMessage, response: ServerResponse, report: Report): void {
  const { method = '', url = '', headers } = request
  const decoder = new StringDecoder('utf8')
  let begun: Begun | undefined
  let shown = ''
  // Lifecycle hooks of Function Compute are not operations of the contract; they are tested by
  // test/suites/contract/functionHooks.test.ts.
  const isHook = /^\/(initialize|pre-stop)$/.test(url) && headers['x-fc-control-path'] === url
  const requestHead = {
    method,
    url,
    isInvalidHttp: isInvalidHttp(request),
    isResumed: headers['last-event-id'] !== undefined || url.includes('starting_after='),
  }
  const take = (chunk: unknown): void => {
    begun ??= begin(requestHead, response)
    if (begun === undefined || method === 'HEAD') return // Node.js sends no body after HEAD
    const text = typeof chunk === 'string' ? chunk : chunk instanceof Uint8Array ? decoder.write(Buffer.from(chunk)) : ''
    if (shown.length < SHOWN_LENGTH) shown += text.slice(0, SHOWN_LENGTH - shown.length)
    begun.check.add(text)
  }
  for (const name of ['write', 'end'] as const) {
    const original = response[name].bind(response) as Write
    response[name] = ((...values: unknown[]) => {
      const result = original(...values)
      take(values[0])
      return result
    }) as never
  }
  response.once('close', () => {
    begun ??= begin(requestHead, response)
    if (begun === undefined) return // the client disconnected before the proxy sent a response
    if (isHook && begun.head.status === 200) return
    reportProblems(begun.head, begun.check.end(response.writableFinished), shown, report)
  })
}

const SHOWN_LENGTH = 500

function reportProblems({ method, url, status, headers }: Head, problems: readonly string[], text: string, report: Report): void {
  if (problems.length === 0) return
  report(`${method} ${url.slice(0, 200)} -> ${status} breaks the contract: ${problems.join('; ')}\n${JSON.stringify(headers)}\n${text}`)
}

/**
 * Starts the check with the head in the sent bytes, because getHeaders() lacks some headers;
 * returns undefined if no head was sent.
 */
function begin(requestHead: Omit<Head, 'status' | 'headers'>, response: ServerResponse): Begun | undefined {
  const text = (response as unknown as { readonly _header: string | null })._header
  if (!text) return undefined
  const head = { ...requestHead, ...parseHead(text) }
  return { head, check: checkHead(head) }
}

/** Parses the head of a response. @returns its status and headers */
export function parseHead(text: string): { readonly status: number; readonly headers: IncomingHttpHeaders } {
  const [statusLine = '', ...lines] = (text.split('\r\n\r\n', 1)[0] ?? '').split('\r\n')
  const headers: IncomingHttpHeaders = {}
  for (const line of lines) headers[line.slice(0, line.indexOf(':')).toLowerCase()] = line.slice(line.indexOf(':') + 1).trim()
  return { status: Number(statusLine.split(' ')[1]), headers }
}

/** Checks Node.js's own responses to invalid requests, which it writes to the socket. */
function watchRefusal(socket: Socket, report: Report): void {
  const original = socket.end.bind(socket) as Write
  socket.end = ((...values: unknown[]) => {
    const [text] = values
    if (typeof text === 'string' && text.startsWith('HTTP/')) checkRefusal(text, report)
    return original(...values)
  }) as never
}

/**
 * True if RFC 9112 requires that the proxy refuses the request: it has no or several Host headers,
 * or an unknown transfer coding.
 */
function isInvalidHttp({ headers, rawHeaders }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host')
  return hosts.length !== 1 || !/^(chunked)?$/i.test(headers['transfer-encoding'] ?? '')
}

function checkRefusal(text: string, report: Report): void {
  const head = { method: 'NO REQUEST', url: '', isInvalidHttp: true, ...parseHead(text) }
  const check = checkHead(head)
  check.add(text.slice(text.indexOf('\r\n\r\n') + 4))
  reportProblems(head, check.end(true), text.slice(0, SHOWN_LENGTH), report)
}
