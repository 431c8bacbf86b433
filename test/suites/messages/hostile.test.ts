import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { call, makeExpectedError } from '../../support/contractHook.js'
import { GEMINI_KEY, type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { asking, callOf, type Json, lastSent, messageOf, send, WEATHER } from './asking.js'

const OTHER = 'another-token-77aa'
const SECRET = 'a secret of the prompt'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ AUTH_TOKEN: `${TOKEN},${OTHER}`, MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const user = (content: unknown): Json => ({ role: 'user', content })
const assistant = (...content: unknown[]): Json => ({ role: 'assistant', content })
const use = (id: unknown, input: unknown = {}, name = 'f'): Json => ({ type: 'tool_use', id, name, input })
const result = (id: unknown, content: unknown = 'ok'): Json => ({ type: 'tool_result', tool_use_id: id, content })
const image = (source: unknown): Json => ({ type: 'image', source })
const png = (data: string): Json => ({ type: 'base64', media_type: 'image/png', data })
const nested = (depth: number): unknown => Array.from({ length: depth }).reduce((inner) => ({ a: inner }), 1)
const ask = (messages: readonly unknown[], more: Json = {}): Json => ({ ...asking({}), messages, ...more })
const ignoredBy = ({ headers }: Awaited<ReturnType<typeof send>>): unknown => headers['x-gemini-proxy-ignored-params']

const REFUSED: readonly (readonly [what: string, body: Json, param: string])[] = [
  ['a message that is not an object', ask([null]), 'messages[0]'],
  ['a block that is not an object', ask([user([null])]), 'messages[0].content[0]'],
  ['a block without a type', ask([user([{ text: 'x' }])]), 'messages[0].content[0].type'],
  ['a text that is null', ask([user([{ type: 'text', text: null }])]), 'messages[0].content[0].text'],
  ['a call without an id', ask([user('x'), assistant(use(null))]), 'messages[1].content[0].id'],
  ['a call with a number as its id', ask([user('x'), assistant(use(1))]), 'messages[1].content[0].id'],
  ['a call without its result', ask([user('x'), assistant(use('a')), user('Go on.')]), 'messages[1]'],
  ['a result without its call', ask([user('x'), assistant(use('a')), user([result('a'), result('b')])]), 'messages[2].content[1]'],
  ['a result that is an object', ask([user('x'), assistant(use('a')), user([result('a', { a: 1 })])]), 'messages[2].content[0].content'],
  ['a source that is a string', ask([user([image('https://x.example')])]), 'messages[0].content[0].source'],
  ['an empty image', ask([user([image(png(''))])]), 'messages[0].content[0].source'],
  [
    'an image without a type',
    ask([user([image({ ...png('iVBORw0KGgo='), media_type: null })])]),
    'messages[0].content[0].source.media_type',
  ],
  ['an invalid image type', ask([user([image({ ...png('iVBORw0KGgo='), media_type: 'image/x; a=,b' })])]), 'messages[0].content[0].source'],
  [
    'the metadata address of a cloud',
    ask([user([image({ type: 'url', url: 'http://169.254.169.254/latest/' })])]),
    'messages[0].content[0].source',
  ],
  [
    'a loopback address',
    ask([user([{ type: 'document', source: { type: 'url', url: 'https://127.0.0.1:1/' } }])]),
    'messages[0].content[0].source',
  ],
  ['a file:// URL', ask([user([image({ type: 'url', url: 'file:///etc/passwd' })])]), 'messages[0].content[0].source'],
  [
    'an image by id in a result',
    ask([user('x'), assistant(use('a')), user([result('a', [image({ type: 'unknown', file_id: 'f' })])])]),
    'messages[2].content[0].content[0].source.type',
  ],
  ['a tool that is not an object', ask([user('x')], { tools: [null] }), 'tools[0]'],
  ['a schema that is a string', ask([user('x')], { tools: [{ name: 'f', input_schema: 'x' }] }), 'tools[0].input_schema'],
  [
    'tool_choice with an unknown tool',
    ask([user('x')], { tools: [WEATHER], tool_choice: { type: 'tool', name: 'g' } }),
    'tool_choice.name',
  ],
  ['no messages', ask([]), 'messages'],
  ['too many messages', ask(Array(60_000).fill(user('x')), { messages: {} }), 'messages'],
  ['a fraction as max_tokens', ask([user('x')], { max_tokens: 1.5 }), 'max_tokens'],
  ['a string as stream', ask([user('x')], { stream: 'yes' }), 'stream'],
]

describe('a request of a hostile client', () => {
  test.each(REFUSED)('is a 400 with the parameter, and is not sent to Gemini: %s', async (_, body, param) => {
    const { status, json, headers } = await send(proxy, body)
    expect([status, json]).toMatchObject([400, { type: 'error', error: { type: 'invalid_request_error', details: { param } } }])
    expect(json).toMatchObject({ request_id: headers['request-id'] })
    expect(proxy.simulator.totalRequests).toBe(0)
  })

  test.each<[string, readonly unknown[], Json, string | undefined]>([
    ['null for every optional parameter', [user('x')], Object.fromEntries(NULLABLE().map((name) => [name, null])), undefined],
    ['no content', [{ role: 'user' }, assistant(), user(null)], {}, undefined],
    [
      'names of Object.prototype as types',
      [user([{ type: 'constructor' }, { type: '__proto__' }, { type: 'text', text: 'x' }])],
      {},
      'messages[0].content[0], messages[0].content[1]',
    ],
    ['only an answer', [assistant({ type: 'text', text: 'I am' })], {}, undefined],
    ['an unfinished answer', [user('x'), assistant({ type: 'text', text: 'It is ' })], {}, undefined],
    ['only instructions', [{ role: 'system', content: 'S' }], {}, undefined],
    ['calls in a user message', [user([use('a'), { type: 'text', text: 'x' }])], {}, 'messages[0].content[0]'],
    ['results in an assistant message', [user('x'), assistant(result('a')), user('y')], {}, 'messages[1].content[0]'],
    ['an image in an assistant message', [user('x'), assistant(image(png('iVBORw0KGgo='))), user('y')], {}, 'messages[1].content[0]'],
    [
      'a signature that is a number',
      [user('x'), assistant({ type: 'thinking', thinking: 't', signature: 5 }), user('y')],
      {},
      'messages[1].content[0].signature',
    ],
    [
      'a thinking block of Anthropic',
      [user('x'), assistant({ type: 'redacted_thinking', data: 'gp1.x' }), user('y')],
      {},
      'messages[1].content[0]',
    ],
    ['a schema of ninety levels', [user('x')], { tools: [{ name: 'f', input_schema: nested(90) }] }, 'tools[0].input_schema.a'],
    ['a schema that contains itself', [user('x')], { tools: [{ name: 'f', input_schema: { $ref: '#' } }] }, 'tools[0].input_schema.$ref'],
    ['a duplicate tool', [user('x')], { tools: [WEATHER, WEATHER] }, undefined],
    [
      'values of later versions',
      [user('x')],
      { output_config: { effort: 'ultra', format: { type: 'xml' } }, thinking: { type: 'deep' } },
      'output_config.effort, output_config.format',
    ],
    ['top_k 0', [user('x')], { top_k: 0 }, 'top_k'],
    ['max_tokens 1e300', [user('x')], { max_tokens: 1e300 }, 'max_tokens'],
  ])('is accepted, and ignored parameters are reported: %s', async (_, messages, more, ignored) => {
    const answer = await send(proxy, ask(messages, more))
    expect([answer.status, ignoredBy(answer)]).toEqual([200, ignored])
  })

  test.each([
    ['members', 400, JSON.stringify(ask([user('x')])).replace('"x"', `${'['.repeat(2_000)}${']'.repeat(2_000)}`)],
    ['values', 413, JSON.stringify(ask(Array(80_000).fill(user('x'))))],
    ['bytes', 413, JSON.stringify(ask([user('x'.repeat(2_000))]))],
  ])("has a limit of %s, with an error in Anthropic's format", async (what, status, body) => {
    const small = what === 'bytes' ? await startProxy({ BODY_LIMIT_BYTES: '1024' }) : proxy
    const answer = await call(small.origin, { path: '/v1/messages', body, headers: { 'content-type': 'application/json' } })
    if (small !== proxy) await small.close()
    expect(answer.json).toEqual(makeExpectedError('anthropic', status, status === 413 ? 'request_too_large' : 'invalid_value'))
    expect([answer.status, answer.headers['request-id']]).toEqual([status, (answer.json as { request_id: string }).request_id])
  })

  test.each([
    [
      'thinking with forged signatures',
      ask([user('x'), assistant(...Array(10_000).fill({ type: 'thinking', thinking: 't', signature: `gp1.${'A'.repeat(60)}` }))]),
    ],
    ['stop sequences', ask([user('x')], { stop_sequences: Array(50_000).fill('') })],
    ['searches', ask([user('x')], { tools: Array(20_000).fill({ type: 'web_search_1', name: 'w' }) })],
    ['unknown fields', ask([user('x')], Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`field_${index}`, 1])))],
  ])('may have any number of %s: the list of ignored parameters is truncated', async (_, body) => {
    const answer = await send(proxy, body)
    expect(answer.status).toBe(200)
    expect(String(ignoredBy(answer)).length).toBeLessThanOrEqual(1_000)
  })

  test.each([
    ['a text', '{"city":"Oslo"}', { city: 'Oslo' }, undefined],
    ['a list', [1], { arguments: '[1]' }, 'messages[1].content[0].input'],
    ['truncated JSON', '{"city":"Os', { arguments: '{"city":"Os' }, 'messages[1].content[0].input'],
    ['null', null, {}, undefined],
  ])('preserves the input of a call that is %s', async (_, input, expected, ignored) => {
    const answer = await send(proxy, ask([user('x'), assistant(use('a', input)), user([result('a')])]))
    expect([answer.status, ignoredBy(answer)]).toEqual([200, ignored])
    const calls = lastSent(proxy).messages[1]?.tool_calls as readonly { readonly function: { readonly arguments: string } }[]
    expect(calls.map((called) => JSON.parse(called.function.arguments))).toEqual([expected])
  })

  test('may repeat the id of a call: each call has its own result', async () => {
    const messages = [user('x'), assistant(use('a', { n: 1 }), use('a', { n: 2 })), user([result('a', 'one'), result('a', 'two')])]
    expect((await send(proxy, ask(messages))).status).toBe(200)
    const sent = lastSent(proxy).messages
    const ids = (sent[1]?.tool_calls ?? []).map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
    expect(sent.slice(2).map(({ tool_call_id: id, content }) => [id, content])).toEqual([
      [ids[0], 'one'],
      [ids[1], 'two'],
    ])
  })

  test('may send results in another order, later, or for missing calls: none is lost', async () => {
    const late = [user('x'), assistant(use('a'), use('b', {}, 'g')), user([result('b', 'of b')]), user([result('a', 'of a')])]
    expect((await send(proxy, ask([user([result('zz', 'of none')]), ...late]))).status).toBe(200)
    const sent = lastSent(proxy).messages
    expect(JSON.stringify(sent[0])).toContain('of none')
    expect(sent.slice(-2).map(({ tool_call_id: id, content }) => [id, content])).toEqual([
      ['a', 'of a'],
      ['b', 'of b'],
    ])
  })
})

