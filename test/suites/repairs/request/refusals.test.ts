import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApiError } from '../../../../src/contract/errors.js'
import { applyRepairs } from '../../../../src/contract/repair.js'
import { REQUEST_REPAIRS } from '../../../../src/upstream/request/repairs/order.js'
import { post } from '../../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { call, contextOf, HELLO, MODEL, type RequestMembers, tool, toRequest } from './cases.js'

interface Refusal {
  readonly of: string
  readonly raw: RequestMembers
  readonly param: string
  readonly code: 'unsupported_value' | 'invalid_value' | 'missing_required_parameter' | 'string_too_short'
  readonly says: RegExp
}

const says = (...parts: readonly object[]) => ({ messages: [{ role: 'user', content: parts }] })
const image = (url: string) => says({ type: 'text', text: 'Look' }, { type: 'image_url', image_url: { url } })
const file = (given: object) => says({ type: 'file', file: given })
const ask = { role: 'user', content: 'x' }
const calling = { role: 'assistant', tool_calls: [call('a'), call('b')] }
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'r' })
const olderCall = { role: 'assistant', content: null, function_call: { name: 'a', arguments: '{}' } }
const olderResult = { role: 'function', name: 'a', content: 'r' }
const IMAGE_URL = 'messages[0].content[1].image_url.url'
const schema = (given: object) => ({ type: 'json_schema', json_schema: { name: 'a', schema: given } })
const allowing = (...names: readonly string[]) => ({
  type: 'allowed_tools',
  allowed_tools: { mode: 'auto', tools: names.map((name) => ({ type: 'function', function: { name } })) },
})

