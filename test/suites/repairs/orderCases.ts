import { expect } from 'vitest'
import type { AnswerPart } from '../../../src/upstream/answer/repairs/context.js'
import { PLACEHOLDER_SIGNATURE } from '../../../src/upstream/request/repairs/signatures.js'
import { call, HELLO, type RepairCase, tool } from './request/cases.js'

/**
 * A request whose result is only correct if the first repair of a constraint applies before the
 * second.
 */
type OrderCase = Pick<RepairCase, 'raw' | 'asked' | 'calls' | 'areSignaturesRefused' | 'areSchemasTooComplex' | 'upstream'> & {
  readonly expected: object
}

const ask = { role: 'user', content: 'How is the weather?' }
const calling = (...ids: readonly string[]) => ({ role: 'assistant', tool_calls: ids.map((id) => call(id)) })
const signed = (signature: string) => ({
  role: 'assistant',
  tool_calls: [{ ...call('a'), extra_content: { google: { thought_signature: signature } } }],
})
const result = (id: string, content: unknown = 'rain') => ({ role: 'tool', tool_call_id: id, content })
const legacy = [
  { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{}' } },
  { role: 'function', name: 'weather', content: 'rain' },
]
const PICTURE = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } }
const SEARCH = { type: 'google_search' }
const CUSTOM = { type: 'custom', custom: { name: 'shell' } }
const UNIQUE = { type: 'object', properties: { tags: { type: 'array', items: {}, uniqueItems: true } } }
const functionNamed = (name: string) => ({ type: 'function', function: { name } })
const FIRST_CALL = { role: 'assistant', tool_calls: [call('a', '1st')] }
/** The name under which the proxy declares the function `1st` to Gemini. */
const FIRST = '_1st_e01ddf6594a4'
const allowing = (name: string) => ({ type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [functionNamed(name)] } })
const thinking = (config: object) => ({ extra_body: { google: { thinking_config: config } } })