function NULLABLE(): string[] {
  return [
    'system',
    'tools',
    'tool_choice',
    'stop_sequences',
    'stream',
    'temperature',
    'top_p',
    'top_k',
    'thinking',
    'output_config',
    'metadata',
    'service_tier',
    'thread',
    'cache_control',
    'container',
    'context_management',
  ]
}

describe('a signature', () => {
  const THINKING = { tools: [WEATHER], thinking: { type: 'adaptive' } }

  /**
   * Lets a caller send back an answer of the first caller, with a changed signature. @returns the
   * request that reaches Gemini
   */
  async function sentBack(token: string, change: (signature: string) => string): Promise<string> {
    const request = asking({ toolCalls: [callOf('Paris')], thoughts: 'Hm.' }, THINKING)
    const { content } = await messageOf(proxy, request)
    const [thinking, called] = content
    if (thinking?.type !== 'thinking' || called?.type !== 'tool_use') throw new Error('there is no call after thinking')
    const blocks = [{ ...thinking, signature: change(thinking.signature) }, called]
    const messages = [...(request.messages as object[]), { role: 'assistant', content: blocks }, user([result(called.id)])]
    // A new instance has stored no signatures: it can only read the one in the block.
    const instance = await startProxy({ AUTH_TOKEN: `${TOKEN},${OTHER}` })
    const { status } = await send(instance, { ...request, messages }, '/v1/messages', { 'x-api-key': token })
    const sent = JSON.stringify(lastSent(instance))
    await instance.close()
    expect(status).toBe(200)
    return sent
  }

  test.each([
    ['of the caller is used', TOKEN, (signature: string) => signature, false],
    ['of another caller is ignored', OTHER, (signature: string) => signature, true],
    ['that was changed is ignored', TOKEN, (signature: string) => `${signature.slice(0, -4)}AAAA`, true],
    ['of Anthropic is ignored', TOKEN, () => 'ErUBCkYIBhgCKkA0', true],
  ])('%s', async (_, token, change, isReplaced) => {
    expect((await sentBack(token, change)).includes('skip_thought_signature_validator')).toBe(isReplaced)
  })
})

