import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, chat, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'

let proxy: RunningProxy

beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

const MODEL = 'gemini-3.5-flash'
const USER = { role: 'user', content: 'hello' }
const base = (rest: object): object => ({ model: MODEL, messages: [USER], ...rest })
const messages = (...all: unknown[]): object => ({ model: MODEL, messages: all })
const parts = (...all: unknown[]): object => messages({ role: 'user', content: all })
const tool = (definition: unknown): object => base({ tools: [{ type: 'function', function: definition }] })
const TEXT = { type: 'text', text: 'hello' }
const CALL = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }

type Row = readonly [what: string, body: unknown, code: string, param: string | null]

const REFUSED: readonly Row[] = [
  ['no fields', {}, 'missing_required_parameter', 'model'],
  ['no model', { messages: [USER] }, 'missing_required_parameter', 'model'],
  ['no messages', { model: MODEL }, 'missing_required_parameter', 'messages'],
  ['model of a wrong type', base({ model: 5 }), 'invalid_type', 'model'],
  ['model null', base({ model: null }), 'invalid_type', 'model'],
  ['model empty', base({ model: '' }), 'string_too_short', 'model'],
  ['messages empty', messages(), 'empty_array', 'messages'],
  ['messages is a string', base({ messages: 'hello' }), 'invalid_type', 'messages'],
  ['messages is an object', base({ messages: USER }), 'invalid_type', 'messages'],
  ['messages null', base({ messages: null }), 'invalid_type', 'messages'],
  ['a message that is a string', messages('hello'), 'invalid_type', 'messages[0]'],
  ['a message that is null', messages(USER, null), 'invalid_type', 'messages[1]'],
  ['a message without a role', messages({ content: 'x' }), 'missing_required_parameter', 'messages[0].role'],
  ['an unknown role', messages(USER, { role: 'robot', content: 'x' }), 'invalid_value', 'messages[1].role'],
  ['a role of a wrong type', messages({ role: 5, content: 'x' }), 'invalid_value', 'messages[0].role'],
  ['a user without content', messages({ role: 'user' }), 'missing_required_parameter', 'messages[0].content'],
  ['a user with content null', messages({ role: 'user', content: null }), 'invalid_type', 'messages[0].content'],
  ['content that is a number', messages({ role: 'user', content: 5 }), 'invalid_type', 'messages[0].content'],
  ['content that is an object', messages({ role: 'user', content: { type: 'text' } }), 'invalid_type', 'messages[0].content'],
  ['content that is an empty list', parts(), 'empty_array', 'messages[0].content'],
  ['a system message without content', messages({ role: 'system' }, USER), 'missing_required_parameter', 'messages[0].content'],
  [
    'a system message with an image',
    messages({ role: 'system', content: [{ type: 'image_url' }] }),
    'invalid_value',
    'messages[0].content[0].type',
  ],
  ['a part that is a string', parts('hello'), 'invalid_type', 'messages[0].content[0]'],
  ['a part without a type', parts(TEXT, { text: 'x' }), 'missing_required_parameter', 'messages[0].content[1].type'],
  ['a part of an unknown type', parts(TEXT, { type: 'hologram' }), 'invalid_value', 'messages[0].content[1].type'],
  ['a text part without its text', parts({ type: 'text' }), 'missing_required_parameter', 'messages[0].content[0].text'],
  ['a text part that is a number', parts({ type: 'text', text: 5 }), 'invalid_type', 'messages[0].content[0].text'],
  ['an image without image_url', parts({ type: 'image_url' }), 'missing_required_parameter', 'messages[0].content[0].image_url'],
  [
    'an image without url',
    parts(TEXT, { type: 'image_url', image_url: {} }),
    'missing_required_parameter',
    'messages[0].content[1].image_url.url',
  ],
  ['an image as a string', parts({ type: 'image_url', image_url: 'data:' }), 'invalid_type', 'messages[0].content[0].image_url'],
  [
    'an image with an unknown detail',
    parts({ type: 'image_url', image_url: { url: 'data:', detail: 'extreme' } }),
    'invalid_value',
    'messages[0].content[0].image_url.detail',
  ],
  [
    'a recording of an unknown format',
    parts({ type: 'input_audio', input_audio: { data: '', format: 'midi' } }),
    'invalid_value',
    'messages[0].content[0].input_audio.format',
  ],
  ['a file without file', parts({ type: 'file' }), 'missing_required_parameter', 'messages[0].content[0].file'],
  ['a tool message without an id', messages({ role: 'tool', content: 'x' }), 'missing_required_parameter', 'messages[0].tool_call_id'],
  ['a function message without a name', messages({ role: 'function', content: 'x' }), 'missing_required_parameter', 'messages[0].name'],
  ['an assistant content of a wrong type', messages({ role: 'assistant', content: 5 }), 'invalid_type', 'messages[0].content'],
  [
    'a tool call without an id',
    messages(USER, { role: 'assistant', tool_calls: [{ ...CALL, id: undefined }] }),
    'missing_required_parameter',
    'messages[1].tool_calls[0].id',
  ],
  [
    'arguments of a tool call as an object',
    messages(USER, { role: 'assistant', tool_calls: [{ ...CALL, function: { name: 'f', arguments: {} } }] }),
    'invalid_type',
    'messages[1].tool_calls[0].function.arguments',
  ],
  ['stream of a wrong type', base({ stream: 'yes' }), 'invalid_type', 'stream'],
  ['stream is a number', base({ stream: 1 }), 'invalid_type', 'stream'],
  ['stream_options of a wrong type', base({ stream_options: true }), 'invalid_type', 'stream_options'],
  ['include_usage of a wrong type', base({ stream_options: { include_usage: 'yes' } }), 'invalid_type', 'stream_options.include_usage'],
  ['temperature is a string', base({ temperature: '1' }), 'invalid_type', 'temperature'],
  ['temperature below 0', base({ temperature: -0.1 }), 'decimal_below_min_value', 'temperature'],
  ['temperature above 2', base({ temperature: 2.1 }), 'decimal_above_max_value', 'temperature'],
  ['temperature 3', base({ temperature: 3 }), 'integer_above_max_value', 'temperature'],
  ['top_p above 1', base({ top_p: 1.5 }), 'decimal_above_max_value', 'top_p'],
  ['top_p below 0', base({ top_p: -1 }), 'integer_below_min_value', 'top_p'],
  ['max_tokens 0', base({ max_tokens: 0 }), 'integer_below_min_value', 'max_tokens'],
  ['max_tokens is a fraction', base({ max_tokens: 1.5 }), 'invalid_type', 'max_tokens'],
  ['a negative max_completion_tokens', base({ max_completion_tokens: -1 }), 'integer_below_min_value', 'max_completion_tokens'],
  ['n 0', base({ n: 0 }), 'integer_below_min_value', 'n'],
  ['n 129', base({ n: 129 }), 'integer_above_max_value', 'n'],
  ['stop is a number', base({ stop: 5 }), 'invalid_type', 'stop'],
  ['stop is an empty list', base({ stop: [] }), 'empty_array', 'stop'],
  ['six stops', base({ stop: ['a', 'b', 'c', 'd', 'e', 'f'] }), 'array_too_long', 'stop'],
  ['a stop sequence that is a number', base({ stop: ['a', 5] }), 'invalid_type', 'stop[1]'],
  ['presence_penalty below -2', base({ presence_penalty: -2.5 }), 'decimal_below_min_value', 'presence_penalty'],
  ['frequency_penalty above 2', base({ frequency_penalty: 2.5 }), 'decimal_above_max_value', 'frequency_penalty'],
  ['top_logprobs 21', base({ top_logprobs: 21 }), 'integer_above_max_value', 'top_logprobs'],
  ['logprobs is a number', base({ logprobs: 5 }), 'invalid_type', 'logprobs'],
  ['logit_bias with strings', base({ logit_bias: { 50256: 'x' } }), 'invalid_type', 'logit_bias.50256'],
  ['tools is an object', base({ tools: {} }), 'invalid_type', 'tools'],
  ['a tool without a type', base({ tools: [{ function: { name: 'f' } }] }), 'missing_required_parameter', 'tools[0].type'],
  ['a tool of an unknown type', base({ tools: [{ type: 'hammer' }] }), 'invalid_value', 'tools[0].type'],
  ['a tool without a function', base({ tools: [{ type: 'function' }] }), 'missing_required_parameter', 'tools[0].function'],
  ['a function without a name', tool({}), 'missing_required_parameter', 'tools[0].function.name'],
  ['a function name of a wrong type', tool({ name: 5 }), 'invalid_type', 'tools[0].function.name'],
  ['parameters as a string', tool({ name: 'f', parameters: '{}' }), 'invalid_type', 'tools[0].function.parameters'],
  ['an unknown tool_choice', base({ tool_choice: 'maybe' }), 'invalid_value', 'tool_choice'],
  [
    'tool_choice without a name',
    base({ tool_choice: { type: 'function', function: {} } }),
    'missing_required_parameter',
    'tool_choice.function.name',
  ],
  ['tool_choice of an unknown type', base({ tool_choice: { type: 'x' } }), 'invalid_value', 'tool_choice.type'],
  ['tool_choice is a number', base({ tool_choice: 5 }), 'invalid_type', 'tool_choice'],
  ['an unknown response_format', base({ response_format: { type: 'xml' } }), 'invalid_value', 'response_format.type'],
  ['response_format without a type', base({ response_format: {} }), 'missing_required_parameter', 'response_format.type'],
  [
    'response_format json_schema without json_schema',
    base({ response_format: { type: 'json_schema' } }),
    'missing_required_parameter',
    'response_format.json_schema',
  ],
  [
    'json_schema without a name',
    base({ response_format: { type: 'json_schema', json_schema: {} } }),
    'missing_required_parameter',
    'response_format.json_schema.name',
  ],
  ['response_format is a string', base({ response_format: 'json' }), 'invalid_type', 'response_format'],
  ['an unknown reasoning_effort', base({ reasoning_effort: 'extreme' }), 'invalid_value', 'reasoning_effort'],
  ['reasoning_effort is a number', base({ reasoning_effort: 5 }), 'invalid_type', 'reasoning_effort'],
  ['an unknown verbosity', base({ verbosity: 'loud' }), 'invalid_value', 'verbosity'],
  ['an unknown service_tier', base({ service_tier: 'gold' }), 'invalid_value', 'service_tier'],
  ['an unknown modality', base({ modalities: ['smell'] }), 'invalid_value', 'modalities[0]'],
  ['metadata with numbers', base({ metadata: { a: 1 } }), 'invalid_type', 'metadata.a'],
  ['a key with a slash and a tilde', base({ metadata: { 'a/b~c': 1 } }), 'invalid_type', 'metadata.a/b~c'],
  [
    'a budget below -1',
    base({ extra_body: { google: { thinking_config: { thinking_budget: -2 } } } }),
    'integer_below_min_value',
    'extra_body.google.thinking_config.thinking_budget',
  ],
  ['no functions', base({ functions: [] }), 'empty_array', 'functions'],
  ['129 functions', base({ functions: Array.from({ length: 129 }, () => ({ name: 'f' })) }), 'array_too_long', 'functions'],
]

