import { createServer, type ServerResponse } from 'node:http'
import { listenOnFreePort } from '../../support/relay.js'

/** The size of each answer, in characters of base64. */
export interface ImageAnswer {
  readonly imageBytes: number
  readonly signatureBytes: number
  /** Number of images per answer. */
  readonly images?: number
}

/** A server at the address of Google's native API whose answers are images. */
export interface ImageUpstream {
  /** The value for GEMINI_BASE_URL. */
  readonly baseUrl: string
  /** Returns the number of requests whose connection closed before the whole answer was sent. */
  cancelled(): number
  close(): Promise<void>
}

const PIECE = Buffer.from('QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY'.repeat(1_489), 'latin1')

/**
 * Returns the base64 of an image or a signature, as this server sends it for a size of `bytes`
 * characters.
 */
export const base64Of = (bytes: number): string =>
  PIECE.toString('latin1')
    .repeat(Math.ceil(bytes / PIECE.length))
    .slice(0, bytes)

/** Starts the server. It needs little memory and CPU: it sends one piece again and again. */
export async function startImageUpstream({ imageBytes, signatureBytes, images = 1 }: ImageAnswer): Promise<ImageUpstream> {
  let cancelled = 0
  const server = createServer(async (request, response) => {
    request.resume()
    const isStream = request.url?.includes('streamGenerateContent') === true
    response.once('close', () => {
      if (!response.writableFinished) cancelled += 1
    })
    response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json; charset=UTF-8' })
    response.write(`${isStream ? 'data: ' : ''}{"candidates":[{"content":{"parts":[`)
    for (let image = 0; image < images; image += 1) {
      response.write(`${image === 0 ? '' : ','}{"inlineData":{"mimeType":"image/jpeg","data":"`)
      await writeBase64(response, imageBytes)
      response.write('"},"thoughtSignature":"')
      await writeBase64(response, signatureBytes)
      response.write('"}')
    }
    response.write('],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":9,')
    response.end(`"candidatesTokenCount":1120,"totalTokenCount":1129},"modelVersion":"gemini-3-pro-image"}${isStream ? '\r\n\r\n' : ''}`)
  })
  const { port, close } = await listenOnFreePort(server)
  return { baseUrl: `http://127.0.0.1:${port}/v1beta/openai`, cancelled: () => cancelled, close }
}

async function writeBase64(response: ServerResponse, bytes: number): Promise<void> {
  let wake = (): void => undefined
  const onReady = (): void => wake()
  response.on('drain', onReady).on('close', onReady)
  for (let left = bytes; left > 0 && !response.destroyed; left -= PIECE.length) {
    if (response.write(PIECE.subarray(0, left))) continue
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  response.off('drain', onReady).off('close', onReady)
}