/** Requests that the proxy must refuse: it could send them to Gemini only with another meaning. */
const REFUSALS: readonly Refusal[] = [
  {
    of: 'log probabilities',
    raw: { messages: HELLO, logprobs: true, top_logprobs: 2 },
    param: 'logprobs',
    code: 'unsupported_value',
    says: /^Log probabilities need Gemini's native API: set GEMINI_UPSTREAM=native on the proxy, or remove `logprobs`\.$/,
  },
  {
    of: 'an answer with images',
    raw: { messages: HELLO, modalities: ['text', 'image'] },
    param: 'modalities',
    code: 'unsupported_value',
    says: /^Images in answers need Gemini's native API: set GEMINI_UPSTREAM=native on the proxy, or remove `image` from `modalities`\.$/,
  },
  {
    of: 'image settings on the compatible API',
    raw: { messages: HELLO, image_config: { aspect_ratio: '1:1' } },
    param: 'image_config',
    code: 'unsupported_value',
    says: /^Image settings need Gemini's native API: set GEMINI_UPSTREAM=native on the proxy, or remove `image_config`\.$/,
  },
  { of: 'nine choices', raw: { messages: HELLO, n: 9 }, param: 'n', code: 'unsupported_value', says: /at most 8/ },
  { of: '128 choices', raw: { messages: HELLO, n: 128 }, param: 'n', code: 'unsupported_value', says: /at most 8/ },
  {
    of: 'an answer in audio',
    raw: { messages: HELLO, modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'mp3' } },
    param: 'modalities',
    code: 'unsupported_value',
    says: /Spoken answers/,
  },
  {
    of: 'a custom tool',
    raw: { messages: HELLO, tools: [tool('a'), { type: 'custom', custom: { name: 'shell' } }] },
    param: 'tools[1].type',
    code: 'unsupported_value',
    says: /^Only the Responses API supports custom tools/,
  },
  {
    of: 'the choice of a custom tool',
    raw: { messages: HELLO, tools: [tool('a')], tool_choice: { type: 'custom', custom: { name: 'a' } } },
    param: 'tool_choice.type',
    code: 'unsupported_value',
    says: /must name a function/,
  },
  {
    of: 'the choice of an undeclared function',
    raw: { messages: HELLO, tools: [tool('a')], tool_choice: { type: 'function', function: { name: 'b' } } },
    param: 'tool_choice.function.name',
    code: 'invalid_value',
    says: /'b'/,
  },
  {
    of: 'undeclared allowed tools',
    raw: { messages: HELLO, tools: [tool('a')], tool_choice: allowing('a', 'c') },
    param: 'tool_choice.allowed_tools.tools',
    code: 'invalid_value',
    says: /'c'/,
  },
  {
    of: 'an empty list of allowed tools',
    raw: { messages: HELLO, tools: [tool('a')], tool_choice: allowing() },
    param: 'tool_choice.allowed_tools.tools',
    code: 'invalid_value',
    says: /list of allowed tools is empty/,
  },
  {
    of: 'tools with a schema on Gemini 2',
    raw: { messages: HELLO, tools: [tool('a')], response_format: schema({ type: 'object' }) },
    param: 'response_format',
    code: 'unsupported_value',
    says: /Gemini 3/,
  },
  {
    of: 'tools with a JSON answer on Gemini 2',
    raw: { messages: HELLO, tools: [tool('a')], response_format: { type: 'json_object' } },
    param: 'response_format',
    code: 'unsupported_value',
    says: /Gemini 3/,
  },
  {
    of: 'an https picture',
    raw: image('https://example.org/a.png'),
    param: IMAGE_URL,
    code: 'unsupported_value',
    says: /FETCH_REMOTE_MEDIA=false/,
  },
  {
    of: 'an http picture',
    raw: image('HTTP://example.org/a.png'),
    param: IMAGE_URL,
    code: 'unsupported_value',
    says: /FETCH_REMOTE_MEDIA=false/,
  },
  {
    of: 'an https document',
    raw: file({ file_data: 'https://example.org/a.pdf' }),
    param: 'messages[0].content[0].file.file_data',
    code: 'unsupported_value',
    says: /FETCH_REMOTE_MEDIA=false/,
  },
  {
    of: 'a GIF',
    raw: image('data:image/gif;base64,R0lGODlh'),
    param: IMAGE_URL,
    code: 'unsupported_value',
    says: /'image\/gif'/,
  },
  {
    of: 'a file of unknown type',
    raw: file({ file_data: 'AAAA', filename: 'a.bin' }),
    param: 'messages[0].content[0].file.file_data',
    code: 'unsupported_value',
    says: /type of this file is unknown/,
  },
  {
    of: 'a file by its id',
    raw: file({ file_id: 'file-1' }),
    param: 'messages[0].content[0].file.file_id',
    code: 'unsupported_value',
    says: /file_data/,
  },
  {
    of: 'a file with a name only',
    raw: file({ filename: 'a.pdf' }),
    param: 'messages[0].content[0].file.file_data',
    code: 'missing_required_parameter',
    says: /file_data/,
  },
  {
    of: 'a function_call choice that is not declared',
    raw: { messages: HELLO, functions: [{ name: 'a' }], function_call: { name: 'b' } },
    param: 'function_call.name',
    code: 'invalid_value',
    says: /^`functions` has no function named 'b'/,
  },
  {
    of: 'a legacy function_call without its result',
    raw: { messages: [ask, olderCall, ask] },
    param: 'messages[1].function_call',
    code: 'invalid_value',
    says: /^The `function_call` has no result\. Send exactly one message with the role `function` after it\.$/,
  },
  {
    of: 'a second result for a legacy function_call',
    raw: { messages: [ask, olderCall, olderResult, olderResult] },
    param: 'messages[3].role',
    code: 'invalid_value',
    says: /^A message with the role `function` must follow an assistant message with `function_call`\.$/,
  },
  {
    of: 'a recording in an unsupported format',
    raw: says({ type: 'input_audio', input_audio: { data: 'AA==', format: 'flac' } }),
    param: 'messages[0].content[0].input_audio.format',
    code: 'unsupported_value',
    says: /^Audio must be in one of these formats: wav, mp3\. Other formats need Gemini's native API: /,
  },
  {
    of: 'a call without its result',
    raw: { messages: [ask, calling, result('a')] },
    param: 'messages[1].tool_calls',
    code: 'invalid_value',
    says: /'b' has no result/,
  },
  {
    of: 'a call whose result comes a step too late',
    raw: { messages: [ask, calling, result('a'), { role: 'assistant', tool_calls: [call('c')] }, result('b'), result('c')] },
    param: 'messages[1].tool_calls',
    code: 'invalid_value',
    says: /'b' has no result/,
  },
  {
    of: 'calls without results at the end',
    raw: { messages: [ask, calling] },
    param: 'messages[1].tool_calls',
    code: 'invalid_value',
    says: /'a' has no result/,
  },
  {
    of: 'a second result for one call',
    raw: { messages: [ask, calling, result('a'), result('b'), result('a')] },
    param: 'messages[4].tool_call_id',
    code: 'invalid_value',
    says: /must follow/,
  },
  {
    of: 'a result without a call',
    raw: { messages: [ask, { role: 'assistant', content: 'y' }, result('z')] },
    param: 'messages[2].tool_call_id',
    code: 'invalid_value',
    says: /must follow/,
  },
]

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ FETCH_REMOTE_MEDIA: 'false' })
})
afterAll(() => proxy.close())

describe.each(REFUSALS)('$of', ({ raw, param, code, says: words }) => {
  test('is refused by a repair with its path', () => {
    const mend = () => applyRepairs(REQUEST_REPAIRS, toRequest(raw), contextOf({}, []))
    expect(mend).toThrow(ApiError)
    expect(mend).toThrow(
      expect.objectContaining({ status: 400, type: 'invalid_request_error', code, param, message: expect.stringMatching(words) }),
    )
  })

  test.each([false, true])('is a 400 without an upstream call, with stream: %s', async (stream) => {
    const before = proxy.simulator.totalRequests
    const response = await post(proxy, { model: MODEL, ...raw, stream })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: { type: 'invalid_request_error', code, param, message: expect.stringMatching(words) },
    })
    expect(proxy.simulator.totalRequests).toBe(before)
  })
})
