import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { lastSent, openai, STRICT, WEATHER } from './asking.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ FETCH_REMOTE_MEDIA: 'false' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const MODEL = 'gemini-2.5-flash'
const USER = { role: 'user', content: 'hi' }
const PNG = 'data:image/png;base64,iVBORw0KGgo='
const PDF = 'data:application/pdf;base64,JVBERi0xLjQK'
const CALL = { type: 'function_call', call_id: 'c1', name: 'get_weather', arguments: '{"city":"Oslo"}' }
const OUTPUT = { type: 'function_call_output', call_id: 'c1', output: 'cold' }
const toolCall = (id: string, name: string, args: string): object => ({ id, type: 'function', function: { name, arguments: args } })
const items = (...input: unknown[]): object => ({ input })

/**
 * The content of a message with one text part. For the native API, which has no other form, the
 * tests read a single text part as a text.
 */
const oneText = (text: string): unknown => (isOnNative ? text : [{ type: 'text', text }])

const post = (body: object) => call(proxy.origin, { path: '/v1/responses', body: { model: MODEL, store: false, ...body } })

describe('the upstream request', () => {
  const OSLO = toolCall('c1', 'get_weather', '{"city":"Oslo"}')
  test.each<[what: string, body: object, messages: readonly object[]]>([
    ['a text', { input: 'hi' }, [USER]],
    ['instructions', { input: 'hi', instructions: 'Be brief.' }, [{ role: 'system', content: 'Be brief.' }, USER]],
    ['a developer', items({ role: 'developer', content: 'Be brief.' }, USER), [{ role: 'system', content: 'Be brief.' }, USER]],
    ['a message with its type', items({ type: 'message', ...USER }), [USER]],
    ['parts of text', items({ role: 'user', content: [{ type: 'input_text', text: 'hi' }] }), [{ role: 'user', content: oneText('hi') }]],
    [
      'the text of an answer',
      items(
        USER,
        {
          type: 'message',
          id: 'msg_1',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'yes', annotations: [] }],
        },
        USER,
      ),
      [USER, { role: 'assistant', content: 'yes' }, USER],
    ],
    [
      'a refusal',
      items(USER, { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] }, USER),
      [USER, { role: 'assistant', content: 'no' }, USER],
    ],
    [
      'a refusal in a user message',
      items({ role: 'user', content: [{ type: 'refusal', refusal: 'no' }] }),
      [{ role: 'user', content: oneText('no') }],
    ],
    [
      'a picture',
      items({ role: 'user', content: [{ type: 'input_image', image_url: PNG, detail: 'low' }] }),
      // On the native API, models before Gemini 3 have no resolution for a single picture.
      [{ role: 'user', content: [{ type: 'image_url', image_url: { url: PNG, ...(isOnNative ? {} : { detail: 'low' }) } }] }],
    ],
    [
      'a file',
      items({ role: 'user', content: [{ type: 'input_file', filename: 'a.pdf', file_data: PDF }] }),
      [{ role: 'user', content: [{ type: 'image_url', image_url: { url: PDF } }] }],
    ],
    // Only the native API accepts other formats than WAV and MP3.
    ...(isOnNative ? ['wav', 'mp3', 'aiff', 'aac', 'ogg', 'flac'] : ['wav', 'mp3']).map((format): [string, object, object[]] => [
      `a recording as ${format}`,
      items({ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'UklGRg==', format } }] }),
      [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'UklGRg==', format } }] }],
    ]),
    [
      'a call and its output',
      items(USER, CALL, OUTPUT),
      [USER, { role: 'assistant', tool_calls: [OSLO] }, { role: 'tool', tool_call_id: 'c1', name: 'get_weather', content: 'cold' }],
    ],
    [
      'a text and a call of one step',
      items(USER, { role: 'assistant', content: 'I look.' }, CALL, OUTPUT),
      [
        USER,
        { role: 'assistant', content: 'I look.', tool_calls: [OSLO] },
        { role: 'tool', tool_call_id: 'c1', name: 'get_weather', content: 'cold' },
      ],
    ],
    [
      'calls of one step, with reasoning between them',
      items(USER, CALL, { type: 'reasoning', id: 'rs_1', summary: [] }, { ...CALL, call_id: 'c2' }, { ...OUTPUT, call_id: 'c2' }, OUTPUT),
      [
        USER,
        { role: 'assistant', tool_calls: [OSLO, toolCall('c2', 'get_weather', '{"city":"Oslo"}')] },
        { role: 'tool', tool_call_id: 'c1', name: 'get_weather', content: 'cold' },
        { role: 'tool', tool_call_id: 'c2', name: 'get_weather', content: 'cold' },
      ],
    ],
    [
      'an output with a picture',
      items(USER, CALL, {
        ...OUTPUT,
        output: [
          { type: 'input_text', text: 'see' },
          { type: 'input_image', image_url: PNG },
        ],
      }),
      [
        USER,
        { role: 'assistant', tool_calls: [OSLO] },
        { role: 'tool', tool_call_id: 'c1', name: 'get_weather', content: 'see' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Output of the tool call c1:' },
            { type: 'image_url', image_url: { url: PNG } },
          ],
        },
      ],
    ],
    [
      'a call of a custom tool',
      items(
        USER,
        { type: 'custom_tool_call', call_id: 'c1', name: 'run', input: 'say "x"' },
        { type: 'custom_tool_call_output', call_id: 'c1', output: 'x' },
      ),
      [
        USER,
        { role: 'assistant', tool_calls: [toolCall('c1', 'run', '{"input":"say \\"x\\""}')] },
        { role: 'tool', tool_call_id: 'c1', name: 'run', content: 'x' },
      ],
    ],
    [
      'a call in a namespace',
      items(USER, { ...CALL, namespace: 'mcp' }, OUTPUT),
      [
        USER,
        { role: 'assistant', tool_calls: [toolCall('c1', 'mcp__get_weather', '{"city":"Oslo"}')] },
        { role: 'tool', tool_call_id: 'c1', name: 'mcp__get_weather', content: 'cold' },
      ],
    ],
  ])('of %s', async (_what, body, messages) => {
    expect((await post(body)).status).toBe(200)
    expect(lastSent(proxy).messages).toEqual(messages)
  })

  test.each<[what: string, body: object, sent: object]>([
    [
      'the token limit, with headroom for thinking',
      { model: 'gemini-2.5-flash-lite', max_output_tokens: 20 },
      { max_tokens: expect.any(Number) },
    ],
    ['sampling', { temperature: 0.5, top_p: 0.25 }, { temperature: 0.5, top_p: 0.25 }],
    [
      'a JSON schema',
      { text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } } } },
      { response_format: { type: 'json_schema' } },
    ],
    ['JSON', { text: { format: { type: 'json_object' } } }, { response_format: { type: 'json_object' } }],
    ['a function', { tools: [WEATHER] }, { tools: [{ type: 'function', function: { name: 'get_weather' } }] }],
    [
      'a custom tool with its grammar',
      {
        tools: [
          { type: 'custom', name: 'run', description: 'Runs.', format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' } },
        ],
      },
      {
        tools: [
          {
            function: {
              name: 'run',
              description: expect.stringMatching(/^Runs\.[\s\S]*lark[\s\S]*start: "x"$/),
              parameters: { required: ['input'] },
            },
          },
        ],
      },
    ],
    ['a namespace', { tools: [{ type: 'namespace', name: 'a', tools: [WEATHER] }] }, { tools: [{ function: { name: 'a__get_weather' } }] }],
    [
      'a tool_choice',
      { tools: [WEATHER], tool_choice: { type: 'function', name: 'get_weather' } },
      { tool_choice: { type: 'function', function: { name: 'get_weather' } } },
    ],
    ['a tool_choice as a string', { tools: [WEATHER], tool_choice: 'required' }, { tool_choice: 'required' }],
    [
      'allowed tools',
      {
        tools: [WEATHER, { ...WEATHER, name: 'other' }],
        tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'other' }, { type: 'web_search' }] },
      },
      // The native API accepts a list of allowed functions, so that all functions stay declared.
      isOnNative
        ? { tool_choice: { function: { name: 'other' } }, tools: [{ function: { name: 'get_weather' } }, { function: { name: 'other' } }] }
        : { tool_choice: 'required', tools: [{ function: { name: 'other' } }] },
    ],
    [
      'allowed tools that are all ignored: no other tool is allowed',
      { tools: [WEATHER], tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'mcp', server_label: 's' }] } },
      { tool_choice: 'none' },
    ],
    [
      'parallel calls, which Gemini’s own API cannot disable',
      { tools: [WEATHER], parallel_tool_calls: false },
      isOnNative ? { tools: [{ function: { name: 'get_weather' } }] } : { parallel_tool_calls: false },
    ],
  ])('of %s', async (_what, body, sent) => {
    expect((await post({ input: 'hi', ...body })).status).toBe(200)
    expect(lastSent(proxy)).toMatchObject(sent)
  })
})

