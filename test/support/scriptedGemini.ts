import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { listenOnFreePort } from './relay.js'

/** A received request. */
export interface ScriptedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown
}

/** A scripted response. A `body` that is a text is sent unchanged, any other value as JSON. */
export interface ScriptedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
  /** Byte chunks to send instead of `body`. */
  readonly pieces?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  /** Called if the connection closes before the whole response is sent. */
  readonly onGone?: () => void
  /** True to close the connection after `pieces`, without ending the response. */
  readonly breaks?: boolean
}

/** A server that replaces Google's API, and whose responses a test determines. */
export interface ScriptedGemini {
  /** The value for GEMINI_BASE_URL. */
  readonly baseUrl: string
  readonly requests: ScriptedRequest[]
  close(): Promise<void>
}

/** Starts the server. @param answer - makes each response; undefined to never respond */
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
  const { port, close } = await listenOnFreePort(server)
  return { baseUrl: `http://127.0.0.1:${port}/v1beta/openai`, requests, close }
}

/** Writes each piece in its own turn of the event loop, so that most arrive in separate reads. */
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
