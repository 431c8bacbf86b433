import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GAP_MS, HOLD, LONG_STREAM_CHUNKS, STREAM_CHUNKS } from './scenario.js'

/**
 * A minimal Gemini for load tests: no checks, one fixed response, or a paced stream. It runs in a
 * separate process and reports to its parent over IPC: its address, each request that arrives
 * (`received`), and each one that ends early (`closed`), timed by the clock that all processes of a
 * machine share.
 */
const COMMON = { id: 'stub-1', created: 1_764_000_000, model: 'gemini-2.5-flash' }
const USAGE = { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 }
const TEXT = 'The quick brown fox jumps over the lazy dog, again and again, until the stream has come to its end. '

const json = Buffer.from(
  JSON.stringify({
    ...COMMON,
    object: 'chat.completion',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: TEXT.repeat(3) } }],
    usage: USAGE,
  }),
)
const event = (choice: object, more: object = {}): string =>
  `data: ${JSON.stringify({ ...COMMON, object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }], ...more })}\n\n`
const chunk = Buffer.from(event({ delta: { role: 'assistant', content: TEXT } }))
const last = Buffer.from(`${event({ delta: { role: 'assistant' }, finish_reason: 'stop' }, { usage: USAGE })}data: [DONE]\n\n`)

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part)).on('end', () => answer(Buffer.concat(parts).toString(), response))
})

function answer(body: string, response: ServerResponse): void {
  const isHeld = body.includes(HOLD.silent)
  const isWatched = isHeld || body.includes(HOLD.streaming)
  response.once('close', () => {
    if (isWatched && !response.writableFinished) process.send?.({ event: 'closed', at: process.hrtime.bigint().toString() })
  })
  if (isWatched) process.send?.({ event: 'received' })
  if (isHeld) return
  if (/"stream":\s*true/.test(body)) pace(response, isWatched ? LONG_STREAM_CHUNKS : STREAM_CHUNKS)
  else response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8', 'content-length': json.length }).end(json)
}

function pace(response: ServerResponse, chunks: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(chunk)
  let left = chunks - 1
  const timer = setInterval(() => {
    left -= 1
    if (left > 0) return void response.write(chunk)
    response.end(last)
  }, GAP_MS)
  response.once('close', () => clearInterval(timer))
}

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', 4096, () => {
  const { port } = server.address() as AddressInfo // a listening TCP server has one
  process.send?.({ event: 'listening', address: `http://127.0.0.1:${port}` })
})
process.once('disconnect', () => process.exit())
