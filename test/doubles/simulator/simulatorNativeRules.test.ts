import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Body } from './ask.js'
import { FUNCTIONS, MODEL, refusalOfNative, say } from './askNative.js'
import { type Simulator, startSimulator } from './index.js'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({
    models: { 'gemini-2.0-flash': 'alive', 'gemma-3-27b-it': 'alive', 'gemini-3.1-flash-lite-image': 'alive' },
  })
})
afterAll(async () => {
  await simulator.close()
})

const config = (generationConfig: Body): Body => say('hi', { generationConfig })
const thinking = (thinkingConfig: Body): Body => config({ thinkingConfig })
const contents = (...all: readonly Body[]): Body => ({ contents: all })
const user = (...parts: readonly Body[]): Body => ({ role: 'user', parts })
const model = (...parts: readonly Body[]): Body => ({ role: 'model', parts })
const tools = (...all: readonly Body[]): Body => say('hi', { tools: all })
const declared = (...all: readonly Body[]): Body => tools({ functionDeclarations: all })
const withSchema = (parameters: Body): Body => declared({ name: 'f', parameters })
const JSON_TYPE = 'application/json'
const PRO_2 = 'gemini-2.5-pro'
const FLASH_2 = 'gemini-2.5-flash'
const LITE_2 = 'gemini-2.5-flash-lite'
const FLASH_20 = 'gemini-2.0-flash'
const IMAGE = 'gemini-3-pro-image'
const TTS = 'gemini-2.5-flash-preview-tts'

/** A request, the models that accept it, and the models that refuse it with the given message. */
type Rule = readonly [title: string, body: Body, accepted: readonly string[], refused: readonly string[], message: string]