/** A case for each constraint of the request repairs, by `first < second`. */
export const REQUEST_ORDER_CASES: Readonly<Record<string, OrderCase>> = {
  'complex-schemas < legacy-tools': {
    areSchemasTooComplex: true,
    raw: { functions: [{ name: 'a', parameters: { type: 'object', properties: { tags: { type: 'array', items: {}, maxItems: 1 } } } }] },
    expected: { ignored: ['functions[0].parameters.properties.tags.maxItems'] },
  },
  'complex-schemas < tool-schemas': {
    areSchemasTooComplex: true,
    raw: { tools: [tool('a', { type: 'object', properties: { age: { type: 'integer', exclusiveMinimum: 0 } } })] },
    expected: { ignored: ['tools[0].function.parameters.properties.age.exclusiveMinimum'] },
  },
  'complex-schemas < response-format': {
    areSchemasTooComplex: true,
    raw: { response_format: { type: 'json_object', schema: { type: 'array', minItems: 2, items: { type: 'string' } } } },
    expected: { ignored: ['response_format.schema.minItems'] },
  },
  'unknown-parameters < server-tools': {
    raw: { web_search_options: {} },
    expected: { ignored: ['web_search_options'] },
  },
  'tool-choice < server-tools': {
    upstream: 'native',
    raw: { web_search_options: {}, tool_choice: 'none' },
    expected: { tools: [SEARCH], ignored: ['tool_choice'] },
  },
  'server-tools < response-format': {
    upstream: 'native',
    raw: { web_search_options: {}, response_format: { type: 'json_object' } },
    expected: { error: 'response_format' },
  },
  'message-fields < replayed-parts': {
    upstream: 'native',
    raw: { messages: [calling('a')] },
    calls: { a: { parts: [{ toolCall: {} }] } },
    expected: { messages: [{ extra_content: { google: { parts: [{ toolCall: {} }] } } }] },
  },
  'replayed-parts < call-ids': {
    upstream: 'native',
    raw: { messages: [calling('a')] },
    calls: { a: { parts: [{ toolCall: {} }], upstreamId: 'u' } },
    expected: { messages: [{ extra_content: { google: { parts: [{ toolCall: {} }] } } }] },
  },
  'replayed-parts < function-names': {
    upstream: 'native',
    raw: { messages: [FIRST_CALL] },
    calls: { a: { name: '1st', parts: [{ toolCall: {} }] } },
    expected: { messages: [{ extra_content: { google: { parts: [{ toolCall: {} }] } } }] },
  },
  'legacy-tools < unknown-parameters': {
    raw: { functions: [{ name: 'weather' }] },
    expected: { tools: [functionNamed('weather')], ignored: [] },
  },
  'legacy-tools < tool-choice': {
    raw: { functions: [{ name: 'weather' }], parallel_tool_calls: true },
    expected: { parallel_tool_calls: true, ignored: [] },
  },
  'impossible-parameters < unknown-parameters': { raw: { logprobs: true }, expected: { error: 'logprobs' } },
  'image-config < unknown-parameters': { raw: { image_config: { image_size: '1k' } }, expected: { error: 'image_config' } },
  'image-config < extra-body': {
    upstream: 'native',
    raw: { extra_body: { google: { image_config: { image_size: '1k' } } } },
    expected: { error: 'extra_body.google.image_config' },
  },
  'one-token-limit < unknown-parameters': { raw: { max_completion_tokens: 50 }, expected: { max_tokens: 50, ignored: [] } },
  'one-token-limit < thinking-headroom': { raw: { max_completion_tokens: 50 }, expected: { max_tokens: 50 + 8192 } },
  'unknown-parameters < service-tier': { raw: { service_tier: null }, expected: { ignored: [] } },
  'unknown-parameters < sampling': { asked: 'gemini-4-neon', raw: { temperature: null }, expected: { ignored: [] } },
  'unknown-parameters < thinking-config': { asked: 'gemma-4-31b-it', raw: { reasoning_effort: null }, expected: { ignored: [] } },
  'extra-body < own-thinking-config': {
    asked: 'gemini-2.5-pro',
    raw: thinking({ thinking_budget: 0, thinking_level: null }),
    expected: { ...thinking({ thinking_budget: 128 }), ignored: ['extra_body.google.thinking_config.thinking_budget'] },
  },
  'call-arguments < legacy-functions': {
    raw: { messages: [ask, { role: 'assistant', function_call: { name: 'weather', arguments: '[1]' } }, legacy[1]] },
    expected: { ignored: ['messages[1].function_call.arguments'] },
  },
  'legacy-tools < function-names': {
    raw: { messages: [ask], functions: [{ name: '1st' }] },
    expected: { tools: [functionNamed(FIRST)] },
  },
  'legacy-functions < function-names': {
    raw: { messages: [ask, { role: 'assistant', function_call: { name: '1st', arguments: '{}' } }, legacy[1]] },
    expected: { messages: [ask, { tool_calls: [{ function: { name: FIRST } }] }, {}] },
  },
  'message-fields < function-names': {
    raw: {
      messages: [ask, { role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: { name: '1st', input: '' } }] }, result('a')],
    },
    expected: { messages: [ask, { tool_calls: [{ function: { name: FIRST } }] }, {}] },
  },
  'thought-signatures < function-names': {
    asked: 'gemini-3.8-flash',
    calls: { a: { name: '1st', signature: 'QUI=' } },
    raw: { messages: [ask, FIRST_CALL] },
    expected: {
      messages: [ask, { tool_calls: [{ function: { name: FIRST }, extra_content: { google: { thought_signature: 'QUI=' } } }] }],
    },
  },
  'foreign-signatures < function-names': {
    asked: 'gemini-3.8-flash',
    calls: { a: { name: '1st', model: 'gemini-3.5-flash' } },
    raw: {
      messages: [
        ask,
        { role: 'assistant', tool_calls: [{ ...call('a', '1st'), extra_content: { google: { thought_signature: 'QUI=' } } }] },
      ],
    },
    expected: { messages: [ask, { tool_calls: [{ extra_content: { google: { thought_signature: PLACEHOLDER_SIGNATURE } } }] }] },
  },
  'call-ids < function-names': {
    calls: { a: { name: '1st', upstreamId: 'g' } },
    raw: { messages: [ask, FIRST_CALL] },
    expected: { messages: [ask, { tool_calls: [{ id: 'g', function: { name: FIRST } }] }] },
  },
  'call-ids < tool-media': {
    calls: { a: { upstreamId: 'g' } },
    raw: { messages: [ask, calling('a'), result('a', [PICTURE])] },
    expected: { messages: [ask, {}, {}, { content: [{ text: 'Output of the tool call g:' }, PICTURE] }] },
  },
  'tool-choice < function-names': {
    raw: { messages: [ask], tools: [tool('1st'), tool('2nd')], tool_choice: allowing(FIRST) },
    expected: { error: 'tool_choice.allowed_tools.tools' },
  },
  'tool-results < result-names': {
    raw: { messages: [ask, { role: 'assistant', tool_calls: [call('a', 'f'), call('b', 'g')] }, result('b'), result('a')] },
    expected: { messages: [ask, {}, { tool_call_id: 'a', name: 'f' }, { tool_call_id: 'b', name: 'g' }] },
  },
  'function-names < result-names': {
    raw: { messages: [ask, { role: 'assistant', tool_calls: [call('a', '1st')] }, result('a')] },
    expected: { messages: [ask, {}, { name: FIRST }] },
  },
  'tool-results < tool-media': {
    raw: { messages: [ask, calling('a', 'b'), result('b'), ask, result('a', [PICTURE])] },
    expected: { messages: [ask, {}, { tool_call_id: 'a' }, { tool_call_id: 'b' }, { role: 'user', content: [{}, PICTURE] }, ask] },
  },
  'content-parts < tool-media': {
    raw: { messages: [ask, calling('a'), result('a', [{ type: 'image_url', image_url: { url: 'data:image/gif;base64,R0lG' } }])] },
    expected: { error: 'messages[2].content[0].image_url.url' },
  },
  'tool-kinds < duplicate-tools': { raw: { tools: [tool('a'), tool('a'), CUSTOM] }, expected: { error: 'tools[2].type' } },
  'tool-schemas < duplicate-tools': {
    raw: { tools: [tool('a'), tool('a'), tool('b', UNIQUE)] },
    expected: { ignored: ['tools[2].function.parameters.properties.tags.uniqueItems'] },
  },
  'duplicate-tools < tool-choice': {
    raw: { tools: [tool('b'), tool('a'), tool('a', UNIQUE)], tool_choice: allowing('a') },
    expected: { ignored: ['tools[1]'] },
  },
  'legacy-functions < message-fields': {
    raw: { messages: [ask, ...legacy] },
    expected: { messages: [ask, { tool_calls: [{ id: 'call_legacy_1' }] }, { tool_call_id: 'call_legacy_1' }] },
  },
  'legacy-functions < tool-results': {
    raw: { messages: [legacy[1], ask] },
    expected: { messages: [{ role: 'user', content: 'Result of an earlier tool call: rain' }, ask] },
  },
  'legacy-functions < thought-signatures': {
    asked: 'gemini-3.8-flash',
    raw: { messages: [ask, ...legacy] },
    expected: { messages: [ask, { tool_calls: [{ extra_content: { google: {} } }] }, {}] },
  },
  'invalid-signatures < thought-signatures': {
    calls: { a: { signature: 'QUI=' } },
    raw: { messages: [signed('EsMC…')] },
    expected: { messages: [signed('QUI=')] },
  },
  'thought-signatures < foreign-signatures': {
    calls: { a: { signature: 'QUI=', model: 'gemini-3.5-flash' } },
    raw: { messages: [calling('a')] },
    expected: { messages: [signed(PLACEHOLDER_SIGNATURE)] },
  },
  'thought-signatures < refused-signatures': {
    calls: { a: { signature: 'QUI=' } },
    areSignaturesRefused: true,
    raw: { messages: [calling('a')] },
    expected: { messages: [signed(PLACEHOLDER_SIGNATURE)] },
  },
  'tool-results < call-ids': {
    raw: { messages: [ask, calling('a', 'a', 'b'), result('b', 'three'), result('a', 'one'), result('a', 'two')] },
    expected: { messages: [ask, {}, result('a', 'one'), result('a_2', 'two'), result('b', 'three')] },
  },
  'thought-signatures < call-ids': {
    calls: { a: { signature: 'QUI=', upstreamId: 'g' } },
    raw: { messages: [calling('a')] },
    expected: { messages: [{ tool_calls: [{ id: 'g', extra_content: { google: { thought_signature: 'QUI=' } } }] }] },
  },
  'foreign-signatures < call-ids': {
    calls: { a: { upstreamId: 'g', model: 'gemini-3.5-flash' } },
    raw: { messages: [signed('QUI=')] },
    expected: { messages: [{ tool_calls: [{ id: 'g', extra_content: { google: { thought_signature: PLACEHOLDER_SIGNATURE } } }] }] },
  },
  'message-fields < empty-messages': {
    raw: { messages: [ask, { role: 'assistant', content: '', refusal: 'I cannot help.' }] },
    expected: { messages: [ask, { role: 'assistant', content: 'I cannot help.' }] },
  },
  'text-contents < tool-results': {
    raw: { messages: [ask, calling('a'), { role: 'assistant', content: [PICTURE] }, result('a')] },
    expected: { ignored: ['messages[2].content[0]'] },
  },
  'text-contents < empty-messages': {
    raw: { messages: [ask, { role: 'assistant', content: [{ type: 'text', text: '' }] }] },
    expected: { messages: [ask] },
  },
  'content-parts < tool-results': {
    raw: { messages: [ask, calling('a'), { role: 'user', content: [PICTURE] }, result('a')] },
    expected: { error: 'messages[2].content[0].image_url.url' },
  },
  'content-parts < empty-messages': {
    raw: { messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] },
    expected: { messages: [{ role: 'user', content: ' ' }] },
  },
  'tool-results < empty-messages': {
    raw: { messages: [ask, { role: 'assistant', content: '' }, calling('a')] },
    expected: { error: 'messages[2].tool_calls' },
  },
  'tool-results < turn-order': { raw: { messages: [calling('a')] }, expected: { error: 'messages[0].tool_calls' } },
  'empty-messages < system-messages': {
    raw: { messages: [{ role: 'system', content: 'One.' }, { role: 'assistant', content: '' }, { role: 'system', content: 'Two.' }, ask] },
    expected: { messages: [{ role: 'system', content: 'One.\n\nTwo.' }, ask] },
  },
  'empty-messages < turn-order': { raw: { messages: [ask, { role: 'assistant', content: '' }] }, expected: { messages: [ask] } },
  'tool-kinds < tool-choice': {
    raw: { tools: [tool('a'), CUSTOM], tool_choice: allowing('a') },
    expected: { error: 'tools[1].type' },
  },
  'tool-schemas < tool-choice': {
    raw: { tools: [tool('a'), tool('b', UNIQUE)], tool_choice: allowing('b') },
    expected: { ignored: ['tools[1].function.parameters.properties.tags.uniqueItems'] },
  },
  'tool-kinds < response-format': {
    raw: { tools: [CUSTOM], response_format: { type: 'json_object' } },
    expected: { error: 'tools[0].type' },
  },
  'tool-choice < response-format': {
    raw: { tools: [tool('a')], tool_choice: functionNamed('b'), response_format: { type: 'json_object' } },
    expected: { error: 'tool_choice.function.name' },
  },
  'own-thinking-config < thinking-headroom': {
    asked: 'gemini-2.5-pro',
    raw: { max_tokens: 100, ...thinking({ thinking_budget: 0 }) },
    expected: { max_tokens: 228 },
  },
  'thinking-headroom < thinking-config': {
    raw: { messages: HELLO, max_tokens: 100, reasoning_effort: 'low' },
    expected: { max_tokens: 4196 },
  },
}

