// One request to a deployment, with what fetch does not tell: headers that come twice, and when each piece arrived. Part of smoke.ts.
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** How long one answer may take, in milliseconds. */
const PATIENCE_MS = 90_000

/** What a deployment answered. */
export interface Answer {
  readonly status: number
  readonly body: string
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown
  /** When each piece of the body arrived, in milliseconds after the request. */
  readonly pieces: readonly { readonly atMs: number; readonly text: string }[]
  /** Every value of a header, by its name in lower case. */
  header(name: string): string[]
}

/** What is sent. */
export interface Asking {
  readonly method?: 'GET' | 'POST' | 'OPTIONS'
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/**
 * Sends one request on a connection of its own and reads the whole answer.
 *
 * @throws when no answer came, or not all of it
 */
export function ask(url: string, { method = 'GET', token, headers = {}, body }: Asking = {}): Promise<Answer> {
  const startedAt = performance.now()
  const sent = body === undefined ? undefined : JSON.stringify(body)
  const send = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method,
        agent: false,
        timeout: PATIENCE_MS,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(sent === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
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
          resolve({ status: response.statusCode ?? 0, body: text, json: parsed(text), pieces, header })
        })
      },
    )
    request.once('timeout', () => request.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)))
    request.once('error', reject).end(sent)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // an answer that is none says so by that
  }
}
