import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'

/** Writes something down. */
export type Write = (text: string) => void

// Beyond it the middle of a body is left out: no more than the data of a picture.
const LONGEST_BODY = 1_048_576
const END_OF_BODY = 65_536
const LONGEST_HELD = 262_144

/** Writes to a file, many lines at a time. */
export function makeFileWriter(path: string): { readonly write: Write; readonly flush: () => void } {
  let held = ''
  const flush = (): void => {
    if (held !== '') appendFileSync(path, held)
    held = ''
  }
  return {
    write: (text) => {
      held += text
      if (held.length > LONGEST_HELD) flush()
    },
    flush,
  }
}

/** Writes down every line that pino logs in this process, whoever has made the logger. */
export function recordLogs(write: Write): void {
  subscribe('tracing:pino_asJson:end', (message) => write((message as { readonly result: string }).result))
}

/** Writes down every request to Gemini that a server in this process gets, one a line: whichever server it is, it is known by the path. */
export function recordUpstream(write: Write): void {
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { readonly request: IncomingMessage }
    if (request.url?.startsWith('/v1beta/')) recordRequest(request, write)
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
