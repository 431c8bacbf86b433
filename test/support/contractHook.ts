import { type IncomingHttpHeaders, request } from 'node:http'
import { expect } from 'vitest'
import type { Behaviour } from '../doubles/simulator/index.js'
import { FC_CREDENTIALS } from './canaries.js'
import { checkHead } from './contractRules.js'
import { isJson } from './contractSchemas.js'
import { TOKEN } from './proxy.js'
import { dataOf } from './streamRules.js'

export { OPERATIONS } from './contractSchemas.js'

/** The request that {@link call} sends. */
export interface Ask {
  readonly method?: string
  /** The request target, sent as it is; by default `/v1/chat/completions`. */
  readonly path?: string
  /** The bearer token, by default TOKEN; null sends none. */
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Texts and bytes are sent without a content type, forms as forms, other values as JSON. */
  readonly body?: unknown
}

/** A complete response. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The parsed body of a JSON response; otherwise undefined. */
  readonly json: unknown
  /** The `data` of each event of a stream, parsed unless it is `[DONE]`. */
  readonly events: readonly unknown[]
}

/**
 * Sends one request on a new connection and checks the response against the contract.
 *
 * @param origin - origin of the proxy, such as `http://127.0.0.1:41234`
 * @throws if the response has a status, header, body or event that the contract does not declare
 */
export async function call(origin: string, { method, path = '/v1/chat/completions', token = TOKEN, headers, body }: Ask): Promise<Answer> {
  const isText = typeof body === 'string' || body instanceof Uint8Array
  const form = body instanceof FormData ? new Response(body) : undefined
  const encoded = form === undefined ? undefined : new Uint8Array(await form.arrayBuffer())
  const sent = encoded ?? (body === undefined ? undefined : isText ? body : JSON.stringify(body))
  const verb = method ?? (sent === undefined ? 'GET' : 'POST')
  const answer = await exchange(origin, {
    method: verb,
    path,
    headers: {
      ...FC_CREDENTIALS,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(sent === undefined || isText ? {} : { 'content-type': form?.headers.get('content-type') ?? 'application/json' }),
      ...headers,
    },
    body: sent,
  })
  checkAnswer(verb, path, answer)
  return answer
}

/** Checks a response against the contract. @throws with a list of the violations */
export function checkAnswer(method: string, path: string, { status, headers, text }: Answer): void {
  const check = checkHead({ method, url: path, status, headers })
  check.add(text)
  const problems = check.end(true)
  if (problems.length === 0) return
  throw new Error(
    `${method} ${path} -> ${status} breaks the contract: ${problems.join('; ')}\n${JSON.stringify(headers)}\n${text.slice(0, 500)}`,
  )
}

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Uint8Array | undefined
}

function exchange(origin: string, { method, path, headers, body }: Sent): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const length = body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const outgoing = request({ hostname, port, method, path, headers: { ...length, ...headers } as Record<string, string>, agent: false })
    outgoing.once('error', reject)
    outgoing.once('response', (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      incoming.once('error', reject)
      incoming.once('end', () => resolve(toAnswer(incoming.statusCode ?? 0, incoming.headers, text)))
    })
    outgoing.end(body)
  })
}

/** Makes a response from its parts, such as those read from a raw socket. */
export function toAnswer(status: number, headers: IncomingHttpHeaders, text: string): Answer {
  const type = String(headers['content-type'])
  return {
    status,
    headers,
    text,
    json: type.startsWith('application/json') && text !== '' ? JSON.parse(text) : undefined,
    events: type.startsWith('text/event-stream') ? dataOf(text).map((data) => (isJson(data) ? JSON.parse(data) : data)) : [],
  }
}

/** Makes the expected body of an error response in OpenAI's format, for `toEqual`. */
export const failure = (code: string | null, param: string | null = null, type = 'invalid_request_error'): object => ({
  error: { message: expect.any(String), type, param, code },
})

const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}
const GOOGLE_STATUSES: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 404: 'NOT_FOUND', 405: 'UNIMPLEMENTED' }

/** Makes the expected body of an error response in the format of an API, for `toEqual`. */
export function makeExpectedError(protocol: 'openai' | 'anthropic' | 'google', status: number, code: string | null): object {
  const message = expect.any(String)
  if (protocol === 'openai') return failure(code)
  if (protocol === 'google') {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code?.toUpperCase(), domain: 'gemini-proxy' }]
    const error = { code: status, message, status: GOOGLE_STATUSES[status] ?? 'INVALID_ARGUMENT' }
    return { error: code === null ? error : { ...error, details } }
  }
  const error = { type: ANTHROPIC_TYPES[status] ?? 'invalid_request_error', message }
  return { type: 'error', error: code === null ? error : { ...error, details: { error_code: code } }, request_id: expect.any(String) }
}

/** Makes a minimal chat request. */
export const chat = (content: string, rest: object = {}): object => ({
  model: 'gemini-3.5-flash',
  messages: [{ role: 'user', content }],
  ...rest,
})

/** Formats a simulator behaviour as a directive for a prompt. */
export const simulate = (behaviour: Behaviour): string => `simulate:${JSON.stringify(behaviour)}`