const SETTINGS: readonly Rule[] = [
  ['several candidates', config({ candidateCount: 2 }), [FLASH_2, FLASH_20], [MODEL, 'gemini-4-neon'], 'Multiple candidates'],
  ['a penalty', config({ presencePenalty: 1 }), [FLASH_20], [FLASH_2, MODEL, 'gemini-4-argon'], 'Penalty is not enabled'],
  ['a penalty of 0', config({ frequencyPenalty: 0 }), [MODEL], [], ''],
  ['log probabilities', config({ responseLogprobs: true, logprobs: 2 }), [FLASH_2], [MODEL], 'Logprobs is not enabled'],
  ['alternatives without log probabilities', config({ logprobs: 2 }), [], [FLASH_2], 'requires response_logprobs'],
  ['a temperature of 2', config({ temperature: 2 }), [MODEL, FLASH_2], [], ''],
  ['a temperature of 2.1', config({ temperature: 2.1 }), [], [MODEL, FLASH_2], 'must be in the range'],
  ['a topP of 1.5', config({ topP: 1.5 }), [], [MODEL], 'must be in the range'],
  ['five stop sequences', config({ stopSequences: ['a', 'b', 'c', 'd', 'e'] }), [MODEL], [], ''],
  ['six stop sequences', config({ stopSequences: ['a', 'b', 'c', 'd', 'e', 'f'] }), [], [MODEL], 'greater than 5'],
  ['a seed over 32 bits', config({ seed: 2 ** 31 }), [], [MODEL], 'TYPE_INT32'],
  [
    '40,000 output tokens in one answer',
    config({ maxOutputTokens: 40_000 }),
    [MODEL, 'gemini-4-neon'],
    ['gemini-4-argon'],
    'must not exceed 32768',
  ],
  ['a level', thinking({ thinkingLevel: 'LOW' }), [MODEL, 'gemini-4-argon'], [FLASH_2], 'Thinking level is not supported'],
  [
    'the level minimal',
    thinking({ thinkingLevel: 'minimal' }),
    ['gemini-3.6-flash', 'gemini-3.5-flash-lite'],
    [MODEL, 'gemini-3.1-pro-preview', 'gemini-4-neon'],
    'MINIMAL',
  ],
  ['the level xhigh', thinking({ thinkingLevel: 'XHIGH' }), ['gemini-4-neon', 'gemini-4-hydrogen'], ['gemini-4-argon', MODEL], 'XHIGH'],
  ['the level medium', thinking({ thinkingLevel: 'medium' }), [MODEL], ['gemini-3.1-flash-lite-image'], 'MEDIUM'],
  ['an unknown level', thinking({ thinkingLevel: 'most' }), [], [MODEL], 'ThinkingLevel'],
  [
    'a budget',
    thinking({ thinkingBudget: 512 }),
    [FLASH_2, PRO_2, LITE_2, 'gemini-3.7-flash'],
    ['gemini-4-argon', 'gemma-4-31b-it'],
    'Thinking budget is not supported',
  ],
  ['no budget', thinking({ thinkingBudget: 0 }), [FLASH_2, LITE_2, 'gemini-3.5-flash'], [PRO_2], 'Budget 0 is invalid'],
  ['a dynamic thinking budget', thinking({ thinkingBudget: -1 }), [FLASH_2, PRO_2], [], ''],
  ['a budget of 100', thinking({ thinkingBudget: 100 }), [FLASH_2], [PRO_2, LITE_2], 'The thinking budget 100 is invalid'],
  ['budget and level', thinking({ thinkingBudget: 100, thinkingLevel: 'low' }), [], [MODEL, FLASH_2], 'You can only set only one'],
  ['image output', config({ responseModalities: ['TEXT', 'IMAGE'] }), [IMAGE], [MODEL, TTS], 'response modalities'],
  ['speech output', config({ responseModalities: ['AUDIO'] }), [TTS], [MODEL, IMAGE], 'response modalities'],
  ['text output', config({ responseModalities: ['TEXT'] }), [MODEL], [IMAGE, TTS], 'response modalities'],
  ['an image size', config({ imageConfig: { aspectRatio: '16:9', imageSize: '2K' } }), [IMAGE], [MODEL], 'Image config'],
  ['an image size in lower case', config({ imageConfig: { imageSize: '2k' } }), [], [IMAGE], 'Invalid image size'],
  [
    'an image size that only other models support',
    config({ imageConfig: { imageSize: '4K' } }),
    [IMAGE],
    ['gemini-3.1-flash-lite-image'],
    'Invalid image size',
  ],
  ['an unknown aspect ratio', config({ imageConfig: { aspectRatio: '7:5' } }), [], [IMAGE], 'Invalid aspect ratio'],
  ['a media resolution', config({ mediaResolution: 'MEDIA_RESOLUTION_LOW' }), [MODEL], [IMAGE], 'Media resolution'],
  ['a schema without a MIME type', config({ responseSchema: { type: 'STRING' } }), [], [MODEL], 'response_mime_type'],
  [
    'one schema',
    config({ responseMimeType: JSON_TYPE, responseJsonSchema: { $ref: '#/$defs/a', $defs: { a: {} } } }),
    [MODEL, FLASH_2],
    [],
    '',
  ],
  [
    'two schemas',
    config({ responseMimeType: JSON_TYPE, responseSchema: { type: 'STRING' }, responseJsonSchema: {} }),
    [],
    [MODEL],
    'Only one of response_schema',
  ],
  ['an unsupported response type', config({ responseMimeType: 'text/html' }), [], [MODEL], 'allowed mimetypes'],
]

