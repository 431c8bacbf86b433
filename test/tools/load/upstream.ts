import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BURST, GAP_MS, HOLD, LONG_STREAM_CHUNKS, STREAM, STREAM_CHUNKS } from './scenario.js'

/**
 * A minimal Gemini for load tests: no checks, one fixed response, or a paced stream. It runs in a
 * separate process and reports to its parent over IPC: its address, each request that arrives
 * (`received`), and each one that ends early (`closed`), timed by the clock that all processes of a
 * machine share. To any message of its parent it replies with the connections since the last one.
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

const batch = Buffer.concat(Array.from({ length: BURST.chunks }, () => chunk))
const [beforeStamp = '', afterStamp = ''] = event({ delta: { role: 'assistant', content: `@STAMP@ ${TEXT}` } }).split('STAMP')
/** A chunk that contains the present time in microseconds. */
const stamped = (): string => `${beforeStamp}${process.hrtime.bigint() / 1000n}${afterStamp}`

/** Longer bodies are not searched for markers: they would cost more than the proxy under load. */
const LONGEST_SEARCHED = 65_536

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  let size = 0
  request.on('data', (part: Buffer) => {
    size += part.length
    if (size <= LONGEST_SEARCHED) parts.push(part)
  })
  request.on('end', () => answer(size <= LONGEST_SEARCHED ? Buffer.concat(parts).toString() : '', response))
})

function answer(body: string, response: ServerResponse): void {
  const isHeld = body.includes(HOLD.silent)
  const isWatched = isHeld || body.includes(HOLD.streaming)
  response.once('close', () => {
    if (isWatched && !response.writableFinished) process.send?.({ event: 'closed', at: process.hrtime.bigint().toString() })
  })
  if (isWatched) process.send?.({ event: 'received' })
  if (isHeld) return
  if (!/"stream":\s*true/.test(body))
    response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8', 'content-length': json.length }).end(json)
  else if (body.includes(STREAM.burst)) pace(response, BURST.writes, () => batch)
  else pace(response, isWatched ? LONG_STREAM_CHUNKS : STREAM_CHUNKS, body.includes(STREAM.stamped) ? stamped : () => chunk)
}

function pace(response: ServerResponse, writes: number, next: () => Buffer | string): void {
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
  const { port } = server.address() as AddressInfo // a listening TCP server has one
  process.send?.({ event: 'listening', address: `http://127.0.0.1:${port}` })
})
process.once('disconnect', () => process.exit())
