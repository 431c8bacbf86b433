import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { type Ask, call, chat, failure, OPERATIONS } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { type Mock, startMock } from './mock.js'

let mock: Mock
let proxy: RunningProxy
beforeAll(async () => {
  mock = await startMock()
  proxy = await startProxy()
})
afterAll(async () => {
  mock?.close()
  await proxy?.close()
})

const JSON_TYPE = { 'content-type': 'application/json' }
const SCENARIOS = ['text', 'tool_call', 'parallel_tool_calls', 'reasoning', 'refusal', 'length', 'structured'] as const
const model = 'gemini-3.8-flash'
const prefer = (preference: string): { headers: Record<string, string> } => ({ headers: { prefer: preference } })
const client = (): OpenAI => new OpenAI({ baseURL: `${mock.origin}/v1`, apiKey: 'any', maxRetries: 0 })

describe('the mock rejects what the proxy rejects', () => {
  // The mock and the proxy share their HTTP layer, which has its own tests; these cases show that
  // the mock uses it.
  test.each<[what: string, ask: Ask, status: number]>([
    ['a request without a token', { token: null, body: chat('hi') }, 401],
    ['a request without a token and without JSON', { token: null, body: '{', headers: JSON_TYPE }, 401],
    ['an unknown path', { path: '/v1/nothing' }, 404],
    ['an unknown path without a token', { path: '/v1/nothing', token: null }, 404],
    ['a wrong method', { method: 'DELETE', path: '/v1/models' }, 405],
    ['a body of another type', { body: 'hi', headers: { 'content-type': 'text/plain' } }, 415],
    ['invalid JSON', { body: '{"model":', headers: JSON_TYPE }, 400],
    ['an empty body', { method: 'POST', headers: JSON_TYPE }, 400],
    ['an array', { body: [] }, 400],
    ['a missing parameter', { body: { model } }, 400],
    ['an empty array', { body: chat('', { messages: [] }) }, 400],
    ['an unknown role', { body: chat('', { messages: [{ role: 'robot', content: 'hi' }] }) }, 400],
    ['a nested value of a wrong type', { body: chat('', { messages: [{ role: 'user', content: 5 }] }) }, 400],
    ['an invalid tool', { body: chat('hi', { tools: [{ type: 'function', function: { name: 5 } }] }) }, 400],
    ['a number out of range', { body: chat('hi', { temperature: 3 }) }, 400],
    ['an invalid body of a stream', { body: chat('hi', { stream: true, temperature: 9 }) }, 400],
    ['an unknown value', { path: '/v1/embeddings', body: { model: 'gemini-embedding-001', input: 'x', encoding_format: 'morse' } }, 400],
  ])('%s', async (_what, ask, status) => {
    const [mocked, served] = [await call(mock.origin, ask), await call(proxy.origin, ask)]
    expect([mocked.status, served.status]).toEqual([status, status])
    expect(mocked.json).toEqual(served.json)
  })

  test('and accepts what the proxy accepts', async () => {
    const body = chat('hi', { temperature: null, tools: [], store: true, unknown: { new: 1 }, stop: ['a'], max_tokens: 5 })
    expect((await call(proxy.origin, { body })).status).toBe(200)
    expect((await call(mock.origin, { body })).status).toBe(200)
  })
})

