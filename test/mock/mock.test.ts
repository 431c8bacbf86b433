import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/calls.js'
import { type Ask, call, chat, failure, OPERATIONS } from '../support/contractHook.js'
import { type Proxy as RunningProxy, startProxy, TOKEN } from '../support/proxy.js'
import { runPython } from '../support/python.js'
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
const USER = { role: 'user', content: 'hello' }
const model = 'gemini-3.8-flash'
const prefer = (wish: string): { headers: Record<string, string> } => ({ headers: { prefer: wish } })
const client = (): OpenAI => new OpenAI({ baseURL: `${mock.origin}/v1`, apiKey: 'any', maxRetries: 0 })
const embed = (body: object): Ask => ({ path: '/v1/embeddings', body })
const part = (content: unknown): object => chat('', { messages: [{ role: 'user', content: [content] }] })

describe('the mock refuses what the service refuses', () => {
  test.each<[what: string, ask: Ask, status: number]>([
    ['no token', { token: null, body: chat('hi') }, 401],
    ['no token and no JSON', { token: null, body: '{', headers: JSON_TYPE }, 401],
    ['an unknown path', { path: '/v1/nothing' }, 404],
    ['an unknown path without a token', { path: '/v1/nothing', token: null }, 404],
    ['a wrong method', { method: 'DELETE', path: '/v1/models' }, 405],
    ['GET of the chat', { path: '/v1/chat/completions' }, 405],
    ['a body of another type', { body: 'hi', headers: { 'content-type': 'text/plain' } }, 415],
    ['no JSON', { body: '{"model":', headers: JSON_TYPE }, 400],
    ['an empty body', { method: 'POST', headers: JSON_TYPE }, 400],
    ['null', { body: 'null', headers: JSON_TYPE }, 400],
    ['a list', { body: [] }, 400],
    ['a text', { body: '"hello"', headers: JSON_TYPE }, 400],
    ['an empty object', { body: {} }, 400],
    ['no messages', { body: { model } }, 400],
    ['no model', { body: { messages: [USER] } }, 400],
    ['an empty model', { body: { model: '', messages: [USER] } }, 400],
    ['no message', { body: { model, messages: [] } }, 400],
    ['messages of a wrong type', { body: { model, messages: 'hi' } }, 400],
    ['an unknown role', { body: { model, messages: [{ role: 'robot', content: 'hi' }] } }, 400],
    ['no role', { body: { model, messages: [{ content: 'hi' }] } }, 400],
    ['content of a wrong type', { body: { model, messages: [{ role: 'user', content: 5 }] } }, 400],
    ['content null of a user', { body: { model, messages: [{ role: 'user', content: null }] } }, 400],
    ['an unknown part', { body: part({ type: 'smell', smell: 'x' }) }, 400],
    ['a picture without address', { body: part({ type: 'image_url', image_url: {} }) }, 400],
    ['a tool result without id', { body: chat('', { messages: [USER, { role: 'tool', content: 'x' }] }) }, 400],
    ['a tool without name', { body: chat('hi', { tools: [{ type: 'function', function: {} }] }) }, 400],
    ['a tool with a bad name', { body: chat('hi', { tools: [{ type: 'function', function: { name: 'a b' } }] }) }, 400],
    ['a tool of an unknown type', { body: chat('hi', { tools: [{ type: 'drill' }] }) }, 400],
    ['an unknown tool_choice', { body: chat('hi', { tool_choice: 'maybe' }) }, 400],
    ['a response_format without schema', { body: chat('hi', { response_format: { type: 'json_schema' } }) }, 400],
    ['temperature too high', { body: chat('hi', { temperature: 3 }) }, 400],
    ['temperature a text', { body: chat('hi', { temperature: '1' }) }, 400],
    ['top_p too low', { body: chat('hi', { top_p: -1 }) }, 400],
    ['max_tokens 0', { body: chat('hi', { max_tokens: 0 }) }, 400],
    ['max_tokens a fraction', { body: chat('hi', { max_tokens: 1.5 }) }, 400],
    ['n 0', { body: chat('hi', { n: 0 }) }, 400],
    ['five stops', { body: chat('hi', { stop: ['a', 'b', 'c', 'd', 'e'] }) }, 400],
    ['stream a text', { body: chat('hi', { stream: 'yes' }) }, 400],
    ['a bad body of a stream', { body: chat('hi', { stream: true, temperature: 9 }) }, 400],
    ['an unknown effort', { body: chat('hi', { reasoning_effort: 'heroic' }) }, 400],
    ['no input', embed({ model: 'gemini-embedding-001' }), 400],
    ['an empty input', embed({ model: 'gemini-embedding-001', input: '' }), 400],
    ['an empty list of inputs', embed({ model: 'gemini-embedding-001', input: [] }), 400],
    ['dimensions 0', embed({ model: 'gemini-embedding-001', input: 'x', dimensions: 0 }), 400],
    ['an unknown encoding', embed({ model: 'gemini-embedding-001', input: 'x', encoding_format: 'morse' }), 400],
  ])('%s', async (_what, ask, status) => {
    const [mocked, served] = [await call(mock.origin, ask), await call(proxy.origin, ask)]
    expect([mocked.status, served.status]).toEqual([status, status])
    expect(mocked.json).toEqual({
      error: {
        message: expect.any(String),
        type: 'invalid_request_error',
        param: expect.toBeOneOf([null, expect.any(String)]),
        code: expect.toBeOneOf([null, expect.any(String)]),
      },
    })
  })

  test('with the place and the kind', async () => {
    const place = async (body: object): Promise<unknown> => (await call(mock.origin, { body })).json
    expect(await place(chat('hi', { temperature: '1' }))).toEqual(failure('invalid_type', 'temperature'))
    expect(await place({ model, messages: [] })).toEqual(failure('empty_array', 'messages'))
    expect(await place({ model })).toEqual(failure('missing_required_parameter', 'messages'))
    expect(await place({ model, messages: [{ role: 'user', content: 5 }] })).toEqual(failure('invalid_type', 'messages[0].content'))
  })

  test('not what the service takes', async () => {
    const body = chat('hi', { temperature: null, tools: [], store: true, unknown: { new: 1 }, stop: ['a'], max_tokens: 5 })
    expect((await call(proxy.origin, { body })).status).toBe(200)
    expect((await call(mock.origin, { body })).status).toBe(200)
  })
})

