import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { listening } from './relay.js'

/** A request as it arrived. */
export interface ScriptedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown
}

/** An answer: a body that is sent as it is, or as JSON. */
export interface ScriptedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
  /** In place of `body`: bytes that are written one after the other. */
  readonly pieces?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  /** Called when the client has closed the connection before the end. */
  readonly onGone?: () => void
  /** True where the connection breaks after the pieces. */
  readonly breaks?: boolean
}

/** A server that answers as a test says, at the address of Google's API. */
export interface ScriptedGemini {
  /** What GEMINI_BASE_URL is set to. */
  readonly baseUrl: string
  readonly requests: ScriptedRequest[]
  close(): Promise<void>
}

/** Starts the server. @param answer - makes the answer to each request; undefined for none, ever */
export async function startScriptedGemini(answer: (request: ScriptedRequest) => ScriptedAnswer | undefined): Promise<ScriptedGemini> {
  const requests: ScriptedRequest[] = []
  const server = createServer(async (request, response) => {
    const received = await text(request)
    const { method = '', url = '', headers } = request
    const scripted: ScriptedRequest = { method, path: url, headers, body: received === '' ? undefined : JSON.parse(received) }
    requests.push(scripted)
    const answered = answer(scripted)
    if (answered === undefined) return
    const { status = 200, body, headers: more = {}, pieces, onGone, breaks = false } = answered
    response.once('close', () => response.writableFinished || onGone?.())
    response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...more })
    if (pieces !== undefined) {
      await writeAll(response, pieces)
      return breaks ? response.destroy() : response.end()
    }
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  const { port, close } = await listening(server)
  return { baseUrl: `http://127.0.0.1:${port}/v1beta/openai`, requests, close }
}

/** Writes pieces, each in a turn of its own, so that most arrive in reads of their own. */
async function writeAll(response: ServerResponse, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
  let wake = (): void => undefined
  const onReady = (): void => wake()
  response.on('drain', onReady).on('close', onReady)
  for await (const piece of pieces) {
    if (response.destroyed) return
    if (response.write(piece)) await nextTurn()
    else
      await new Promise<void>((resolve) => {
        wake = resolve
      })
  }
}