describe('the mock returns', () => {
  // One operation never succeeds: uploaded files cannot be downloaded from Gemini.
  const answered = OPERATIONS.filter(({ responses }) => responses['200'] !== undefined)
  test.each(answered)('an example of $operationId', async ({ method, samplePath: path, sampleBody: body }) => {
    expect((await call(mock.origin, { method, path, body })).status).toBe(200)
  })

  const errors = OPERATIONS.flatMap(({ responses, ...operation }) =>
    Object.keys(responses)
      .filter((status) => status >= '400')
      .map((status) => ({ status, ...operation })),
  )
  test.each(errors)('of $operationId the documented $status', async ({ status, method, samplePath: path, sampleBody: body }) => {
    expect((await call(mock.origin, { method, path, body, ...prefer(`code=${status}`) })).status).toBe(Number(status))
  })

  test('a named error', async () => {
    const answer = await call(mock.origin, { body: chat('hi', { stream: true }), ...prefer('code=429, example=insufficient_quota') })
    expect([answer.status, answer.headers['x-should-retry']]).toEqual([429, 'false'])
    expect(answer.json).toEqual(failure('insufficient_quota', null, 'insufficient_quota'))
  })

  test.each(SCENARIOS)('the scenario %s, the same whole and streamed', async (scenario) => {
    const preferred = prefer(`example=${scenario}`)
    const messages = [{ role: 'user' as const, content: 'hi' }]
    const whole = await client().chat.completions.create({ model, messages }, preferred)
    const stream = client().chat.completions.stream({ model, messages }, preferred)
    const { finish_reason, message } = (await stream.finalChatCompletion()).choices[0] ?? {}
    const reference = whole.choices[0]
    expect(finish_reason).toBe(reference?.finish_reason)
    expect(message?.tool_calls?.length ?? 0).toBe(reference?.message.tool_calls?.length ?? 0)
    expect(message?.refusal ?? null).toBe(reference?.message.refusal ?? null)
    const streamed = await call(mock.origin, { body: chat('hi', { stream: true }), ...preferred })
    expect(streamed.events.at(-1)).toBe('[DONE]')
    if (scenario !== 'text') expect(message?.content || null).toBe(reference?.message.content ?? null)
  })

  test('an error within a stream, which the SDK throws, and without a stream a 504', async () => {
    const messages = [{ role: 'user' as const, content: 'hi' }]
    const seen: string[] = []
    const read = async (): Promise<void> => {
      const stream = await client().chat.completions.create({ model, messages, stream: true }, prefer('example=error'))
      for await (const chunk of stream) seen.push(chunk.choices[0]?.delta.content ?? '')
    }
    await expect(read()).rejects.toMatchObject({ code: 'upstream_timeout' })
    expect(seen.join('')).toBe('One, two')
    await expect(client().chat.completions.create({ model, messages }, prefer('example=error'))).rejects.toMatchObject({ status: 504 })
  })

  test('the rest of a resumed stream, and the whole completion', async () => {
    const path = '/v1/chat/completions/chatcmpl-1'
    expect((await call(mock.origin, { path, headers: { 'last-event-id': 'chatcmpl-1:2' } })).text).toMatch(/^id: /m)
    expect((await call(mock.origin, { path: `${path}?stream=true` })).text).toMatch(/^id: /m)
    expect((await call(mock.origin, { path })).json).toMatchObject({ object: 'chat.completion' })
  })

  test.each([
    [
      '/v1/chat/completions',
      chat('hi'),
      [
        '`example=tool_call`',
        '`example=structured`',
        '`code=429` with `example=` and one of rate_limit_exceeded, insufficient_quota',
        '`code=413`',
      ],
    ],
    ['/v1/embeddings', { model: 'gemini-embedding-2', input: 'x' }, ['`example=base64`', '`code=504`']],
  ])('a 400 in OpenAI’s format that lists the examples of %s if Prefer has an unknown one', async (path, body, names) => {
    const answer = await call(mock.origin, { path, body, ...prefer('example=nonsense') })
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual(failure('invalid_value', null, 'invalid_request_error'))
    for (const part of ['example=nonsense', ...names]) expect(answer.text).toContain(part)
  })

  test('and prints a line for each request, without its body and token', async () => {
    const before = mock.lines.length
    await call(mock.origin, { path: '/v1/chat/completions?key=secret', body: chat('a prompt'), ...prefer('code=429') })
    await call(mock.origin, { path: '/v1/nothing' })
    const lines = await eventually(() => {
      const printed = mock.lines.slice(before)
      expect(printed).toContainEqual(expect.stringMatching(/^GET \/v1\/nothing 404 \d+ ms$/))
      return printed
    })
    expect(lines).toContainEqual(expect.stringMatching(/^POST \/v1\/chat\/completions 429 \d+ ms \(Prefer: code=429\)$/))
    expect(lines.join()).not.toMatch(/secret|a prompt/)
  })
})

describe('SDKs with the mock', () => {
  test('a stream arrives in several chunks, with usage if include_usage is set', async () => {
    const post = (extra: object): Promise<Response> =>
      fetch(`${mock.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { ...JSON_TYPE, authorization: 'Bearer x' },
        body: JSON.stringify(chat('hi', { stream: true, ...extra })),
      })
    const readsOf = async ({ body }: Response): Promise<string[]> => {
      const reads: string[] = []
      for await (const read of body ?? []) reads.push(Buffer.from(read).toString())
      return reads
    }
    // Repeats the request if a stall of the machine has merged the events into a few reads.
    const reads = await eventually(async () => {
      const seen = await readsOf(await post({}))
      expect(seen.length).toBeGreaterThan(3)
      return seen
    })
    expect(reads.join('')).not.toContain('"choices":[]')
    expect(await (await post({ stream_options: { include_usage: true } })).text()).toContain('"choices":[]')
  })

  test('JavaScript: models, tools, embeddings, errors', async () => {
    const openai = client()
    expect((await openai.models.list()).data.map(({ id }) => id)).toContain(model)
    expect(await openai.models.retrieve(model)).toMatchObject({ id: model })
    const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: { type: 'object' } } }]
    const asked = await openai.chat.completions.create(
      { model, messages: [{ role: 'user', content: 'hi' }], tools },
      prefer('example=tool_call'),
    )
    expect(asked.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { name: 'get_weather' } })
    expect((await openai.embeddings.create({ model: 'gemini-embedding-2', input: ['a', 'b'] })).data[0]?.embedding).toEqual([
      0.5, -0.25, 0.125,
    ])
    await expect(openai.models.list(prefer('code=429'))).rejects.toBeInstanceOf(OpenAI.RateLimitError)
    await expect(openai.chat.completions.create({ model, messages: [] })).rejects.toBeInstanceOf(OpenAI.BadRequestError)
  })

  test('Python: chat, stream, tools, models, errors', async () => {
    const seen = await runPython('test/suites/mock/client.py', { MOCK_URL: mock.origin, MOCK_TOKEN: TOKEN })
    expect(seen).toEqual({
      content: 'The capital of France is Paris.',
      streamed: ['One, two', ', three.'],
      tool: 'get_weather',
      models: expect.arrayContaining([model]),
      errors: {
        bad: ['BadRequestError', 'invalid_type'],
        limit: ['RateLimitError', 'rate_limit_exceeded'],
        broken: ['APIError', 'upstream_timeout'],
      },
    })
  })

  test('browsers may send requests from any origin', async () => {
    const headers = {
      origin: 'https://page.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,x-stainless-lang',
    }
    const preflight = await call(mock.origin, { method: 'OPTIONS', token: null, headers })
    expect([preflight.status, preflight.headers['access-control-allow-headers']]).toEqual([204, headers['access-control-request-headers']])
    expect((await call(mock.origin, { token: null, body: chat('hi'), headers })).headers['access-control-allow-origin']).toBe('*')
  })
})
