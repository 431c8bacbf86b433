import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually, failureOf } from '../../support/calls.js'
import { FC_CREDENTIALS } from '../../support/canaries.js'
import { call, simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { MODEL, startNativeProxy } from './google.js'
import { type RawGemini, startRawGemini } from './rawGemini.js'
import { type GoogleSdk, googleSdk, type Interaction, type InteractionEvent } from './sdk.js'

const PATH = '/v1beta/interactions'
let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startNativeProxy({ MAX_RETRIES: '0', MODEL_ALIASES: `chat=${MODEL}` })
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.logs.length = 0
})
afterAll(() => proxy.close())

const lineOf = (operation: string): Promise<Record<string, unknown> | undefined> =>
  eventually(() => {
    const line = proxy.logs.find((each) => each.operation === operation)
    expect(line).toBeDefined()
    return line
  })

/** Reads a stream of the SDK to its end, and returns its events. */
async function read(stream: Promise<AsyncIterable<InteractionEvent>>): Promise<InteractionEvent[]> {
  const events: InteractionEvent[] = []
  for await (const event of await stream) events.push(event)
  return events
}

const textOf = (events: readonly InteractionEvent[]): string => events.map(({ delta }) => delta?.text ?? '').join('')

describe.each([
  ['with its own version of the API', {}],
  ['with v1beta', { apiVersion: 'v1beta' }],
] as const)("interactions of Google's SDK %s", (_which, options) => {
  let sdk: GoogleSdk
  beforeAll(async () => {
    sdk = await googleSdk(proxy, options)
  })

  test('are created, continued, read and deleted', async () => {
    const first = await sdk.interactions.create({ model: MODEL, input: `hi ${simulate({ text: 'Hello, 世界' })}` })
    expect(first).toMatchObject({ status: 'completed', output_text: 'Hello, 世界', usage: { total_tokens: expect.any(Number) } })
    const second = await sdk.interactions.create({ model: MODEL, input: 'and now?', previous_interaction_id: first.id })
    expect(second.status).toBe('completed')
    expect(await sdk.interactions.get(first.id)).toMatchObject({ id: first.id, output_text: 'Hello, 世界' })
    await sdk.interactions.delete(first.id)
    expect(await failureOf(sdk.interactions.get(first.id))).toMatchObject({ status: 404 })
  })

  test('are streamed, and resumed after an event', async () => {
    const input = `hi ${simulate({ text: 'one two three four', chunks: 4 })}`
    const events = await read(sdk.interactions.create({ model: MODEL, input, stream: true }))
    expect(events.map(({ event_type: type }) => type)).toEqual([
      ...['interaction.created', 'interaction.status_update', 'step.start'],
      ...['step.delta', 'step.delta', 'step.delta', 'step.delta', 'step.stop', 'interaction.completed'],
    ])
    expect(textOf(events)).toBe('one two three four')
    const id = events[0]?.interaction?.id ?? ''
    const rest = await read(sdk.interactions.get(id, { stream: true, last_event_id: events[4]?.event_id }))
    expect(textOf(rest)).toBe(textOf(events.slice(5)))
  })

  test('call functions, whose results continue them', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } }
    const tools = [{ type: 'function', name: 'get_weather', description: 'Weather of a city', parameters }]
    const input = `weather ${simulate({ toolCalls: [{ name: 'get_weather', arguments: { city: 'Paris' } }] })}`
    const first = await sdk.interactions.create({ model: MODEL, input, tools })
    expect(first.status).toBe('requires_action')
    const asked = first.steps?.find(({ type }) => type === 'function_call')
    expect(asked?.arguments).toEqual({ city: 'Paris' })
    const result = { type: 'function_result', name: 'get_weather', call_id: asked?.id, result: { output: 'sunny' } }
    const params = { model: MODEL, previous_interaction_id: first.id, tools, input: [result] }
    expect((await sdk.interactions.create(params)).status).toBe('completed')
  })

  test('run in the background, and are cancelled', async () => {
    const running = await sdk.interactions.create({ agent: 'deep-research-pro-preview-12-2025', input: 'hi', background: true })
    expect(running.status).toBe('in_progress')
    expect((await sdk.interactions.cancel(running.id)).status).toBe('cancelled')
  })

  test.each([
    ['an error of Gemini', { errorMidStream: { name: 'unavailable', afterChunks: 5 } }, 'upstream_overloaded'],
    ['a reset connection', { fault: { kind: 'reset', when: { afterChunks: 5 } } }, 'upstream_error'],
    ['a cut event', { fault: { kind: 'cut', when: { afterBytes: 700 } } }, 'upstream_error'],
    ['an early end', { fault: { kind: 'eof', when: { afterChunks: 5 } } }, 'upstream_error'],
    ['no end', { doneWithoutFinish: true, omitDone: true }, 'upstream_error'],
    ['an invalid event', { fault: { kind: 'garbage', when: { afterChunks: 5 } } }, 'upstream_error'],
  ] as const)('end with one error event if a stream breaks: %s', async (_what, behaviour, code) => {
    const input = `hi ${simulate({ text: 'one two three', chunks: 5, ...behaviour })}`
    const events = await read(sdk.interactions.create({ model: MODEL, input, stream: true }))
    expect(events.filter(({ event_type: type }) => type === 'error')).toEqual([events.at(-1)])
    expect(events.at(-1)?.error).toMatchObject({ code, message: expect.any(String) })
    expect(events.map(({ event_type: type }) => type)).not.toContain('interaction.completed')
    expect(await lineOf('createInteraction')).toMatchObject({ status: 200, stream: true, errorCode: code })
  })

  test.each([
    ['unavailable', 503, 'upstream_overloaded'],
    ['region', 502, 'upstream_region_unsupported'],
    ['leaked', 502, 'upstream_auth_error'],
  ] as const)('fail with the HTTP status of the error: %s', async (error, status, code) => {
    const body = { model: MODEL, input: `hi ${simulate({ error })}` }
    for (const stream of [false, true]) {
      const answer = await call(proxy.origin, { path: PATH, body: { ...body, stream } })
      expect([answer.status, (answer.json as { error: object }).error]).toEqual([status, expect.objectContaining({ code })])
    }
  })
})