const TOOLS: readonly Rule[] = [
  [
    'functions with JSON',
    say('hi', { tools: FUNCTIONS, generationConfig: { responseMimeType: JSON_TYPE } }),
    [MODEL],
    [FLASH_2],
    'Function calling with a response mime type',
  ],
  [
    'search with JSON',
    say('hi', { tools: [{ googleSearch: {} }], generationConfig: { responseMimeType: JSON_TYPE } }),
    [MODEL],
    [FLASH_2],
    'Tool use with',
  ],
  ['search and functions together', tools({ googleSearch: {} }, ...FUNCTIONS), [], [MODEL], 'include_server_side_tool_invocations'],
  ['search and functions together on 2.x', tools({ googleSearch: {} }, ...FUNCTIONS), [], [FLASH_2], 'cannot be combined'],
  [
    'both tools with the flag',
    say('hi', { tools: [{ google_search: {} }, ...FUNCTIONS], toolConfig: { include_server_side_tool_invocations: true } }),
    [MODEL, 'gemini-4-neon'],
    [FLASH_2],
    'cannot be combined',
  ],
  ['an unknown tool', tools({ webSearch: {} }), [], [MODEL], 'Unknown name "webSearch" at \'tools[0]\''],
  ['a name with a space', declared({ name: 'a b' }), [], [MODEL], 'Invalid function name'],
  ['the same name twice', declared({ name: 'a' }, { name: 'a' }), [], [MODEL], 'Duplicate function declaration'],
  [
    'two schemas for a function',
    declared({ name: 'a', parameters: {}, parametersJsonSchema: {} }),
    [],
    [MODEL],
    'Only one of the two schemas',
  ],
  [
    'a schema of OpenAPI',
    withSchema({ type: 'object', properties: { a: { type: 'string', nullable: true, minLength: '1' } } }),
    [MODEL],
    [],
    '',
  ],
  [
    'additionalProperties in parameters',
    withSchema({ type: 'OBJECT', additionalProperties: false }),
    [],
    [MODEL],
    'Unknown name "additionalProperties" at \'tools[0].function_declarations[0].parameters\'',
  ],
  [
    'a deep $ref in parameters',
    withSchema({ properties: { a: { items: { $ref: 'b' } } } }),
    [],
    [MODEL],
    'parameters.properties[0].value.items',
  ],
  ['a list of types in parameters', withSchema({ type: ['string', 'null'] }), [], [MODEL], 'Type'],
  [
    'any JSON Schema',
    declared({ name: 'f', parametersJsonSchema: { type: ['object', 'null'], not: {}, $schema: 'x' } }),
    [MODEL, FLASH_2],
    [],
    '',
  ],
  [
    'ANY without functions',
    say('hi', { toolConfig: { functionCallingConfig: { mode: 'ANY' } } }),
    [],
    [MODEL],
    'without function_declarations',
  ],
  ['an unknown mode', say('hi', { toolConfig: { functionCallingConfig: { mode: 'any' } } }), [], [MODEL], 'FunctionCallingConfig.Mode'],
  [
    'names of unknown functions',
    say('hi', { tools: FUNCTIONS, toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['x'] } } }),
    [],
    [MODEL],
    'not in the function declarations',
  ],
  [
    'names with AUTO',
    say('hi', { tools: FUNCTIONS, toolConfig: { functionCallingConfig: { mode: 'AUTO', allowedFunctionNames: ['get_time'] } } }),
    [],
    [MODEL],
    'ANY or VALIDATED',
  ],
  [
    'names with VALIDATED',
    say('hi', { tools: FUNCTIONS, toolConfig: { functionCallingConfig: { mode: 'VALIDATED', allowedFunctionNames: ['get_time'] } } }),
    [MODEL],
    [],
    '',
  ],
]

