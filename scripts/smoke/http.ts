// An HTTP client that, unlike fetch, reports duplicate headers and arrival times. Part of smoke.ts.
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

const TIMEOUT_MS = 90_000

/** A complete HTTP response. */
export interface HttpResponse {
  readonly status: number
  readonly body: string
  /** The parsed body; undefined if it is not JSON. */
  readonly json: unknown
  /** The pieces of the body, each with the milliseconds from the request to its arrival. */
  readonly pieces: readonly { readonly atMs: number; readonly text: string }[]
  /** Returns all values of a header that may be repeated. @param name - in lower case */
  header(name: string): string[]
}

/** Options of an HTTP request; `body` is sent as JSON. */
export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'OPTIONS'
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly timeoutMs?: number
}

/** Sends a request on a new connection. @throws if no complete response arrives in time */
export function send(url: string, options: RequestOptions = {}): Promise<HttpResponse> {
  const { method = 'GET', token, headers = {}, body, timeoutMs = TIMEOUT_MS } = options
  const startedAt = performance.now()
  const json = body === undefined ? undefined : JSON.stringify(body)
  const makeRequest = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const request = makeRequest(
      url,
      {
        method,
        agent: false,
        timeout: timeoutMs,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(json === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }),
          ...headers,
        },
      },
      (response) => {
        const pieces: { atMs: number; text: string }[] = []
        response.setEncoding('utf8').on('data', (text: string) => pieces.push({ atMs: performance.now() - startedAt, text }))
        response.once('error', reject).once('end', () => {
          const text = pieces.map((piece) => piece.text).join('')
          const { rawHeaders } = response
          const header = (name: string): string[] =>
            rawHeaders.flatMap((value, index) => (index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name ? [value] : []))
          resolve({ status: response.statusCode ?? 0, body: text, json: parseJson(text), pieces, header })
        })
      },
    )
    request.once('timeout', () =>
      request.destroy(Object.assign(new Error(`no response within ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' })),
    )
    request.once('error', reject).end(json)
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON
  }
}