const thought = { content: 'Hm.', extra_content: { google: { thought: true } } }
const stated = { id: 'a', type: 'function', function: { name: 'weather', arguments: '{}' } }

/** The client's name of each function, by its name at Gemini, for the cases of answers. */
export const CLIENT_NAMES: ReadonlyMap<string, string> = new Map([[FIRST, '1st']])

interface AnswerOrderCase {
  /** An earlier part of the same answer, to which the test applies the repairs first. */
  readonly before?: AnswerPart
  readonly part: AnswerPart
  readonly expected: object
}

/** A case for each constraint of the answer repairs, by `first < second`. */
export const ANSWER_ORDER_CASES: Readonly<Record<string, AnswerOrderCase>> = {
  'function-call < client-names': {
    part: { message: { function_call: { name: FIRST, arguments: '{}' } }, finishReason: undefined },
    expected: { message: { tool_calls: [{ function: { name: '1st', arguments: '{}' } }] } },
  },
  'function-call < tool-call-index': {
    part: { message: { function_call: { name: 'weather', arguments: '{}' } }, finishReason: undefined },
    expected: { message: { tool_calls: [{ index: 0, function: { name: 'weather', arguments: '{}' } }] } },
  },
  'client-names < tool-call-index': {
    part: { message: { tool_calls: [{ ...stated, id: '', function: { name: FIRST, arguments: '{}' } }] }, finishReason: undefined },
    expected: { calls: [{ name: '1st' }] },
  },
  'tool-call-index < tool-call-id': {
    part: { message: { tool_calls: [{ ...stated, id: '' }] }, finishReason: undefined },
    expected: { message: { tool_calls: [{ index: 0, id: 'call_new' }] } },
  },
  'tool-call-index < tool-call-arguments': {
    part: { message: { tool_calls: [{ id: 'a', function: { name: 'now' } }] }, finishReason: 'stop' },
    expected: { message: { tool_calls: [{ index: 0, function: { arguments: '{}' } }] } },
  },
  'tool-call-index < finish-tool-calls': {
    part: { message: { tool_calls: [stated] }, finishReason: 'stop' },
    expected: { finishReason: 'tool_calls' },
  },
  'tool-call-index < refusal': {
    part: { message: { tool_calls: [stated] }, finishReason: 'content_filter' },
    expected: { message: expect.not.objectContaining({ refusal: expect.anything() }) },
  },
  'thoughts < extra-content': {
    part: { message: thought, finishReason: undefined },
    expected: { message: { reasoning_content: 'Hm.' } },
  },
  'thoughts < refusal': {
    part: { message: { ...thought, content: '<thought>Hm.' }, finishReason: 'content_filter' },
    expected: { message: { reasoning_content: 'Hm.', refusal: 'Gemini withheld the answer.' } },
  },
  'finish-reason < tool-call-arguments': {
    before: { message: { tool_calls: [{ id: 'a', function: { name: 'now' } }] }, finishReason: undefined },
    part: { message: {}, finishReason: 'STOP' },
    expected: { message: { tool_calls: [{ index: 0, function: { arguments: '{}' } }] } },
  },
  'finish-reason < finish-tool-calls': {
    part: { message: {}, finishReason: 'TOOL_CALLS' },
    expected: { finishReason: 'stop' },
  },
  'finish-reason < refusal': {
    part: { message: {}, finishReason: 'SAFETY' },
    expected: { finishReason: 'content_filter', message: { refusal: 'Gemini withheld the answer (SAFETY).' } },
  },
}
