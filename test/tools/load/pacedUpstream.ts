import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CALL_MARK, PACE_MARK, stampNow } from './pace.js'

/**
 * A minimal Gemini. A prompt with {@link PACE_MARK} sets the pace of a stream, whose chunks contain
 * the time at which they were written; other prompts get a whole answer. Runs in a separate process
 * and sends its address over IPC.
 */
const COMMON = { id: 'stub-1', created: 1_764_000_000, model: 'gemini-3.8-flash' }
const USAGE = { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 }
// A text of about 20 tokens.
const TEXT = 'The quick brown fox jumps over the lazy dog, again and again, until the stream has come to an end. '
// Longest body that is searched for the pace, in bytes; longer bodies contain images.
const READ_BYTES = 65_536

const whole = (message: object, finish: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      ...COMMON,
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', ...message } }],
      usage: USAGE,
    }),
  )
const ANSWER = whole({ content: TEXT.repeat(3) }, 'stop')
const CALL = {
  id: 'function-call-1',
  type: 'function',
  function: { name: 'get_weather', arguments: '{"city":"Oslo"}' },
  extra_content: { google: { thought_signature: Buffer.alloc(900, 'signature').toString('base64') } },
}
const CALL_ANSWER = whole({ content: null, tool_calls: [CALL] }, 'tool_calls')

const event = (choice: object, more: object = {}): string =>
  `data: ${JSON.stringify({ ...COMMON, object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }], ...more })}\n\n`
const STAMP = '@stamp@'
const [before = '', after = ''] = event({ delta: { role: 'assistant', content: `${STAMP}${TEXT}` } }).split(STAMP)
const last = `${event({ delta: { role: 'assistant' }, finish_reason: 'stop' }, { usage: USAGE })}data: [DONE]\n\n`

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  let bytes = 0
  request.on('data', (part: Buffer) => {
    bytes += part.length
    if (bytes <= READ_BYTES) parts.push(part)
  })
  request.on('end', () => answer(bytes <= READ_BYTES ? Buffer.concat(parts).toString('latin1') : '', response))
})

function answer(body: string, response: ServerResponse): void {
  const [, gapMs, chunks] = PACE_MARK.exec(body) ?? []
  if (gapMs !== undefined) stream(response, Number(gapMs), Number(chunks))
  else {
    const json = body.includes(CALL_MARK) ? CALL_ANSWER : ANSWER
    response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8', 'content-length': json.length }).end(json)
  }
}

function stream(response: ServerResponse, gapMs: number, chunks: number): void {
  const chunk = (): string => `${before}${stampNow()}${after}`
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(chunk())
  let left = chunks - 1
  const timer = setInterval(() => {
    left -= 1
    if (left >= 0) return void response.write(chunk())
    response.end(last)
  }, gapMs)
  response.once('close', () => clearInterval(timer))
}

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', 4096, () => {
  const { port } = server.address() as AddressInfo // the cast is safe: a TCP server has a port
  process.send?.({ event: 'listening', address: `http://127.0.0.1:${port}` })
})
process.once('disconnect', () => process.exit())
