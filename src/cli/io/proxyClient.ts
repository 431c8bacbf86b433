import { type CliContext, CliError, EXIT } from './context.js'
import type { ParsedArguments } from './options.js'
import { toOneLine } from './terminal.js'

/** The address of a running proxy, with the token for it. */
export interface ProxyAddress {
  /** Base URL for OpenAI clients, without a trailing slash. */
  readonly baseUrl: string
  readonly token: string | undefined
}

/** A request to a running proxy. */
export interface ProxyRequest {
  readonly path: string
  /** JSON body of a POST request; if undefined, the request is a GET. */
  readonly body?: object
  readonly signal?: AbortSignal
}

const DEFAULT_PORT = '9000'
// Maximum number of characters to read of an error body; the proxy's error bodies are shorter.
const LONGEST_ERROR_BODY = 65_536
const HEADER_VALUE = /^[\x21-\x7e]+$/
const LOCAL_HOST = /^(localhost|127\.[\d.]+|\[::1\])$/

/** Command line options of the commands that call a running proxy. */
export const PROXY_OPTIONS = {
  url: { type: 'string', value: 'URL' },
  token: { type: 'string', value: 'TOKEN' },
} as const

/** Reads the proxy's URL and token from options and environment. @throws {CliError} if invalid */
export function readAddress(given: ParsedArguments, { env, texts }: CliContext): ProxyAddress {
  const text = given.text('url') ?? (env.GEMINI_PROXY_URL?.trim() || `http://127.0.0.1:${env.PORT?.trim() || DEFAULT_PORT}/v1`)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '')
    throw new CliError(texts.badUrl, EXIT.usage)
  const path = url.pathname.replace(/(?<!\/)\/+$/, '')
  const token =
    given.text('token') ?? (env.GEMINI_PROXY_TOKEN?.trim() || (LOCAL_HOST.test(url.hostname) ? firstToken(env.AUTH_TOKEN) : undefined))
  if (token !== undefined && !HEADER_VALUE.test(token)) throw new CliError(texts.badToken, EXIT.usage)
  return { baseUrl: `${url.origin}${path === '' ? '/v1' : path}`, token }
}

/** Returns the first token of AUTH_TOKEN, which is used to call a server on this machine. */
function firstToken(setting: string | undefined): string | undefined {
  const entry = setting?.split(',').find((each) => each.trim() !== '')
  return entry?.slice(entry.indexOf(':') + 1).trim() || undefined
}

/**
 * Sends a request to a running proxy.
 *
 * @returns the response, if its status is 2xx
 * @throws {CliError} with a message for the user; the signal's reason if aborted
 */
export async function callProxy(address: ProxyAddress, { path, body, signal }: ProxyRequest, context: CliContext): Promise<Response> {
  const headers = {
    ...(address.token !== undefined && { authorization: `Bearer ${address.token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const init = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) }
  let response: Response
  try {
    response = await fetch(`${address.baseUrl}${path}`, { ...init, ...(signal !== undefined && { signal }) })
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw new CliError(describeConnectionFailure(error, address, context))
  }
  if (response.ok) return response
  throw await toRefusal(response, address, context)
}

/** Like {@link callProxy}, but returns the JSON object of the response body. */
export async function callProxyJson(address: ProxyAddress, request: ProxyRequest, context: CliContext): Promise<object> {
  const response = await callProxy(address, request, context)
  const text = await response.text().catch((error: unknown) => {
    throw request.signal?.aborted ? request.signal.reason : new CliError(describeConnectionFailure(error, address, context))
  })
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // The body is not JSON: another server responded, such as a captive portal.
  }
  throw new CliError(context.texts.noProxy(address.baseUrl, response.status))
}

/** Explains to the user why no response of the proxy arrived, or why it broke off. */
export function describeConnectionFailure(error: unknown, { baseUrl }: ProxyAddress, { texts, program }: CliContext): string {
  const codes = causeCodes(error)
  const has = (...some: string[]): boolean => codes.some((code) => some.includes(code))
  if (has('ECONNREFUSED')) return texts.noServer(baseUrl, program)
  if (has('ENOTFOUND', 'EAI_AGAIN')) return texts.unknownHost(baseUrl)
  if (has('ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENETUNREACH')) return texts.unreachable(baseUrl)
  if (has('UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT')) return texts.noAnswer(baseUrl)
  const certificate = codes.find((code) => /CERT|SIGNATURE|ALTNAME/.test(code))
  if (certificate !== undefined) return texts.badCertificate(baseUrl, certificate)
  if (codes.some((code) => /SSL|TLS|EPROTO/.test(code))) return texts.noTls(baseUrl)
  return texts.brokenConnection(baseUrl)
}

/** Returns the codes of an error and of all its causes. */
function causeCodes(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const parts = error instanceof AggregateError ? error.errors : []
  return ['code' in error ? String(error.code) : '', ...parts.flatMap(causeCodes), ...causeCodes(error.cause)]
}

async function toRefusal(response: Response, address: ProxyAddress, { texts }: CliContext): Promise<CliError> {
  const { status } = response
  const { message, code } = readApiError(await readStart(response))
  if (message === undefined) return new CliError(texts.noProxy(address.baseUrl, status), EXIT.failed, code, status)
  if (status === 401) return new CliError(texts.needsToken(address.token !== undefined), EXIT.refused, code, status)
  return new CliError(toOneLine(message), status === 403 ? EXIT.refused : EXIT.failed, code, status)
}

/** Returns the message and code of the proxy's error in a body or event; `{}` for other text. */
export function readApiError(text: string): { readonly message?: string | undefined; readonly code?: string | undefined } {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown; code?: unknown } | null }
    const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
    return { message: textOf(error?.message), code: textOf(error?.code) }
  } catch {
    return {} // not JSON, or `null`: another server sent the text
  }
}

/** Returns at least the first 65,536 characters of a body, which may be endless. */
async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true })
      if (text.length > LONGEST_ERROR_BODY) break
    }
  } catch {
    // The connection broke; the text so far may still contain the message.
  }
  return text
}
