import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { type ScriptedAnswer, type ScriptedGemini, type ScriptedRequest, startScriptedGemini } from '../../support/scriptedGemini.js'

export const MEBIBYTE = 1_048_576
/** Matches a media placeholder, which must never leave the proxy. */
export const PLACEHOLDER = /<[\w-]{22}:\d+>/

/** Makes random base64 of `length` characters, a multiple of 4. */
export const base64Of = (length: number): string => randomBytes((length / 4) * 3).toString('base64')

/** Makes a part of Gemini's answer with a generated image. */
export const imagePart = (data: string, thoughtSignature?: string): object => ({
  inlineData: { mimeType: 'image/jpeg', data },
  ...(thoughtSignature === undefined ? {} : { thoughtSignature }),
})

/** Makes a complete answer of Gemini from its parts. */
export const answerOf = (...parts: readonly object[]): Readonly<Record<string, unknown>> => ({
  candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 1120, totalTokenCount: 1129 },
  modelVersion: 'gemini-3-pro-image',
})

/** Makes an event stream with one event for each object. */
export const toEvents = (...answers: readonly object[]): string =>
  answers.map((answer) => `data: ${JSON.stringify(answer)}\r\n\r\n`).join('')

/**
 * Returns a function that makes Gemini's response: the answer as an event stream or as JSON,
 * whichever the request asks for, in pieces of `piece` bytes.
 */
export function inBothForms(answer: object, piece = 65_536): (request: ScriptedRequest) => ScriptedAnswer {
  const [events, whole] = [cut(toEvents(answer), piece), cut(JSON.stringify(answer), piece)]
  return ({ path }) =>
    path.includes('alt=sse') ? { headers: { 'content-type': 'text/event-stream' }, body: '', pieces: events } : { body: '', pieces: whole }
}

/** Cuts a text into pieces of `length` bytes. */
export function cut(text: string, length: number): Buffer[] {
  const bytes = Buffer.from(text)
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) => bytes.subarray(index * length, (index + 1) * length))
}

/** A proxy in front of a scripted Gemini. */
export interface Drawing {
  readonly gemini: ScriptedGemini
  readonly proxy: ProxyUnderTest
  /** Makes Gemini's response to each request from now on; a test replaces this function. */
  answer: (request: ScriptedRequest) => ScriptedAnswer | undefined
  close(): Promise<void>
}

/** Starts the scripted Gemini and the proxy. @param env - settings of the proxy */
export async function startDrawing(env: Readonly<Record<string, string>> = {}): Promise<Drawing> {
  const gemini = await startScriptedGemini((scripted) => drawing.answer(scripted))
  const proxy = await startProxy({ GEMINI_UPSTREAM: 'native', GEMINI_BASE_URL: gemini.baseUrl, MAX_RETRIES: '0', ...env })
  const drawing: Drawing = {
    gemini,
    proxy,
    answer: () => ({ body: {} }),
    close: async () => {
      await proxy.close()
      await gemini.close()
    },
  }
  return drawing
}

/** A response, with its body as bytes. */
export interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: Buffer
}

/** Sends a request and collects the response without parsing it. */
export function send(
  { origin }: Pick<ProxyUnderTest, 'origin'>,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
  onPiece: (piece: Buffer) => void = () => undefined,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const credentials = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers }
    const outgoing = request(`${origin}${path}`, { method: body === undefined ? 'GET' : 'POST', headers: credentials })
    outgoing.once('error', reject).once('response', (response) => {
      const pieces: Buffer[] = []
      response
        .on('data', onPiece)
        .on('data', (piece: Buffer) => pieces.push(piece))
        .once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(pieces) }))
    })
    outgoing.end(body && JSON.stringify(body))
  })
}

/** The model of the tests, which makes images. */
export const MODEL = 'gemini-3-pro-image'
/** A chat that asks for an image. */
export const chat = (more: object = {}): object => ({ model: MODEL, messages: [{ role: 'user', content: 'Draw a fox.' }], ...more })

/** The data of the events in a stream. */
export const eventsIn = ({ bytes }: Received): string[] =>
  bytes
    .toString()
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice('data: '.length))