describe('an interaction', () => {
  test('has its model alias replaced, and is logged with its token counts', async () => {
    const { headers, json } = await call(proxy.origin, { path: PATH, body: { model: 'chat', input: 'hello there' } })
    expect(headers['x-gemini-proxy-model']).toBe(MODEL)
    expect(proxy.simulator.requests.map(({ body }) => body)).toMatchObject([{ model: MODEL, input: 'hello there' }])
    const { total_input_tokens: prompt } = (json as { usage: Record<string, number> }).usage
    expect(await lineOf('createInteraction')).toMatchObject({ model: 'chat', promptTokens: prompt, completionTokens: expect.any(Number) })
  })

  test('that is read again does not count its tokens again', async () => {
    const { json } = await call(proxy.origin, { path: PATH, body: { model: MODEL, input: 'hello' } })
    await call(proxy.origin, { path: `${PATH}/${(json as Interaction).id}` })
    const line = await lineOf('getInteraction')
    expect(line).toMatchObject({ status: 200 })
    expect(line).not.toHaveProperty('promptTokens')
  })

  test("is rejected with Google's original error", async () => {
    const { status, text } = await call(proxy.origin, { path: PATH, body: { model: MODEL, input: 'hi', wrong: 1 } })
    expect([status, text]).toEqual([400, '{"error":{"message":"Unknown parameter: wrong.","code":"invalid_request"}}'])
  })

  test.each([
    ['GET', PATH, 405],
    ['DELETE', PATH, 405],
    ['PUT', `${PATH}/v1_x`, 405],
    ['POST', `${PATH}/v1_x`, 405],
    ['GET', `${PATH}/v1_x/cancel`, 405],
    ['POST', `${PATH}/v1_x/resume`, 404],
    ['GET', `${PATH}/v1_x/cancel/y`, 404],
    ['GET', `${PATH}/v1_missing`, 404],
    ['GET', `${PATH}/%2e%2e%2fmodels`, 404],
    ['GET', `${PATH}/%2e%2e`, 404],
    ['GET', `${PATH}/x%3Fkey=y`, 404],
    ['DELETE', `${PATH}/x%0d%0ay`, 404],
    ['POST', `${PATH}/..%2f..%2fmodels/cancel`, 404],
  ])('accepts known paths and methods only: %s %s is %i', async (method, path, status) => {
    const answer = await call(proxy.origin, { method, path, ...(method === 'POST' || method === 'PUT' ? { body: {} } : {}) })
    expect(answer.status).toBe(status)
    expect(answer.json).toMatchObject({ error: { code: expect.stringMatching(/^[a-z_]+$/), message: expect.any(String) } })
    expect(proxy.simulator.requests.every((request) => request.path === `${PATH}/v1_missing`)).toBe(true)
  })

  test('is a 400 with the compatible API', async () => {
    const compat = await startProxy({ GEMINI_UPSTREAM: 'compat' })
    try {
      const answer = await call(compat.origin, { path: PATH, body: { model: MODEL, input: 'hi' } })
      expect(answer.json).toMatchObject({ error: { code: 'unsupported_value', message: expect.stringContaining('GEMINI_UPSTREAM') } })
      expect(answer.status).toBe(400)
    } finally {
      await compat.close()
    }
  })

  test('is not read further from Gemini after its client has disconnected', async () => {
    const leaving = new AbortController()
    const body = { model: MODEL, input: `hello ${simulate({ chunks: 4, hold: { afterChunks: 4 } })}`, stream: true }
    await fetch(`${proxy.origin}${PATH}`, {
      method: 'POST',
      headers: { ...FC_CREDENTIALS, 'x-goog-api-key': TOKEN, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: leaving.signal,
    })
    leaving.abort()
    await eventually(() => expect(proxy.simulator.requests[0]?.aborted).toBe(true))
    expect(await lineOf('createInteraction')).toMatchObject({ status: 499, cancelled: true })
  })
})

test.each([
  [200, ''],
  [200, '\n'],
  [204, ''],
])('is deleted if Google answers %i with the body %j', async (status, body) => {
  const gemini = await startRawGemini((response) => response.writeHead(status).end(body))
  const own = await startNativeProxy({ GEMINI_BASE_URL: gemini.baseUrl })
  const answer = await call(own.origin, { method: 'DELETE', path: `${PATH}/v1_a` })
  await own.close()
  await gemini.close()
  expect([answer.status, answer.text, gemini.requests.length]).toEqual([200, '{}', 1])
})

describe('the bytes of an interaction', () => {
  // Parsing and serialising this JSON would change its bytes: the tests notice if the proxy does
  // so.
  const REQUEST = '{ "model":"gemini-3.5-flash","input":"\\u4e16 \\/ 世",\n "big":12345678901234567890, "one":1.0, "one":2}\n'
  const ANSWER = '{ "id":"v1_a", "status":"completed", "n":1.0e2, "steps":[{"text":"\\u003c"}] }\n'
  const STREAM = [
    'event: interaction.created\ndata: {"interaction": {"id":"v1_a","status":"in_progress"},"event_type":"interaction.created"}\n\n',
    'event: error\ndata: {"event_type":"error"}\n\n',
    'event: interaction.completed\ndata: {"interaction": {"id":"v1_a","status":"completed"},"event_type":"interaction.completed"}\n\n',
    'event: done\ndata: [DONE]\n\n',
  ].join('')
  let gemini: RawGemini
  let raw: ProxyUnderTest
  beforeAll(async () => {
    gemini = await startRawGemini((response, { url, bytes }) => {
      const isStream = url.includes('stream=true') || bytes.includes('"stream":true')
      response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json; charset=UTF-8' })
      response.end(isStream ? STREAM : ANSWER)
    })
    raw = await startNativeProxy({ GEMINI_BASE_URL: gemini.baseUrl })
  })
  beforeEach(() => {
    gemini.requests.length = 0
  })
  afterAll(async () => {
    await raw.close()
    await gemini.close()
  })

  const send = (path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${raw.origin}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...FC_CREDENTIALS, 'x-goog-api-key': TOKEN, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body === undefined ? {} : { body }),
    })

  test.each(['/v1beta/interactions', '/v1/interactions', '/v1beta/interactions/'])(
    'are passed on unchanged both ways: %s',
    async (path) => {
      const response = await send(path, REQUEST)
      expect(await response.text()).toBe(ANSWER)
      expect(gemini.requests.map(({ url, bytes }) => [url, bytes.toString()])).toEqual([['/v1beta/interactions', REQUEST]])
    },
  )

  test('are passed on as a stream, and an empty error event does not end it', async () => {
    const body = REQUEST.replace('"one":2', '"stream":true')
    expect(await (await send('/v1beta/interactions?alt=sse', body)).text()).toBe(STREAM)
    expect(await (await send('/v1/interactions/v1_a?stream=true&last_event_id=e1')).text()).toBe(STREAM)
    expect(gemini.requests.map(({ url }) => url)).toEqual([
      '/v1beta/interactions?alt=sse',
      '/v1beta/interactions/v1_a?stream=true&last_event_id=e1',
    ])
  })

  test.each([
    ['none', null, {}, ''],
    ['no body with a type', null, { 'content-type': 'application/json' }, ''],
    ['an object', ' {}', { 'content-type': 'application/json' }, ' {}'],
  ])('in a cancel request are those of its body: %s', async (_what, body, headers, expected) => {
    const all = { ...FC_CREDENTIALS, 'x-goog-api-key': TOKEN, ...headers }
    const response = await fetch(`${raw.origin}/v1/interactions/v1_a/cancel`, { method: 'POST', headers: all, body })
    expect(response.status).toBe(200)
    const sent = gemini.requests.map(({ url, bytes, headers: given }) => [url, bytes.toString(), given['content-length']])
    expect(sent).toEqual([['/v1beta/interactions/v1_a/cancel', expected, String(expected.length)]])
  })

  test('are sent with the header api-revision, and no other header of the client', async () => {
    await send('/v1beta/interactions', REQUEST, { 'api-revision': '2026-05-20', 'x-goog-api-client': 'c', cookie: 'a=b' })
    expect(Object.keys(gemini.requests[0]?.headers ?? {}).sort()).toEqual([
      ...['accept', 'accept-encoding', 'api-revision', 'connection', 'content-length', 'content-type', 'host', 'x-goog-api-key'],
    ])
    const refused = await send('/v1beta/interactions', REQUEST, { 'api-revision': 'x' })
    expect([refused.status, gemini.requests.length]).toEqual([400, 1])
  })
})
