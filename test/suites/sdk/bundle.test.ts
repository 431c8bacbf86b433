import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { chat, collect, eventually, failureOf, MODEL, makeSdkRequest, openai, PLAIN } from '../../support/calls.js'
import { GEMINI_KEY } from '../../support/canaries.js'
import { TOKEN } from '../../support/proxy.js'

const HELLO = 'Hello there, 世界!'

let simulator: Simulator
let bundle: Bundle
let client: OpenAI
beforeAll(async () => {
  simulator = await startSimulator()
  bundle = await startBundle({ GEMINI_API_KEY: GEMINI_KEY, GEMINI_BASE_URL: simulator.baseUrl, AUTH_TOKEN: TOKEN, ...PLAIN })
  client = openai({ baseUrl: `${bundle.address}/v1` })
})
afterAll(async () => {
  await bundle.stop()
  await simulator.close()
})

describe('the JavaScript SDK on the built server', () => {
  test('completes a chat', async () => {
    const { choices, model } = await client.chat.completions.create(makeSdkRequest({ text: HELLO }))
    expect([choices[0]?.message.content, choices[0]?.finish_reason, model]).toEqual([HELLO, 'stop', MODEL])
  })

  test('iterates over a stream and ends with its usage', async () => {
    const request = { ...makeSdkRequest({ text: HELLO, chunks: 4 }), stream: true, stream_options: { include_usage: true } } as const
    const chunks = await collect(client.chat.completions.create(request))
    expect(chunks.map(({ choices: [choice] }) => choice?.delta.content ?? '').join('')).toBe(HELLO)
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } })
  })

  test('assembles a stream with its helper', async () => {
    expect(await client.chat.completions.stream(chat({ text: HELLO }) as never).finalContent()).toBe(HELLO)
  })

  test('lists models and retrieves one', async () => {
    const models = await collect(Promise.resolve(client.models.list()))
    expect(models).toContainEqual(await client.models.retrieve(MODEL))
  })

  test.each([
    ['AuthenticationError', () => openai(client as never, { baseURL: client.baseURL, apiKey: 'stranger' }).models.list(), 401],
    ['NotFoundError', () => client.models.retrieve('no-such-model'), 404],
    ['BadRequestError', () => client.chat.completions.create(makeSdkRequest({}, { temperature: 9 })), 400],
    ['RateLimitError', () => client.chat.completions.create(makeSdkRequest({ error: 'quota-minute' })), 429],
    ['InternalServerError', () => client.chat.completions.create({ ...makeSdkRequest({ error: 'unavailable' }), stream: true }), 503],
  ] as const)('raises %s', async (name, call, status) => {
    const failure = await failureOf(call())
    expect(failure).toBeInstanceOf(OpenAI[name])
    expect(failure).toMatchObject({ status, requestID: expect.any(String) })
  })

  test('aborts, and the upstream call is ended and logged as cancelled', async () => {
    const aborted = simulator.abortedRequests
    const chunks = await client.chat.completions.create({ ...makeSdkRequest({ chunks: 1000, chunkDelayMs: 10 }), stream: true })
    for await (const chunk of chunks) if (chunk.choices[0]?.delta.content) break
    await eventually(() => expect(simulator.abortedRequests).toBe(aborted + 1))
    await eventually(() => expect(bundle.log()).toContainEqual(expect.objectContaining({ status: 499, cancelled: true, msg: 'cancelled' })))
  })
})
