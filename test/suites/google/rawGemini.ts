import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { listenOnFreePort } from '../../support/relay.js'

/** A request as it arrived, byte by byte. */
export interface RawRequest {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly bytes: Buffer
}

/** A replacement of Google's API, whose responses the test writes itself. */
export interface RawGemini {
  /** The value for GEMINI_BASE_URL. */
  readonly baseUrl: string
  readonly requests: RawRequest[]
  close(): Promise<void>
}

/** Starts the server. @param answer - writes the response to each request */
export async function startRawGemini(answer: (response: ServerResponse, request: RawRequest) => void): Promise<RawGemini> {
  const requests: RawRequest[] = []
  const server = createServer(async (incoming, response) => {
    const request = { url: incoming.url ?? '', headers: incoming.headers, bytes: await buffer(incoming) }
    requests.push(request)
    answer(response, request)
  })
  const { port, close } = await listenOnFreePort(server)
  return { baseUrl: `http://127.0.0.1:${port}/v1beta/openai`, requests, close }
}
