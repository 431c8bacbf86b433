import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Message, Prism } from './prism.js'
import { toFailure } from './violations.js'

type Json = Readonly<Record<string, unknown>>
type Answer = Message & { readonly status: number }

const PATHS = (
  JSON.parse(readFileSync(new URL('../../generated/openapi.json', import.meta.url), 'utf8')) as { paths: Record<string, Json> }
).paths
const ROUTES = Object.entries(PATHS).map(([path, item]) => ({
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
  operations: item as Readonly<Record<string, { readonly operationId: string; readonly security?: readonly unknown[] }>>,
}))
/** Headers that the contract has examples for, and that tell of one case only. */
const NOTES = [
  'x-gemini-proxy-ignored-params',
  'x-gemini-proxy-model',
  'sl-violations',
  'content-length',
  'transfer-encoding',
  'connection',
]
const FINAL = ['insufficient_quota', 'upstream_auth_error', 'upstream_region_unsupported']

/** A failure in the proxy's form. */
const failure = (status: number, message: string, code: string | null, headers = {}): Answer => ({
  status,
  headers,
  body: JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code } }),
})

/**
 * Makes the server before Prism: what Prism cannot know, or says in words of its own.
 *
 * @param eventIntervalMs - pause between two events of a stream
 */
export function makeFront(prism: Prism, eventIntervalMs: number): Server {
  return createServer((request, response) => {
    serve(prism, request, response, eventIntervalMs).catch((error: unknown) => {
      console.error(error)
      response.destroy()
    })
  })
}

async function serve(prism: Prism, request: IncomingMessage, response: ServerResponse, eventIntervalMs: number): Promise<void> {
  const origin = request.headers.origin
  response.setHeader('x-request-id', `req_${randomBytes(12).toString('hex')}`)
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader(
    'access-control-expose-headers',
    'x-request-id, retry-after, x-should-retry, x-gemini-proxy-ignored-params, x-gemini-proxy-model',
  )
  if (request.method === 'OPTIONS' && origin !== undefined) {
    response.setHeader('access-control-allow-methods', 'GET, HEAD, POST, DELETE')
    response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*')
    response.writeHead(204).end()
    return
  }
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  const answer = refusal(request, Buffer.concat(pieces).toString()) ?? (await askPrism(prism, request, Buffer.concat(pieces).toString()))
  const isStream = String(answer.headers['content-type']).startsWith('text/event-stream')
  const kept = Object.entries(answer.headers).filter(
    ([name]) => !NOTES.includes(name) && !name.startsWith('access-control-') && name !== 'x-request-id',
  )
  response.writeHead(answer.status, {
    ...Object.fromEntries(kept.filter(([name]) => name !== 'x-should-retry' || FINAL.some((code) => answer.body.includes(`"${code}"`)))),
    'content-type': isStream ? 'text/event-stream; charset=utf-8' : (answer.headers['content-type'] ?? 'application/json; charset=utf-8'),
    ...(isStream ? { 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' } : {}),
  })
  for (const event of isStream ? (answer.body.match(/[\s\S]+?\n\n/g) ?? []) : []) {
    response.write(event)
    await pause(eventIntervalMs)
  }
  response.end(isStream ? undefined : answer.body)
}

/** What is refused before the body is looked at, in the proxy's order. */
function refusal({ method = 'GET', url = '/', headers }: IncomingMessage, body: string): Answer | undefined {
  const path = url.split('?', 1)[0] ?? ''
  const route = ROUTES.find(({ pattern }) => pattern.test(path))
  if (route === undefined) return failure(404, `Unknown URL: ${method} ${path}. The base URL of OpenAI clients ends in /v1.`, 'unknown_url')
  const operation = route.operations[(method === 'HEAD' ? 'GET' : method).toLowerCase()]
  const allow = Object.keys(route.operations).flatMap((each) => (each === 'get' ? ['GET', 'HEAD'] : [each.toUpperCase()]))
  if (operation === undefined)
    return failure(405, `${method} is not allowed here.`, 'method_not_allowed', { allow: [...allow, 'OPTIONS'].sort().join(', ') })
  if (operation.security?.length !== 0 && !/^bearer +[^ ]/i.test(headers.authorization ?? '')) {
    return failure(401, 'No API key was sent. Send the header Authorization: Bearer <token>.', null, { 'www-authenticate': 'Bearer' })
  }
  if (method !== 'POST') return undefined
  if (body !== '' && !/^application\/json *(;|$)/i.test(headers['content-type'] ?? '')) {
    return failure(415, 'The content type is not supported. Send application/json.', 'unsupported_media_type')
  }
  return isJson(body) ? undefined : failure(400, 'The body of the request is not valid JSON.', 'invalid_json')
}

/** Has Prism answer, in the form that the body asks for, and puts what it refuses into the proxy's words. */
async function askPrism(prism: Prism, request: IncomingMessage, body: string): Promise<Answer> {
  const { method = 'GET', url = '/', headers } = request
  const asked = body === '' ? {} : (JSON.parse(body) as Json | null)
  const prefer = String(headers.prefer ?? '')
  const isStream = isResumed(request) || asked?.stream === true
  const hasCode = /\bcode=[45]/.test(prefer)
  // In one piece there is no middle in which a stream could fail.
  const wish = !isStream && /\bexample=error\b/.test(prefer) ? 'code=504' : prefer
  const vectors = asked?.encoding_format === 'base64' ? 'example=base64' : ''
  const answer = await prism.ask(method === 'HEAD' ? 'GET' : method, url, {
    body,
    headers: {
      authorization: headers.authorization,
      accept: isStream && !hasCode ? 'text/event-stream' : '*/*',
      prefer: wish || vectors || undefined,
      'last-event-id': headers['last-event-id'],
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    } as Message['headers'],
  })
  const isUsageAsked = (asked?.stream_options as Json | undefined)?.include_usage === true
  if (isStream && !isUsageAsked) return { ...answer, body: answer.body.replace(/^data: .*"choices":\[\],.*\n\n/gm, '') }
  return toFailure(answer, wish)
}

/** True where getChatCompletion or getResponse gives events. */
const isResumed = ({ method, url = '', headers }: IncomingMessage): boolean =>
  method === 'GET' && /^\/v1\/(chat|responses)\//.test(url) && (headers['last-event-id'] !== undefined || /[?&]stream=true\b/.test(url))

function isJson(text: string): boolean {
  try {
    if (text !== '') JSON.parse(text)
    return true
  } catch {
    return false
  }
}
