import type OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { collect, openai } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { sentAt } from '../../support/sentChat.js'
import { isOnNative } from '../../support/upstreamApi.js'

type Params = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming
type Message = OpenAI.Chat.ChatCompletionMessageParam

const PNG = 'data:image/png;base64,iVBORw0KGgo='
const CITY = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false }

/** A conversation with every role, every kind of part and every field in the SDK's types. */
const MESSAGES = [
  {
    role: 'system',
    content: [{ type: 'text', text: 'Be brief.' }],
    name: 'operator',
  } satisfies Required<OpenAI.Chat.ChatCompletionSystemMessageParam>,
  { role: 'developer', content: 'Be kind.', name: 'developer' } satisfies Required<OpenAI.Chat.ChatCompletionDeveloperMessageParam>,
  {
    role: 'user',
    name: 'ada',
    content: [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: PNG, detail: 'high' } },
      { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERg==', filename: 'a.pdf' } },
    ],
  } satisfies Required<OpenAI.Chat.ChatCompletionUserMessageParam>,
  {
    role: 'assistant',
    name: 'helper',
    content: [
      { type: 'text', text: 'Let me see.' },
      { type: 'refusal', refusal: 'Not that.' },
    ],
    refusal: 'Not that.',
    audio: { id: 'audio_1' },
    function_call: { name: 'weather', arguments: '{"city":"Oslo"}' },
    tool_calls: [
      { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
      { id: 'call_2', type: 'custom', custom: { name: 'shell', input: 'ls' } },
    ],
  } satisfies Required<OpenAI.Chat.ChatCompletionAssistantMessageParam>,
  {
    role: 'tool',
    tool_call_id: 'call_1',
    content: [{ type: 'text', text: 'rain' }],
  } satisfies Required<OpenAI.Chat.ChatCompletionToolMessageParam>,
  { role: 'tool', tool_call_id: 'call_2', content: 'a.txt' },
  { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{}' } },
  { role: 'function', name: 'weather', content: null } satisfies Required<OpenAI.Chat.ChatCompletionFunctionMessageParam>,
  { role: 'user', content: 'And in JSON?' },
] as const satisfies readonly Message[]

/** Every parameter. A new one in the SDK's types causes a compiler error here. */
const EVERY: Required<Params> = {
  model: 'gemini-3.8-flash',
  messages: [...MESSAGES],
  audio: { voice: 'alloy', format: 'mp3' },
  frequency_penalty: 0.5,
  function_call: 'auto',
  functions: [{ name: 'weather', description: 'Tells it.', parameters: CITY }],
  logit_bias: { '50256': -100 },
  logprobs: false,
  max_completion_tokens: 5_000,
  max_tokens: 4_000,
  metadata: { team: 'blue' },
  modalities: ['text'],
  moderation: { model: 'omni-moderation-latest' },
  n: 2,
  parallel_tool_calls: false,
  prediction: { type: 'content', content: 'It rains.' },
  presence_penalty: -0.5,
  prompt_cache_key: 'prefix',
  prompt_cache_options: {},
  prompt_cache_retention: '24h',
  reasoning_effort: 'xhigh',
  response_format: { type: 'json_schema', json_schema: { name: 'answer', description: 'An answer.', strict: true, schema: CITY } },
  safety_identifier: 'user-1',
  seed: 7,
  service_tier: 'auto',
  stop: ['END', 'STOP', '###', '---'],
  store: true,
  stream: false,
  stream_options: { include_usage: true, include_obfuscation: true },
  temperature: 0,
  tool_choice: 'auto',
  tools: [{ type: 'function', function: { name: 'weather', description: 'Tells it.', strict: true, parameters: CITY } }],
  top_logprobs: 5,
  top_p: 0.9,
  user: 'user-1',
  verbosity: 'low',
  web_search_options: { search_context_size: 'low', user_location: null },
}

/**
 * The parameters that have no counterpart in either API of Gemini, and those overridden by another
 * one.
 */
const ALWAYS_IGNORED = [
  'audio',
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'max_tokens',
  'metadata',
  'moderation',
  'prediction',
  'presence_penalty',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'safety_identifier',
  'service_tier',
  'store',
  'top_logprobs',
  'user',
  'verbosity',
]

/** Returns the parameters that are ignored for a model on the API under test. */
function ignoredFor(model: string): readonly string[] {
  if (!isOnNative) return [...ALWAYS_IGNORED, 'logprobs', 'modalities', 'seed', 'web_search_options']
  const ofSearch = model.startsWith('gemini-3') ? ['web_search_options.search_context_size'] : []
  return [...ALWAYS_IGNORED, 'parallel_tool_calls', ...ofSearch]
}

/**
 * Every optional parameter as null, even if the types do not allow it: clients in other languages
 * send it.
 */
const NULLS: Readonly<Record<Exclude<keyof Params, 'model' | 'messages'>, null>> = {
  audio: null,
  frequency_penalty: null,
  function_call: null,
  functions: null,
  logit_bias: null,
  logprobs: null,
  max_completion_tokens: null,
  max_tokens: null,
  metadata: null,
  modalities: null,
  moderation: null,
  n: null,
  parallel_tool_calls: null,
  prediction: null,
  presence_penalty: null,
  prompt_cache_key: null,
  prompt_cache_options: null,
  prompt_cache_retention: null,
  reasoning_effort: null,
  response_format: null,
  safety_identifier: null,
  seed: null,
  service_tier: null,
  stop: null,
  store: null,
  stream: null,
  stream_options: null,
  temperature: null,
  tool_choice: null,
  tools: null,
  top_logprobs: null,
  top_p: null,
  user: null,
  verbosity: null,
  web_search_options: null,
}

/** Messages whose optional members are all null. */
const NULL_MESSAGES: readonly object[] = [
  { role: 'system', content: 'Be brief.', name: null },
  { role: 'user', content: 'Hello', name: null },
  { role: 'assistant', content: 'Hi.', name: null, refusal: null, audio: null, function_call: null, tool_calls: null, annotations: null },
  { role: 'user', content: [{ type: 'image_url', image_url: { url: PNG, detail: null } }] },
]

/**
 * Returns all parameters that a model accepts together: before Gemini 3, tools exclude a schema,
 * and on the native API also a search.
 */
function forModel(model: string): Required<Params> {
  if (model.startsWith('gemini-3')) return { ...EVERY, model }
  const { web_search_options: search, ...more } = EVERY
  const some = { ...more, ...(isOnNative ? {} : { web_search_options: search }), model, response_format: { type: 'text' } }
  return some as Required<Params> // the cast is safe: only the search may be missing
}

const MODELS = ['gemini-3.8-flash', 'gemini-3.5-flash-lite', 'gemini-2.5-flash', 'gemini-2.5-pro', 'gemini-2.0-flash', 'gemini-1.5-pro']

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const ignoredOf = (response: Response): string[] => (response.headers.get('x-gemini-proxy-ignored-params') ?? '').split(', ').sort()

describe.each(MODELS)('the JavaScript SDK with the model %s', (model) => {
  test('may set every parameter at once', async () => {
    const { data, response } = await openai(proxy).chat.completions.create(forModel(model)).withResponse()
    expect(response.status).toBe(200)
    expect(data).toMatchObject({ object: 'chat.completion', model, choices: [{ index: 0 }, { index: 1 }] })
    expect(ignoredOf(response)).toEqual(expect.arrayContaining([...ignoredFor(model)]))
  })

  test('may set every parameter of a stream at once', async () => {
    const every: Required<OpenAI.Chat.ChatCompletionCreateParamsStreaming> = { ...forModel(model), stream: true }
    const { data, response } = await openai(proxy).chat.completions.create(every).withResponse()
    const chunks = await collect(Promise.resolve(data))
    expect(
      chunks.flatMap(({ choices }) => choices.flatMap(({ finish_reason, index }) => (finish_reason === null ? [] : [index]))).sort(),
    ).toEqual([0, 1])
    expect(chunks.filter(({ usage }) => usage)).toHaveLength(1)
    expect(ignoredOf(response)).toEqual(expect.arrayContaining([...ignoredFor(model)]))
  })

  test('may set every optional parameter to null', async () => {
    // The cast is needed because the SDK's types do not allow null for all of these.
    const nulls = { ...NULLS, model, messages: NULL_MESSAGES } as unknown as Params
    const { data, response } = await openai(proxy).chat.completions.create(nulls).withResponse()
    expect(data).toMatchObject({ model, choices: [{ finish_reason: 'stop' }] })
    expect(response.headers.get('x-gemini-proxy-ignored-params')).toBeNull()
  })

  test('may set every optional parameter of a stream to null', async () => {
    // The cast is needed because the SDK's types do not allow null for all of these.
    const nulls = { ...NULLS, stream: true, model, messages: NULL_MESSAGES } as unknown as OpenAI.Chat.ChatCompletionCreateParamsStreaming
    const chunks = await collect(openai(proxy).chat.completions.create(nulls))
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
  })
})

test('parameters that were listed as ignored did not reach Gemini', async () => {
  await openai(proxy).chat.completions.create(EVERY)
  const { messages, model, ...sent } = sentAt(proxy.simulator.requests, 0)
  expect(model).toBe('gemini-3.8-flash')
  expect(messages).toHaveLength(8)
  expect(sent).toEqual({
    max_tokens: 5_000 + 24_576,
    stop: ['END', 'STOP', '###', '---'],
    temperature: 0,
    top_p: 0.9,
    tools: [{ type: 'function', function: { name: 'weather', description: 'Tells it.', parameters: expect.any(Object) } }],
    response_format: {
      type: 'json_schema',
      json_schema: { ...(isOnNative ? {} : { name: 'answer', description: 'An answer.', strict: true }), schema: expect.any(Object) },
    },
    extra_body: { google: { thinking_config: { thinking_level: 'high', include_thoughts: true } } },
    ...(isOnNative ? {} : { parallel_tool_calls: false, tool_choice: 'auto' }),
  })
})
