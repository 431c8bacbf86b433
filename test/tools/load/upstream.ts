import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BURST, GAP_MS, HOLD, LONG_STREAM_CHUNKS, STREAM, STREAM_CHUNKS } from './scenario.js'

/**
 * A minimal Gemini for load tests, with both of Google's APIs: no checks, one fixed response, or a
 * paced stream. It runs in a separate process and sends IPC messages to its parent: its address,
 * and if the prompt has a marker of {@link HOLD}, that the request was received (`received`) or
 * closed early (`closed`, with a time of the clock that all processes share). It answers any
 * message with the number of new connections.
 */
const COMMON = { id: 'stub-1', created: 1_764_000_000, model: 'gemini-2.5-flash' }
const USAGE = { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 }
const TEXT = 'The quick brown fox jumps over the lazy dog, again and again, until the stream has come to its end. '

/** The parts of the answers, in the format of one of Google's APIs. */
interface Answers {
  readonly json: Buffer
  readonly chunk: Buffer
  /** The chunks that a burst stream sends in one write. */
  readonly batch: Buffer
  readonly last: Buffer
  /** Makes a chunk that contains the current time in microseconds. */
  stamped(): string
}

const makeAnswers = (json: object, event: (text: string) => string, last: string): Answers => {
  const chunk = Buffer.from(event(TEXT))
  const [beforeStamp = '', afterStamp = ''] = event(`@STAMP@ ${TEXT}`).split('STAMP')
  return {
    json: Buffer.from(JSON.stringify(json)),
    chunk,
    batch: Buffer.concat(Array.from({ length: BURST.chunks }, () => chunk)),
    last: Buffer.from(last),
    stamped: () => `${beforeStamp}${process.hrtime.bigint() / 1000n}${afterStamp}`,
  }
}

const event = (choice: object, more: object = {}): string =>
  `data: ${JSON.stringify({ ...COMMON, object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }], ...more })}\n\n`
const COMPAT = makeAnswers(
  {
    ...COMMON,
    object: 'chat.completion',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: TEXT.repeat(3) } }],
    usage: USAGE,
  },
  (text) => event({ delta: { role: 'assistant', content: text } }),
  `${event({ delta: { role: 'assistant' }, finish_reason: 'stop' }, { usage: USAGE })}data: [DONE]\n\n`,
)

const toResponse = (text: string, end: object = {}): object => ({
  candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0, ...end }],
  // Every event contains the token counts, as in a stream of Google's native API.
  usageMetadata: {
    promptTokenCount: 12,
    candidatesTokenCount: 34,
    totalTokenCount: 46,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: 12 }],
  },
  modelVersion: COMMON.model,
  responseId: COMMON.id,
})
const nativeEvent = (response: object): string => `data: ${JSON.stringify(response)}\r\n\r\n`
const NATIVE = makeAnswers(
  toResponse(TEXT.repeat(3), { finishReason: 'STOP' }),
  (text) => nativeEvent(toResponse(text)),
  nativeEvent(toResponse('', { finishReason: 'STOP' })),
)

/** Longest body that is searched for markers; a search of longer ones would distort the results. */
const LONGEST_SEARCHED = 65_536

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  let size = 0
  request.on('data', (part: Buffer) => {
    size += part.length
    if (size <= LONGEST_SEARCHED) parts.push(part)
  })
  request.on('end', () => answer(request.url ?? '', size <= LONGEST_SEARCHED ? Buffer.concat(parts).toString() : '', response))
})

function answer(url: string, body: string, response: ServerResponse): void {
  const isNative = url.includes(':')
  const answers = isNative ? NATIVE : COMPAT
  const isHeld = body.includes(HOLD.silent)
  const isWatched = isHeld || body.includes(HOLD.streaming)
  response.once('close', () => {
    if (isWatched && !response.writableFinished) process.send?.({ event: 'closed', at: process.hrtime.bigint().toString() })
  })
  if (isWatched) process.send?.({ event: 'received' })
  if (isHeld) return
  const { json, chunk, batch, stamped, last } = answers
  const isStreamed = isNative ? url.includes(':streamGenerateContent') : /"stream":\s*true/.test(body)
  if (!isStreamed) response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8', 'content-length': json.length }).end(json)
  else if (body.includes(STREAM.burst)) pace(response, BURST.writes, () => batch, last)
  else pace(response, isWatched ? LONG_STREAM_CHUNKS : STREAM_CHUNKS, body.includes(STREAM.stamped) ? stamped : () => chunk, last)
}

function pace(response: ServerResponse, writes: number, next: () => Buffer | string, last: Buffer): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(next())
  let left = writes - 1
  const timer = setInterval(() => {
    left -= 1
    if (left > 0) return void response.write(next())
    response.end(last)
  }, GAP_MS)
  response.once('close', () => clearInterval(timer))
}

let connections = 0
server.on('connection', () => {
  connections += 1
})
process.on('message', () => {
  process.send?.({ event: 'connections', connections })
  connections = 0
})

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', 4096, () => {
  const { port } = server.address() as AddressInfo // the cast is safe: a TCP server has a port
  process.send?.({ event: 'listening', address: `http://127.0.0.1:${port}` })
})
process.once('disconnect', () => process.exit())
