import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chat, chatLine, collect, failureOf, MODEL, makeSdkRequest, openai, PLAIN } from '../../support/calls.js'
import { type ProxyUnderTest, REQUEST_ID, startProxy } from '../../support/proxy.js'

const HELLO = 'Hello there, 世界!'
const WEATHER = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
} as const
const TWO_CALLS = [
  { name: 'get_weather', arguments: { city: 'Hangzhou' } },
  { name: 'get_weather', arguments: { city: '北京' } },
]
const USAGE = { prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number), total_tokens: expect.any(Number) }

type Params = ReturnType<typeof makeSdkRequest>
type StreamParams = Parameters<OpenAI['chat']['completions']['stream']>[0]

let proxy: ProxyUnderTest
let client: OpenAI
beforeAll(async () => {
  proxy = await startProxy(PLAIN)
  client = openai(proxy)
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.logs.length = 0
})
afterAll(() => proxy.close())

// The cast is safe: `chat` makes a valid request, but its return type is too general for the SDK.
const toStream = (...[behaviour, more]: Parameters<typeof chat>): StreamParams => chat(behaviour, more) as unknown as StreamParams

describe.each([
  ['with its default retries', 2],
  ['without retries', 0],
])('the JavaScript SDK %s', (_, maxRetries) => {
  const own = (): OpenAI => openai(proxy, { maxRetries })

  test('completes a chat', async () => {
    const completion = await own().chat.completions.create(makeSdkRequest({ text: HELLO }))
    expect(completion).toMatchObject({ id: expect.stringMatching(/^chatcmpl-/), object: 'chat.completion', model: MODEL, usage: USAGE })
    expect(completion.choices).toEqual([
      { index: 0, message: { role: 'assistant', content: HELLO, refusal: null }, logprobs: null, finish_reason: 'stop' },
    ])
    expect(proxy.simulator.totalRequests).toBe(1)
  })

  test('iterates over a stream: role first, one id, one finish reason', async () => {
    const chunks = await collect(own().chat.completions.create({ ...makeSdkRequest({ text: HELLO, chunks: 3 }), stream: true }))
    expect(chunks[0]?.choices).toEqual([
      { index: 0, delta: { role: 'assistant', content: '', refusal: null }, logprobs: null, finish_reason: null },
    ])
    expect(new Set(chunks.map(({ id, created, model, object }) => `${id} ${created} ${model} ${object}`)).size).toBe(1)
    expect(chunks.map(({ choices: [choice] }) => choice?.delta.content ?? '').join('')).toBe(HELLO)
    expect(chunks.slice(1).every(({ choices: [choice] }) => choice?.delta.role === undefined)).toBe(true)
    expect(chunks.map(({ choices: [choice] }) => choice?.finish_reason)).toEqual([...Array(chunks.length - 1).fill(null), 'stop'])
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false)
  })

  test.each([
    ['the daily quota', 'quota-day', OpenAI.RateLimitError, 429, 'insufficient_quota'],
    ["the proxy's own key", 'invalid', OpenAI.InternalServerError, 502, 'upstream_auth_error'],
    ["the proxy's region", 'region', OpenAI.InternalServerError, 502, 'upstream_region_unsupported'],
  ] as const)('is not advised to retry a lasting failure: %s', async (_name, error, type, status, code) => {
    const failure = await failureOf(own().chat.completions.create(makeSdkRequest({ error })))
    expect(failure).toBeInstanceOf(type)
    expect(failure).toMatchObject({ status, code })
    expect(proxy.simulator.totalRequests).toBe(1)
  })
})

