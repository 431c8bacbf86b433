import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { CHAT_FORMAT } from '../../src/sse/chatFormat.js'
import { toStreamResult } from '../../src/sse/encode.js'
import { startApp } from '../suites/contract/app.js'
import { open } from '../suites/contract/socket.js'
import { startBundle } from './bundle.js'
import { post } from './calls.js'
import { takeErrorOutput } from './children.js'
import { chat } from './contractHook.js'
import { TOKEN } from './proxy.js'
import { takeViolations } from './violations.js'

/**
 * The event format of chats, changed to send any value as an event, so that the contract is broken.
 */
const ANY_EVENTS = { ...CHAT_FORMAT, newSerialiser: () => ({ toData: (event: unknown) => JSON.stringify(event) }) }

const CHUNK = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [] }

/**
 * Starts the HTTP server with stub operations and sends a request. @returns the violations recorded
 */
async function violationsOf(ask: (origin: string) => Promise<unknown>, operations: object): Promise<readonly string[]> {
  // The cast is needed because the operations return invalid responses on purpose.
  const { origin, close } = await startApp(operations as never)
  await ask(origin)
  await close()
  return takeViolations()
}

const get = (path: string) => async (origin: string) => (await fetch(origin + path)).text()
const stream = async (origin: string): Promise<string> => (await post({ baseUrl: `${origin}/v1` }, chat('Hi', { stream: true }))).text()
const streamed = (...events: readonly unknown[]) => ({
  createChatCompletion: async () =>
    toStreamResult(
      (async function* () {
        for (const event of events) yield [event]
      })() as AsyncGenerator<never>,
      ANY_EVENTS,
    ),
})

test('a valid response is accepted', async () => {
  expect(await violationsOf(get('/health/live'), { getLiveness: async () => ({ json: { status: 'ok' } }) })).toEqual([])
  expect(await violationsOf(stream, streamed(CHUNK))).toEqual([])
})

test.each<[string, (origin: string) => Promise<unknown>, object, RegExp]>([
  [
    'a body that violates its schema',
    get('/health/live'),
    { getLiveness: async () => ({ json: { status: 'hardly' } }) },
    /GET \/health\/live -> 200 .* must be equal to constant/,
  ],
  ['a truncated body', get('/health/live'), { getLiveness: async () => ({ text: '{"sta', contentType: 'application/json' }) }, /JSON/],
  ['an undeclared content type', get('/health/live'), { getLiveness: async () => ({ text: 'x', contentType: 'text/html' }) }, /text\/html/],
  ['an event that is not a chunk', stream, streamed({ id: 1 }, CHUNK), /the event \{"id":1\}/],
  [
    'an error that is not the last event',
    stream,
    streamed({ error: { message: '', type: '', param: null, code: null } }),
    /the event|last one/,
  ],
])('%s fails the test in which it is sent, even if the test does not check it', async (_what, ask, operations, problem) => {
  expect(await violationsOf(ask, operations)).toEqual([expect.stringMatching(problem)])
})

test('a stream whose client disconnects is checked as far as it was sent', async () => {
  const endless = {
    createChatCompletion: async () =>
      toStreamResult(
        (async function* () {
          yield [CHUNK, { id: 'no chunk' }]
          await new Promise(() => undefined)
        })() as unknown as AsyncGenerator<never>,
        ANY_EVENTS,
      ),
  }
  const leave = async (origin: string): Promise<void> => {
    const connection = await open(origin)
    const body = JSON.stringify(chat('Hi', { stream: true }))
    const head = `host: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`
    connection.write(`POST /v1/chat/completions HTTP/1.1\r\n${head}\r\n\r\n${body}`)
    await connection.until(/no chunk/)
    connection.destroy()
    await connection.closed()
  }
  const { origin, close } = await startApp(endless as never)
  await leave(origin)
  await expect.poll(takeViolations).toEqual([expect.stringMatching(/"no chunk"\}: (?!.*without \[DONE\])/)])
  await close()
})

test('a response of a child process is checked by the same hook, whatever its environment', async () => {
  const wrong = await startBundle({}, fileURLToPath(new URL('fixtures/wrongProxy.cjs', import.meta.url)))
  await get('/health/live')(wrong.address)
  await wrong.stop()
  expect(takeViolations()).toEqual([expect.stringMatching(/GET \/health\/live -> 200 breaks the contract: x-request-id is missing/)])
})

test('a warning of Node.js fails the test in which it is emitted, in this process and in a proxy that the test started', async () => {
  process.emitWarning('here')
  await expect.poll(takeViolations).toEqual([expect.stringMatching(/^a warning of Node\.js: Warning: here\n +at /)])

  const wrong = await startBundle({ WARNING: 'there' }, fileURLToPath(new URL('fixtures/wrongProxy.cjs', import.meta.url)))
  await wrong.stop()
  expect(takeErrorOutput()).toEqual([expect.stringMatching(/^a proxy wrote to stderr: .*Warning: there\n +at /)])
})