const SAFETY = { category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }
const MIXED: readonly Rule[] = [
  ['a safety setting', say('hi', { safetySettings: [SAFETY] }), [MODEL], [], ''],
  ['two settings of one category', say('hi', { safetySettings: [SAFETY, SAFETY] }), [], [MODEL], 'only one setting'],
  ['an unknown threshold', say('hi', { safetySettings: [{ ...SAFETY, threshold: 'NONE' }] }), [], [MODEL], 'HarmBlockThreshold'],
  ['numbers for enums', say('hi', { safetySettings: [{ category: 7, threshold: 4 }] }), [MODEL], [], ''],
  ['a cache', say('hi', { cachedContent: 'cachedContents/a1' }), [MODEL], ['gemini-4-neon'], 'Explicit caching'],
  ['a cache with tools', say('hi', { cachedContent: 'cachedContents/a1', tools: FUNCTIONS }), [], [MODEL], 'CachedContent can not be used'],
  ['a tier', say('hi', { serviceTier: 'flex' }), [MODEL], [], ''],
  ['a tier in capitals', say('hi', { serviceTier: 'FLEX' }), [], [MODEL], 'ServiceTier'],
  ['store and labels', say('hi', { store: true, labels: { safety_identifier: 'x' } }), [MODEL], [], ''],
  ['no contents', { contents: [] }, [], [MODEL], 'contents is not specified'],
  ['no parts', contents(user()), [], [MODEL], 'must not be empty'],
  ['a part without data', contents(user({ thought: true })), [], [MODEL], "oneof field 'data'"],
  [
    'a part with two kinds of data',
    contents(user({ text: 'a', inlineData: { mimeType: 'image/png', data: 'AAAA' } })),
    [],
    [MODEL],
    'already set',
  ],
  ['an empty text', contents(user({ text: '' })), [MODEL], [], ''],
  ['no role', contents({ parts: [{ text: 'a' }] }), [MODEL], [], ''],
  ['the role assistant', contents({ role: 'assistant', parts: [{ text: 'a' }] }), [], [MODEL], 'valid role: user, model'],
  [
    'a model turn at the end',
    contents(user({ text: 'a' }), model({ text: 'b' })),
    [FLASH_2, 'gemini-3-flash-preview'],
    [MODEL, 'gemini-3.5-flash-lite', 'gemini-4-neon'],
    'ending with a model turn',
  ],
  ['two turns of the same role in a row', contents(user({ text: 'a' }), user({ text: 'b' })), [MODEL], [], ''],
  [
    'an instruction',
    say('hi', { systemInstruction: { role: 'x', parts: [{ text: 'a' }] } }),
    [MODEL],
    ['gemma-3-27b-it'],
    'Developer instruction',
  ],
  [
    'an image in a system instruction',
    say('hi', { systemInstruction: user({ inlineData: { mimeType: 'image/png', data: 'AAAA' } }) }),
    [],
    [MODEL],
    'only supports text',
  ],
  ['an unknown image type', contents(user({ inlineData: { mimeType: 'image/jpg', data: 'AAAA' } })), [], [MODEL], 'Unsupported MIME type'],
  ['data that is not base64', contents(user({ inlineData: { mimeType: 'image/png', data: '%' } })), [], [MODEL], 'Base64 decoding failed'],
  ['URL-safe base64', contents(user({ inlineData: { mimeType: 'image/png', data: '-_-_' } })), [MODEL], [], ''],
  [
    'a page',
    contents(user({ text: 'a' }, { fileData: { fileUri: 'https://example.com/a.pdf', mimeType: 'application/pdf' } })),
    [MODEL],
    [],
    '',
  ],
  ['a page by http', contents(user({ fileData: { fileUri: 'http://example.com/a.pdf' } })), [], [MODEL], 'unsupported file uri'],
  ['a continuation token on a model without long answers', say('hi', { continuationToken: 'AAAA' }), [], [MODEL], 'not supported'],
  ['an invalid continuation token', say('hi', { continuationToken: 'AAAA' }), [], ['gemini-4-neon'], 'not valid'],
  [
    'an image in a function result',
    contents(
      user({ text: 'a' }),
      model({ functionCall: { name: 'f', id: 'i' }, thoughtSignature: 'context_engineering_is_the_way_to_go' }),
      user({ functionResponse: { name: 'f', id: 'i', response: {}, parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] } }),
    ),
    [MODEL],
    [FLASH_2],
    'Multimodal function responses',
  ],
  [
    'a result that is not an object',
    contents(user({ text: 'a' }), model({ functionCall: { name: 'f' } }), user({ functionResponse: { name: 'f', response: 'text' } })),
    [],
    [MODEL, FLASH_2],
    "Invalid value at 'contents[2].parts[0].function_response.response'",
  ],
]

describe.each([
  ['settings', SETTINGS],
  ['tools', TOOLS],
  ['the rest of a request', MIXED],
])('of %s', (_, rules) => {
  test.each(rules.map(([title, ...rule]) => [title, rule] as const))('%s', async (_title, [body, accepted, refused, message]) => {
    for (const each of accepted) expect([each, ...(await refusalOfNative(simulator, body, each))]).toEqual([each, 200, 'accepted'])
    for (const each of refused)
      expect([each, ...(await refusalOfNative(simulator, body, each))]).toEqual([each, 400, expect.stringContaining(message)])
  })
})

test('an unknown cache is 403', async () => {
  const answer = await refusalOfNative(simulator, say('hi', { cachedContent: 'cachedContents/missing-1' }))
  expect(answer).toEqual([403, 'CachedContent not found (or permission denied)'])
})