describe('a chat request that breaks the contract is rejected with a code and the path of the parameter', () => {
  test.each(REFUSED)('%s', async (_what, body, code, param) => {
    const answer = await call(proxy.origin, { body })
    expect([answer.status, answer.json]).toEqual([400, failure(code, param)])
    expect(answer.headers['x-request-id']).toBeDefined()
  })

  test('and is not sent to Gemini', () => {
    expect(proxy.simulator.totalRequests).toBe(0)
  })
})

describe('the message for an invalid request', () => {
  test.each<[string, unknown, string]>([
    [
      'names the accepted types',
      messages({ role: 'user', content: 5 }),
      "'messages[0].content': expected one of a string or an array, but got an integer",
    ],
    ['names the accepted roles', messages({ role: 'robot' }), "'developer', 'system', 'user', 'assistant', 'tool', 'function'"],
    ['names the limit and the value', base({ temperature: 2.5 }), 'a value <= 2, but got 2.5'],
    ['names the missing field', {}, "Missing required parameter: 'model'"],
    ['truncates a long value', messages({ role: 'x'.repeat(5_000) }), `'${'x'.repeat(100)}'`],
  ])('%s', async (_what, body, words) => {
    const { json, text } = await call(proxy.origin, { body })
    expect((json as { error: { message: string } }).error.message).toContain(words)
    expect(text.length).toBeLessThan(1_000)
  })
})