describe('checks before the operation', () => {
  const BODY = asking({ text: 'Yes.' })

  test.each([
    ['an unknown API version', { 'anthropic-version': 'weird \u00ff' }],
    ['no API version', { 'anthropic-version': '' }],
    ['hundreds of betas', { 'anthropic-beta': Array.from({ length: 800 }, (_, index) => `beta-${index}`).join(',') }],
    ['invalid betas', { 'anthropic-beta': ',,, ,"\u00ff",x' }],
    ['a wrong token in addition to the right one', { authorization: 'Bearer wrong' }],
  ])('accept %s', async (_, headers) => {
    const answer = await send(proxy, BODY, '/v1/messages', headers)
    expect(answer.status).toBe(200)
    expect(String(ignoredBy(answer) ?? '').length).toBeLessThanOrEqual(1_000)
  })

  test.each([
    ['batches', 'POST', '/v1/messages/batches', 404, 'unknown_url'],
    ['results of batches', 'GET', '/v1/messages/batches/b/results', 404, 'unknown_url'],
    ['another method', 'DELETE', '/v1/messages', 405, 'method_not_allowed'],
    ['another method for counting', 'GET', '/v1/messages/count_tokens', 405, 'method_not_allowed'],
  ] as const)("reject %s in Anthropic's format", async (_, method, path, status, code) => {
    const answer = await call(proxy.origin, { method, path })
    expect([answer.status, answer.json]).toEqual([status, makeExpectedError('anthropic', status, code)])
  })

  test('report the right base URL to a client that has /v1 twice', async () => {
    const { status, json } = await send(proxy, BODY, '/v1/v1/messages')
    expect([status, json]).toMatchObject([404, { error: { message: expect.stringContaining('without /v1') } }])
  })

  test('report when a rate limit ends, and do not count token counting towards it', async () => {
    const limited = await startProxy({ RATE_LIMIT_RPM: '1', GEMINI_UPSTREAM: 'native' })
    const counts = await Promise.all(Array.from({ length: 24 }, () => send(limited, { ...BODY, tools: [] }, '/v1/messages/count_tokens')))
    const [first, second] = [await send(limited, BODY), await send(limited, BODY)]
    await limited.close()
    expect(counts.map(({ status }) => status)).toEqual(Array(24).fill(200))
    expect([first.status, second.status, second.json]).toEqual([200, 429, makeExpectedError('anthropic', 429, 'rate_limit_exceeded')])
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(0)
  })

  test('respond to overload of the proxy with 529, before the body is read', async () => {
    const busy = await startProxy({ MAX_CONCURRENT_REQUESTS: '1' })
    const held = send(busy, asking({ hold: 'before-headers' }))
    await expect.poll(() => busy.simulator.openRequests).toBe(1)
    const refused = await send(busy, BODY)
    busy.simulator.release()
    await held
    await busy.close()
    expect([refused.status, refused.json]).toEqual([529, makeExpectedError('anthropic', 529, 'server_overloaded')])
    expect(refused.headers['retry-after']).toBe('1')
  })
})