/**
 * A parameter that only one of Google's APIs ignores: the native API cannot disable parallel calls,
 * and the compatible API has no searches.
 */
const IGNORED_ON_ONE: [names: string, body: object][] = isOnNative
  ? [['parallel_tool_calls', { tools: [WEATHER], parallel_tool_calls: false }]]
  : [['input[1]', items(USER, { type: 'web_search_call', id: 'ws_1', status: 'completed' })]]

describe('the header of ignored parameters uses the client’s names', () => {
  test.each<[names: string, body: object]>([
    ['user, safety_identifier, prompt_cache_key', { user: 'u', safety_identifier: 's', prompt_cache_key: 'k' }],
    ['truncation, top_logprobs, max_tool_calls', { truncation: 'auto', top_logprobs: 2, max_tool_calls: 1 }],
    ['include[1], text.verbosity', { include: ['reasoning.encrypted_content', 'web_search_call.results'], text: { verbosity: 'low' } }],
    ['reasoning.context', { reasoning: { effort: 'low', summary: 'auto', context: 'auto' } }],
    ['text.schema, text.strict, text.toString', { text: { schema: { type: 'object' }, strict: true, toString: 1 } }],
    ['something_new, constructor, toString', { something_new: { a: 1 }, constructor: 1, toString: 1 }],
    ['tools[0], tools[2]', { tools: [{ type: 'web_search' }, WEATHER, { type: 'local_shell' }] }],
    [
      // The native API has web searches, but no `tool_choice` that forces one.
      isOnNative ? 'tool_choice' : 'tools[0], tool_choice',
      { tools: [{ type: 'web_search' }, WEATHER], tool_choice: { type: 'web_search_preview' } },
    ],
    ['tool_choice', { tools: [WEATHER], tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'image_generation' }] } }],
    ['tool_choice', { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [] } }],
    // On the native API, functions are always strict, but models before Gemini 3 do not search
    // beside functions, so that the search is ignored.
    [isOnNative ? 'tools[0]' : 'tools[1].strict', { tools: [{ type: 'web_search' }, { ...WEATHER, strict: true }] }],
    ['input[1]', items(USER, { type: 'file_search_call', id: 'fs_1', status: 'completed' })],
    ...IGNORED_ON_ONE,
    ['input[0].encrypted_content', items({ type: 'reasoning', summary: [], encrypted_content: 'gAAAA' }, USER)],
    ['service_tier', { service_tier: 'auto' }],
  ])('%s', async (names, body) => {
    const answer = await post({ input: 'hi', ...body })
    expect(answer.status).toBe(200)
    for (const name of names.split(', ')) expect(String(answer.headers['x-gemini-proxy-ignored-params']).split(', ')).toContain(name)
  })

  test('the header is absent if every parameter has an effect or is empty', async () => {
    const body = {
      input: 'hi',
      truncation: 'disabled',
      metadata: { a: 'b' },
      include: [],
      user: null,
      stream_options: { include_obfuscation: false },
      text: { format: { type: 'text' }, verbosity: null, something_new: null },
    }
    expect((await post(body)).headers['x-gemini-proxy-ignored-params']).toBeUndefined()
  })
})