const OPTIONAL = [
  'stream', 'stream_options', 'temperature', 'top_p', 'max_completion_tokens', 'max_tokens', 'n', 'stop', 'presence_penalty',
  'frequency_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'seed', 'tools', 'tool_choice', 'parallel_tool_calls', 'functions',
  'function_call', 'response_format', 'reasoning_effort', 'verbosity', 'modalities', 'audio', 'prediction', 'web_search_options',
  'service_tier', 'store', 'metadata', 'moderation', 'user', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_options',
  'prompt_cache_retention', 'extra_body',
] // biome-ignore format: names in columns

test.each([
  ['/v1/chat/completions', 'seed', base({ seed: 0 })],
  ['/v1/chat/completions', 'max_tokens', base({ max_tokens: 0 })],
  ['/v1/completions', 'seed', { model: MODEL, prompt: 'hello', seed: 0 }],
  ['/v1/responses', 'max_output_tokens', { model: MODEL, input: 'hello', max_output_tokens: 0 }],
])('%s: a %s that JSON.parse reads as Infinity is rejected', async (path, name, asked) => {
  for (const value of ['1e400', '-1e400']) {
    const body = JSON.stringify(asked).replace(`"${name}":0`, `"${name}":${value}`)
    const answer = await call(proxy.origin, { path, body, headers: { 'content-type': 'application/json' } })
    expect([answer.status, answer.json]).toEqual([400, failure('invalid_type', name)])
    expect(answer.text).toContain('but got a number out of range')
  }
})

