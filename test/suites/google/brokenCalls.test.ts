import { afterEach, describe, expect, test } from 'vitest'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { ask, eventsOf, prompt, startNativeProxy } from './google.js'
import { type RawGemini, startRawGemini } from './rawGemini.js'

// gemini-cli executes a function call as soon as it has read it. If the stream then breaks, it
// repeats the request. Later it sends results for the calls of both answers, which Gemini refuses
// because the conversation contains only one of the answers.
const SSE = 'streamGenerateContent?alt=sse'
const ARRAY = 'streamGenerateContent'

const candidate = (part: object, more: object = {}): object => ({ candidates: [{ content: { role: 'model', parts: [part] }, ...more }] })
const TEXT = candidate({ text: 'Let me see.' })
const CALL = candidate({ functionCall: { name: 'get_weather', args: { city: 'Oslo' } } })
const AFTER = candidate({ text: 'One more.' })
const LONG = candidate({ text: 'x'.repeat(2_000) })
const FINISH = candidate({ text: '' }, { finishReason: 'STOP' })

const toSse = (events: readonly object[]): string => events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join('')
const toArray = (events: readonly object[]): string => `[${events.map((event) => JSON.stringify(event)).join('\n,\r\n')}`

let gemini: RawGemini | undefined
let proxy: ProxyUnderTest | undefined
afterEach(async () => {
  await proxy?.close()
  await gemini?.close()
})

/**
 * Starts a proxy in front of a Gemini that responds with these bodies in turn, then with the last
 * one again. With `isReset`, Gemini resets the connection after the body.
 */
async function startBefore(bodies: readonly (readonly [text: string, isReset: boolean])[], env: Record<string, string> = {}) {
  const server = await startRawGemini((response) => {
    const [text = '', isReset = false] = bodies[server.requests.length - 1] ?? bodies.at(-1) ?? []
    if (isReset) response.write(text, () => response.socket?.resetAndDestroy())
    else response.end(text)
  })
  gemini = server
  proxy = await startNativeProxy({ GEMINI_BASE_URL: server.baseUrl, MAX_RETRIES: '0', ...env })
  return { server, proxy }
}

describe('a stream that breaks after a function call', () => {
  test.each([
    ['a reset', toSse([TEXT, CALL]), true],
    ['a reset after another part', toSse([TEXT, CALL, AFTER]), true],
    ['a reset after the finish reason', toSse([TEXT, CALL, FINISH]), true],
    ['an early end', toSse([TEXT, CALL]), false],
    ['an error', `${toSse([TEXT, CALL])}{\n  "error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}\n}\n`, false],
  ])('does not pass on the call: %s', async (_how, text, isReset) => {
    const started = await startBefore([[text, isReset]])
    const answer = await ask(started.proxy, SSE, prompt('hello'))
    expect(eventsOf(answer.text)).toEqual([TEXT])
    expect(answer.text).toMatch(/\r\n\r\n\{\n {2}"error": \{.*\}\n$/s)
  })

  test('as an array has the error instead of the call', async () => {
    const started = await startBefore([[toArray([TEXT, CALL]), false]])
    const { text } = await ask(started.proxy, ARRAY, prompt('hello'))
    expect(JSON.parse(text)).toEqual([TEXT, { error: expect.objectContaining({ code: 502 }) }])
  })

  test.each([
    [SSE, toSse([CALL]), toSse([CALL, FINISH])],
    [ARRAY, toArray([CALL]), `${toArray([CALL, FINISH])}]`],
  ])('is retried once if no other output was passed on: %s', async (method, broken, whole) => {
    const started = await startBefore(
      [
        [broken, true],
        [whole, false],
      ],
      { MAX_RETRIES: '1' },
    )
    const { status, text } = await ask(started.proxy, method, prompt('hello'))
    expect([status, text]).toEqual([200, whole])
    expect(started.server.requests).toHaveLength(2)
  })
})

describe('a complete stream with calls', () => {
  test.each([
    [SSE, toSse([TEXT, CALL, AFTER, CALL, FINISH])],
    [ARRAY, `${toArray([TEXT, CALL, AFTER, CALL, FINISH])}]\n`],
  ])('is passed on unchanged, byte for byte: %s', async (method, body) => {
    const started = await startBefore([[body, false]])
    expect((await ask(started.proxy, method, prompt('hello'))).text).toBe(body)
  })

  test.each([
    ['holds back events after a call up to MAX_EVENT_BYTES', 1, [TEXT]],
    ['passes on the call if the events after it are longer', 2, [TEXT, CALL, LONG, LONG]],
  ])('%s', async (_what, count, passed) => {
    const body = toSse([TEXT, CALL, ...Array.from({ length: count }, () => LONG)])
    const started = await startBefore([[body, true]], { MAX_EVENT_BYTES: '3000' })
    expect(eventsOf((await ask(started.proxy, SSE, prompt('hello'))).text)).toEqual(passed)
  })
})
