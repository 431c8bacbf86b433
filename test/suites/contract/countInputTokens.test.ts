import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'
import { openai, WEATHER } from '../responses/asking.js'

let proxy: RunningProxy
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const MODEL = 'gemini-3.5-flash'
const count = async (body: object): Promise<number> =>
  (await openai(proxy).responses.inputTokens.count({ model: MODEL, ...body })).input_tokens
const post = (body: object, from = proxy) => call(from.origin, { path: '/v1/responses/input_tokens', body: { model: MODEL, ...body } })

describe('the count of input tokens', () => {
  test('covers the whole request', async () => {
    const alone = await count({ input: 'Hello there, how are you?' })
    expect(alone).toBeGreaterThan(0)
    await count({ input: 'Hello', instructions: 'Be brief.', tools: [WEATHER] })
    const [last] = proxy.simulator.requests.slice(-1)
    expect(last?.path).toContain(':countTokens')
    expect(last?.body).toMatchObject({
      generateContentRequest: {
        model: `models/${MODEL}`,
        contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        tools: [{ functionDeclarations: [{ name: 'get_weather' }] }],
      },
    })
  })

  test('has exactly the members of OpenAI', async () => {
    const { status, json } = await post({ input: 'Hello' })
    expect([status, json]).toEqual([200, { object: 'response.input_tokens', input_tokens: expect.any(Number) }])
  })

  test('includes the conversation that the request continues', async () => {
    const first = await openai(proxy).responses.create({ model: MODEL, input: 'Remember the word walrus.' })
    await count({ input: 'Hello', previous_response_id: first.id })
    expect(JSON.stringify(proxy.simulator.requests.at(-1)?.body)).toContain('walrus')
  })

  test.each<[status: number, code: string, param: string | null, body: object]>([
    [404, 'previous_response_not_found', 'previous_response_id', { input: 'hi', previous_response_id: 'resp_none' }],
    [404, 'model_not_found', 'model', { model: 'gemini-none', input: 'hi' }],
    [400, 'missing_required_parameter', 'input', {}],
    [400, 'invalid_value', 'input[0].role', { input: [{ role: 'robot', content: 'hi' }] }],
  ])('%i: %s', async (status, code, param, body) => {
    const answer = await post(body)
    expect([answer.status, answer.json]).toEqual([status, failure(code, param)])
  })

  test('is a 400 that names the native API if only the compatible API is used', async () => {
    const compat = await startProxy()
    try {
      const answer = await post({ input: 'hi' }, compat)
      expect([answer.status, answer.json]).toEqual([400, failure('unsupported_value')])
      expect(answer.text).toContain('native Gemini API')
    } finally {
      await compat.close()
    }
  })
})