describe('an invalid request is refused with the client’s parameter names', () => {
  const part = (content: object): object => items({ role: 'user', content: [content] })
  // On the native API, Google itself fetches media, but only over https: `http:` is invalid.
  const NOT_FETCHED = isOnNative ? 'invalid_value' : 'unsupported_value'
  const FILE_IDS: [param: string, code: string, body: object][] = isOnNative
    ? []
    : [
        ['input[0].content[0].file_id', 'unsupported_value', part({ type: 'input_image', file_id: 'f' })],
        ['input[0].content[0].file_id', 'unsupported_value', part({ type: 'input_file', file_id: 'f' })],
      ]
  test.each<[param: string, code: string, body: object]>([
    ['background', 'unsupported_value', { input: 'hi', background: true }],
    ['conversation', 'unsupported_value', { input: 'hi', conversation: 'conv_1' }],
    ['prompt', 'unsupported_value', { input: 'hi', prompt: { id: 'p' } }],
    ['include', 'unsupported_value', { input: 'hi', include: ['message.output_text.logprobs'] }],
    ['input', 'missing_required_parameter', {}],
    ['input', 'empty_array', { input: [] }],
    ['tools[1].name', 'string_too_short', { input: 'hi', tools: [WEATHER, { type: 'function', name: '' }] }],
    ['tools[0].name', 'string_too_short', { input: 'hi', tools: [{ type: 'custom', name: '' }] }],
    ['tools[0].name', 'string_too_short', { input: 'hi', tools: [{ type: 'namespace', name: '', tools: [WEATHER] }] }],
    [
      'tools[0].tools[0].name',
      'string_too_short',
      { input: 'hi', tools: [{ type: 'namespace', name: 'n', tools: [{ ...WEATHER, name: '' }] }] },
    ],
    ['input[0].tools[0].name', 'string_too_short', items({ type: 'additional_tools', tools: [{ ...WEATHER, name: '' }] }, USER)],
    ['input', 'invalid_type', { input: 5 }],
    ['input[0].role', 'missing_required_parameter', items({ content: 'hi' })],
    ['input[0].role', 'invalid_value', items({ role: 'robot', content: 'hi' })],
    ['input[0].content', 'missing_required_parameter', items({ role: 'user' })],
    ['input[0].content[0].type', 'invalid_value', part({ type: 'smell' })],
    ['input[0].content[0].type', 'invalid_value', part({ type: 'constructor' })],
    ['input[0].content[0].text', 'missing_required_parameter', part({ type: 'input_text' })],
    ...FILE_IDS,
    ['input[0].content[0].image_url', NOT_FETCHED, part({ type: 'input_image', image_url: 'http://x.example/a.png' })],
    ['input[0].content[0].image_url', 'invalid_value', part({ type: 'input_image', image_url: 'a.png' })],
    ['input[0].content[0].file_url', NOT_FETCHED, part({ type: 'input_file', file_url: 'http://x.example/a.pdf' })],
    [
      'input[0].content[0].input_audio.format',
      'unsupported_value',
      part({ type: 'input_audio', input_audio: { data: 'eA==', format: isOnNative ? 'midi' : 'ogg' } }),
    ],
    ['input[1]', 'invalid_value', items(USER, CALL)],
    ['input[1].call_id', 'missing_required_parameter', items(USER, { ...CALL, call_id: null })],
    ['input[1].arguments', 'missing_required_parameter', items(USER, { ...CALL, arguments: undefined })],
    ['tools[0].name', 'missing_required_parameter', { input: 'hi', tools: [{ type: 'function' }] }],
    ['tool_choice.name', 'invalid_value', { input: 'hi', tools: [WEATHER], tool_choice: { type: 'function', name: 'absent' } }],
    [
      'tool_choice.tools',
      'invalid_value',
      { input: 'hi', tools: [WEATHER], tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [] } },
    ],
    ['temperature', 'decimal_above_max_value', { input: 'hi', temperature: 2.5 }],
  ])('%s is %s', async (param, code, body) => {
    const answer = await post(body)
    expect([answer.status, answer.json]).toEqual([400, failure(code, param)])
    expect((await post({ ...body, stream: true })).json).toEqual(answer.json)
  })

  test.each([
    ['a call without an output', items(USER, CALL), /^The tool call 'c1' has no result\./],
    [
      'an output without a call',
      items(USER, { role: 'assistant', content: 'y' }, OUTPUT),
      /^The result of a tool call must follow the call/,
    ],
  ])('%s is refused without terms of the chat API', async (_what, body, message) => {
    const { json } = await post(body)
    expect(json).toMatchObject({ error: { message: expect.stringMatching(message) } })
    expect(JSON.stringify(json)).not.toMatch(/messages|role|tool_call_id/)
  })

  test('a reference to an unknown item is a 404 if the conversation needs it', async () => {
    const answer = await post(items({ type: 'item_reference', id: 'fc_1' }, OUTPUT))
    expect([answer.status, answer.json]).toEqual([404, failure('item_not_found', 'input[0]')])
  })
})

test('tools with a namespace or an invalid chat name are returned as declared', async () => {
  const name = 'Ein Werkzeug mit Leerzeichen'
  const tools = [{ type: 'namespace' as const, name: 'mcp', description: 'd', tools: [{ ...WEATHER, name }] }]
  const first = await openai(proxy).responses.create({ model: STRICT, input: 'hi', tools, tool_choice: 'required' })
  expect(first.output.find(({ type }) => type === 'function_call')).toMatchObject({ name, namespace: 'mcp' })
})