describe('the JavaScript SDK', () => {
  test('retries a call automatically after a temporary failure', async () => {
    proxy.simulator.next({ error: 'internal' })
    const completion = await openai(proxy, { maxRetries: 1 }).chat.completions.create(makeSdkRequest({ text: HELLO }))
    expect(completion.choices[0]?.message.content).toBe(HELLO)
    expect(proxy.simulator.totalRequests).toBe(2)
  })

  test('gets a stream although it accepts JSON only', async () => {
    const { data, response } = await client.chat.completions.create({ ...makeSdkRequest({}), stream: true }).withResponse()
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect((await collect(Promise.resolve(data))).length).toBeGreaterThan(2)
  })

  test('gets one usage chunk without choices when it asks for usage', async () => {
    const request = { ...makeSdkRequest({ chunks: 3 }), stream: true, stream_options: { include_usage: true } } as const
    const chunks = await collect(client.chat.completions.create(request))
    expect(chunks.filter(({ usage }) => usage)).toEqual([expect.objectContaining({ choices: [], usage: expect.objectContaining(USAGE) })])
    expect(chunks.at(-1)?.choices).toEqual([])
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true)
  })

  test('gets the same usage in a stream and in JSON, whichever chunks Gemini puts it in', async () => {
    const request = {
      ...makeSdkRequest({ text: HELLO, chunks: 3, usage: { prompt_tokens: 11, completion_tokens: 25, total_tokens: 727 } }),
    }
    const whole = await client.chat.completions.create(request)
    const options = { stream: true, stream_options: { include_usage: true } } as const
    const chunks = await collect(client.chat.completions.create({ ...request, ...options }))
    proxy.simulator.settings.usage = 'every-chunk'
    const repeated = await collect(client.chat.completions.create({ ...request, ...options }))
    expect(whole.usage).toMatchObject({
      prompt_tokens: 11,
      completion_tokens: 716,
      total_tokens: 727,
      completion_tokens_details: { reasoning_tokens: 691 },
    })
    expect(chunks.at(-1)?.usage).toEqual(whole.usage)
    expect(repeated.at(-1)?.usage).toEqual(whole.usage)
  })

  test('assembles a stream with its own helper', async () => {
    const runner = client.chat.completions.stream({ ...toStream({ text: HELLO, chunks: 4 }), stream_options: { include_usage: true } })
    const said: string[] = []
    runner.on('content', (delta) => said.push(delta))
    expect(await runner.finalMessage()).toMatchObject({ role: 'assistant', content: HELLO, refusal: null })
    expect(said.join('')).toBe(HELLO)
    expect(await runner.totalUsage()).toMatchObject(USAGE)
    expect((await runner.finalChatCompletion()).choices[0]?.finish_reason).toBe('stop')
  })

  test('gets tool calls in one piece', async () => {
    const { choices } = await client.chat.completions.create(makeSdkRequest({ toolCalls: TWO_CALLS }, { tools: [WEATHER] }))
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { role: 'assistant', content: null } })
    const calls = (choices[0]?.message.tool_calls ?? []).filter((call) => call.type === 'function')
    expect(calls.map(({ function: called }) => [called.name, JSON.parse(called.arguments)])).toEqual([
      ['get_weather', { city: 'Hangzhou' }],
      ['get_weather', { city: '北京' }],
    ])
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2)
    expect(calls.every(({ id }) => id.length > 0 && id.length <= 40)).toBe(true)
  })

  test.each(['one-delta', 'one-per-chunk', 'split-arguments'] as const)(
    'gets streamed tool calls by their index: %s',
    async (parallelPlacement) => {
      const request = makeSdkRequest({ toolCalls: TWO_CALLS, parallelPlacement }, { tools: [WEATHER] })
      const chunks = await collect(client.chat.completions.create({ ...request, stream: true }))
      const deltas = chunks.flatMap(({ choices: [choice] }) => choice?.delta.tool_calls ?? [])
      const merged = [0, 1].map((index) => deltas.filter((delta) => delta.index === index))
      expect(new Set(deltas.map(({ index }) => index))).toEqual(new Set([0, 1]))
      expect(merged.map((parts) => JSON.parse(parts.map((part) => part.function?.arguments ?? '').join('')))).toEqual([
        { city: 'Hangzhou' },
        { city: '北京' },
      ])
      expect(merged.map((parts) => parts.filter(({ id }) => id).length)).toEqual([1, 1])
      expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls')
    },
  )

  test.each(['one-delta', 'one-per-chunk', 'split-arguments'] as const)(
    'assembles streamed tool calls with its helper: %s',
    async (parallelPlacement) => {
      const runner = client.chat.completions.stream(toStream({ toolCalls: TWO_CALLS, parallelPlacement }, { tools: [WEATHER] }))
      const { tool_calls: calls } = await runner.finalMessage()
      expect(calls?.map((call) => call.type === 'function' && [call.function.name, JSON.parse(call.function.arguments)])).toEqual([
        ['get_weather', { city: 'Hangzhou' }],
        ['get_weather', { city: '北京' }],
      ])
    },
  )

  test.each([false, true])('sends tool results back and gets the answer to them (stream: %s)', async (isStream) => {
    const request = makeSdkRequest({ steps: 1 }, { tools: [WEATHER] })
    const first = await client.chat.completions.create(request)
    const message = first.choices[0]?.message
    const results = (message?.tool_calls ?? []).map(({ id }) => ({ role: 'tool', tool_call_id: id, content: '21 degrees' }) as const)
    if (message === undefined) throw new Error('no message')
    const second: Params = { ...request, messages: [...request.messages, message, ...results] }
    const answer = isStream
      ? await client.chat.completions.stream({ ...second, stream: true }).finalMessage()
      : (await client.chat.completions.create(second)).choices[0]?.message
    expect(results).toHaveLength(1)
    expect(answer?.content).toContain('21 degrees')
  })

  test('lists models', async () => {
    const models = await collect(Promise.resolve(client.models.list()))
    expect(models.map(({ id }) => id)).toEqual(expect.arrayContaining([MODEL, 'gemini-2.5-pro', 'gemini-1.5-flash-8b', 'gemini-3.8-flash']))
    expect(models.every(({ object, owned_by, created }) => object === 'model' && owned_by === 'google' && created > 1.7e9)).toBe(true)
  })

  test.each([MODEL, `models/${MODEL}`])('retrieves the model %s', async (id) => {
    expect(await client.models.retrieve(id)).toMatchObject({ id: MODEL, object: 'model', owned_by: 'google', created: 1750118400 })
  })

  test('reports the request id, the same as in the header and the log', async () => {
    const { data, request_id, response } = await client.chat.completions.create(makeSdkRequest({})).withResponse()
    expect(request_id).toMatch(REQUEST_ID)
    expect([(data as { _request_id?: string })._request_id, response.headers.get('x-request-id')]).toEqual([request_id, request_id])
    expect(await chatLine(proxy)).toMatchObject({ requestId: request_id, status: 200, cancelled: false })
  })
})