describe('the mock gives on demand', () => {
  const errors = OPERATIONS.flatMap(({ method, samplePath, operationId, responses }) =>
    Object.keys(responses)
      .filter((status) => status >= '400')
      .map((status) => [operationId, status, method, samplePath] as const),
  )
  test.each(errors)('of %s the documented %s', async (operationId, status, method, path) => {
    const input = 'hi'
    const bodies = {
      createChatCompletion: chat('hi'),
      createEmbedding: { model: 'gemini-embedding-001', input },
      createResponse: { model, input },
    }
    const body = bodies[operationId as keyof typeof bodies] as object | undefined
    const answer = await call(mock.origin, {
      method,
      path,
      ...prefer(`code=${status}`),
      ...(body === undefined ? {} : { body }),
      ...{},
    })
    expect(answer.status).toBe(Number(status))
  })

  test('a kind of error by its name', async () => {
    const answer = await call(mock.origin, { body: chat('hi', { stream: true }), ...prefer('code=429, example=insufficient_quota') })
    expect([answer.status, answer.headers['x-should-retry']]).toEqual([429, 'false'])
    expect(answer.json).toEqual(failure('insufficient_quota', null, 'insufficient_quota'))
  })

  test.each(SCENARIOS)('the scenario %s, in one piece and as a stream alike', async (scenario) => {
    const wish = prefer(`example=${scenario}`)
    const messages = [{ role: 'user' as const, content: 'hi' }]
    const whole = await client().chat.completions.create({ model, messages }, wish)
    const stream = client().chat.completions.stream({ model, messages }, wish)
    const { finish_reason, message } = (await stream.finalChatCompletion()).choices[0] ?? {}
    const reference = whole.choices[0]
    expect(finish_reason).toBe(reference?.finish_reason)
    expect(message?.tool_calls?.length ?? 0).toBe(reference?.message.tool_calls?.length ?? 0)
    expect(message?.refusal ?? null).toBe(reference?.message.refusal ?? null)
    const streamed = await call(mock.origin, { body: chat('hi', { stream: true }), ...wish })
    expect(streamed.events.at(-1)).toBe('[DONE]')
    if (scenario !== 'text') expect(message?.content || null).toBe(reference?.message.content ?? null)
  })

  test('a failure in the middle of a stream, which the SDK raises; in one piece it is 504', async () => {
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

  test('the rest of a resumed stream, and its answer in one piece', async () => {
    const path = '/v1/chat/completions/chatcmpl-1'
    expect((await call(mock.origin, { path, headers: { 'last-event-id': 'chatcmpl-1:2' } })).text).toMatch(/^id: /m)
    expect((await call(mock.origin, { path: `${path}?stream=true` })).text).toMatch(/^id: /m)
    expect((await call(mock.origin, { path })).json).toMatchObject({ object: 'chat.completion' })
  })

  test('400 that names the wish, for an example that there is not', async () => {
    const answer = await call(mock.origin, { body: chat('hi'), ...prefer('example=nonsense') })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('example=nonsense')
  })
})

describe('SDKs on the mock', () => {
  test('a stream comes in several reads, with usage where it is asked for', async () => {
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
    // A client that stands still finds all of it at once.
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
    const seen = await runPython('test/mock/client.py', { MOCK_URL: mock.origin, MOCK_TOKEN: TOKEN })
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

  test('a browser may ask from anywhere', async () => {
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