test('no error response and no log line contains a token, a key or text of the client', async () => {
  const spoken = user(SECRET)
  const failing = (code: number, message: string): Behaviour => ({ error: { code, status: 'X', message } })
  const cases = [
    [ask([spoken], { tools: [{ name: SECRET, input_schema: 1 }] }), {}],
    [ask([spoken, assistant(use('a', { text: SECRET }))]), {}],
    [ask([spoken], { metadata: { user_id: SECRET }, thinking: { type: 'enabled', budget_tokens: SECRET } }), {}],
    [ask([spoken], { max_tokens: -1 }), {}],
    [ask([spoken]), failing(400, `API key ${GEMINI_KEY} is wrong.`)],
    [ask([spoken]), failing(403, `${GEMINI_KEY} may not.`)],
  ] as const
  proxy.logs.length = 0
  const forbidden = [TOKEN, GEMINI_KEY, SECRET]
  for (const [body, behaviour] of cases) {
    proxy.simulator.reset()
    proxy.simulator.next(behaviour)
    const { status, text } = await send(proxy, body)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(forbidden.filter((word) => text.includes(word))).toEqual([])
  }
  await expect.poll(() => proxy.logs.filter(({ operation }) => operation === 'createMessage').length).toBe(cases.length)
  expect(forbidden.filter((word) => JSON.stringify(proxy.logs).includes(word))).toEqual([])
})