describe('requests of SDKs are accepted', () => {
  test.each(OPTIONAL)('null for %s', async (name) => {
    expect(await call(proxy.origin, { body: base({ [name]: null }) })).toMatchObject({ status: 200 })
  })

  test('null for every optional field at once', async () => {
    const body = base(Object.fromEntries(OPTIONAL.map((name) => [name, null])))
    expect(await call(proxy.origin, { body })).toMatchObject({ status: 200 })
  })

  test.each<[string, object]>([
    ['an unknown field', base({ a_field_of_tomorrow: { deep: [1] } })],
    ['an unknown field of a message', messages({ ...USER, cache_control: { type: 'ephemeral' } })],
    ['an unknown field of a part', parts({ ...TEXT, cache_control: { type: 'ephemeral' } })],
    ['an unknown field of a tool', base({ tools: [{ type: 'function', function: { name: 'f', extra: 1 }, extra: 1 }] })],
    ['max_tokens together with max_completion_tokens', base({ max_tokens: 5_000, max_completion_tokens: 5_000 })],
    ['stream_options without a stream', base({ stream: false, stream_options: { include_usage: true } })],
    ['temperature 0', base({ temperature: 0 })],
    ['temperature 2', base({ temperature: 2 })],
    ['top_p 0', base({ top_p: 0 })],
    ['top_logprobs 0', base({ top_logprobs: 0 })],
    ['the name of an author', messages({ ...USER, name: 'ann' })],
    ['names that are null', messages({ ...USER, name: null })],
    ['four stops', base({ stop: ['a', 'b', 'c', 'd'] })],
    ['one stop', base({ stop: 'END' })],
  ])('%s', async (_what, body) => {
    expect(await call(proxy.origin, { body })).toMatchObject({ status: 200 })
  })

  test('and ignored parameters are listed in a header, which is truncated', async () => {
    const invented = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`field_${at}_世\r\nx-evil: 1`, at]))
    const { status, headers } = await call(proxy.origin, { body: base({ store: true, ...invented }) })
    expect(status).toBe(200)
    expect(headers['x-gemini-proxy-ignored-params']).toMatch(/^store, field_0_\?\?\?x-evil: 1, /)
    expect(String(headers['x-gemini-proxy-ignored-params']).length).toBeLessThanOrEqual(1_000)
    expect(headers['x-evil']).toBeUndefined()
  })
})

test('the parameter stream decides, not the Accept header', async () => {
  const accept = { accept: 'text/event-stream' }
  const json = await call(proxy.origin, { body: chat('hello'), headers: accept })
  const stream = await call(proxy.origin, { body: chat('hello', { stream: true }), headers: { accept: 'application/json' } })
  expect(json.headers['content-type']).toMatch(/^application\/json/)
  expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8')
})
