import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { asking, callOf, WEATHER } from '../responses/asking.js'
import { makeOracle, readOfficial } from './officialSchema.js'
import { requireShared } from './shared.js'

// The run must fail without OpenAI's API description: the tests compare responses with it.
const shared = requireShared('openai/openapi.json')
const problemOf = makeOracle(readOfficial(join(shared, 'openai', 'openapi.json')))

let proxy: ProxyUnderTest
let committed: ProxyUnderTest
let native: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' })
  committed = await startProxy({ MAX_RETRIES: '0', FIRST_EVENT_PATIENCE_MS: '1' })
  native = await startProxy({ MAX_RETRIES: '0', GEMINI_UPSTREAM: 'native' })
})
afterAll(async () => {
  await proxy.close()
  await committed.close()
  await native.close()
})

const custom = {
  type: 'custom',
  name: 'run',
  description: 'Runs a program.',
  format: { type: 'grammar', syntax: 'regex', definition: '.*' },
}
const namespace = { type: 'namespace', name: 'mcp', description: 'More tools.', tools: [WEATHER] }
const search = { type: 'tool_search', execution: 'client', description: 'Finds tools.', parameters: { type: 'object', properties: {} } }
const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'], additionalProperties: false }
const SLOW = { deltas: ['one', 'two', 'three'], chunkDelayMs: 15 } as const
const EVERYTHING = {
  instructions: 'Be brief.',
  max_output_tokens: 400,
  max_tool_calls: 3,
  metadata: { a: 'b' },
  parallel_tool_calls: false,
  prompt_cache_key: 'k',
  reasoning: { effort: 'low', summary: 'auto' },
  safety_identifier: 's',
  service_tier: 'auto',
  store: true,
  temperature: 0.5,
  text: { verbosity: 'low' },
  tool_choice: 'auto',
  top_logprobs: 2,
  top_p: 0.5,
  truncation: 'auto',
  user: 'u',
}
type Row = readonly [name: string, behaviour: Behaviour, more: object]

const WHOLE: readonly Row[] = [
  ['a text', SLOW, {}],
  ['a text, with every parameter', { text: 'x' }, EVERYTHING],
  ['a text, with null for every parameter', { text: 'x' }, Object.fromEntries(Object.keys(EVERYTHING).map((name) => [name, null]))],
  ['a text with its signature', SLOW, { store: false }],
  ['thoughts', { text: 'x', thoughts: ['a', 'b'] }, { reasoning: { summary: 'detailed' } }],
  ['thoughts before a call', { thoughts: ['a'], toolCalls: [callOf('Oslo')] }, { tools: [WEATHER], reasoning: { summary: 'auto' } }],
  ['a call', { toolCalls: [callOf('Oslo')] }, { tools: [WEATHER], tool_choice: { type: 'function', name: 'get_weather' } }],
  [
    'calls',
    { toolCalls: [callOf('Oslo'), callOf('Rome')], parallelPlacement: 'split-arguments' },
    { tools: [WEATHER], tool_choice: 'required' },
  ],
  ['a call of a custom tool', { toolCalls: [{ name: 'run', arguments: { input: 'x' } }] }, { tools: [custom] }],
  ['a call in a namespace', { toolCalls: [{ name: 'mcp__get_weather', arguments: { city: 'Oslo' } }] }, { tools: [namespace] }],
  ['a search for tools', { toolCalls: [{ name: 'tool_search', arguments: { query: 'x' } }] }, { tools: [search] }],
  ['a tool search that is cut off', { toolCalls: [{ name: 'tool_search', arguments: '{"qu' }], finish: 'length' }, { tools: [search] }],
  ['tools that are left out', { text: 'x' }, { tools: [{ type: 'web_search' }, WEATHER], tool_choice: { type: 'web_search_preview' } }],
  [
    'some allowed tools',
    { text: 'x' },
    { tools: [WEATHER], tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'get_weather' }] } },
  ],
  ['JSON by a schema', { text: '{"name":"x"}' }, { text: { format: { type: 'json_schema', name: 'city', schema, strict: true } } }],
  ['JSON', { text: '{}' }, { text: { format: { type: 'json_object' } } }],
  ['a limit', { text: 'x', finish: 'length' }, {}],
  ['a limit within a call', { toolCalls: [{ name: 'get_weather', arguments: '{"ci' }], finish: 'length' }, { tools: [WEATHER] }],
  ['a refusal', { empty: true, finish: 'content_filter: SAFETY' }, {}],
  ['a text that a filter cut off', { text: 'x', finish: 'content_filter: SAFETY' }, {}],
]
const BROKEN: readonly Row[] = [
  ['an error', { ...SLOW, errorMidStream: { name: 'unavailable', form: 'data-object', afterChunks: 4 } }, {}],
  ['a rate limit', { ...SLOW, errorMidStream: { name: 'quota-minute', form: 'data-object', afterChunks: 4 } }, {}],
  ['a reset', { ...SLOW, fault: { kind: 'reset', when: { afterChunks: 4 } } }, {}],
  [
    'a connection that ends within a call',
    { toolCalls: [callOf('Oslo')], fault: { kind: 'eof', when: { afterBytes: 600 } } },
    { tools: [WEATHER] },
  ],
]

const DETAILS = ['web_search_call.action.sources', 'code_interpreter_call.outputs']
const CODE = { type: 'code_interpreter', container: { type: 'auto' } }
const CUT: Behaviour = { nativeAnswer: [{ candidates: [{ content: { parts: [{ executableCode: { code: 'x()' } }] } }] }] }
/** Requests that only the native API can serve. */
const NATIVE: readonly Row[] = [
  ['a web search', { text: 'It rains. So what?' }, { tools: [{ type: 'web_search' }] }],
  ['a web search with sources', { text: 'It rains.' }, { tools: [{ type: 'web_search_preview' }], include: DETAILS }],
  ['a web search beside functions', { text: 'It rains.', grounding: {} }, { tools: [{ type: 'web_search' }, WEATHER], include: DETAILS }],
  ['code', { text: 'Done.' }, { tools: [CODE] }],
  ['code with outputs', { text: 'Done.' }, { tools: [CODE], include: DETAILS }],
]

/** Requests that only the native API can serve, with a model that generates images. */
const IMAGES: readonly Row[] = [
  ['an image', { text: 'Here.' }, { tools: [{ type: 'image_generation', size: '1024x1024' }] }],
  ['images and drafts', { text: 'Here.', images: 2, drafts: 2 }, { tools: [{ type: 'image_generation', partial_images: 2 }] }],
  [
    'a draft image without a final image',
    { drafts: 1, images: 0, text: 'No.' },
    { tools: [{ type: 'image_generation', partial_images: 1 }] },
  ],
]
const drawing = (more: object): object => ({ model: 'gemini-3.1-flash-image', ...more })

/** Streams a response. @returns how its events violate OpenAI's official schema */
async function problemsOf(from: ProxyUnderTest, behaviour: Behaviour, more: object): Promise<unknown[]> {
  const { events } = await call(from.origin, { path: '/v1/responses', body: { ...asking(behaviour), ...more, stream: true } })
  expect(events.length).toBeGreaterThan(2)
  return events.flatMap((event) => {
    const problem = problemOf('ResponseStreamEvent', event)
    return problem === undefined ? [] : [{ problem, event }]
  })
}

describe('by the official schema', () => {
  test.each(WHOLE)('a Response is valid: %s', async (_, behaviour, more) => {
    const { status, json } = await call(proxy.origin, { path: '/v1/responses', body: { ...asking(behaviour), ...more } })
    expect(status).toBe(200)
    expect(problemOf('Response', json)).toBeUndefined()
  })

  test.each(WHOLE)('every event of a stream is valid: %s', async (_, behaviour, more) => {
    expect(await problemsOf(proxy, behaviour, more)).toEqual([])
  })

  test.each(BROKEN)('every event of a stream that breaks off is valid: %s', async (_, behaviour, more) => {
    expect(await problemsOf(committed, { latencyMs: 30, ...behaviour }, more)).toEqual([])
  })

  test.each(NATIVE)('a Response of the native API is valid: %s', async (_, behaviour, more) => {
    const { status, json } = await call(native.origin, { path: '/v1/responses', body: { ...asking(behaviour), ...more } })
    expect(status).toBe(200)
    expect(problemOf('Response', json)).toBeUndefined()
    expect(JSON.stringify(json)).toMatch(/"(?:web_search|code_interpreter)_call"/)
  })

  test.each(IMAGES)('with images, a Response and every event of its stream are valid: %s', async (_, behaviour, more) => {
    const { status, json } = await call(native.origin, { path: '/v1/responses', body: { ...asking(behaviour), ...drawing(more) } })
    expect(status).toBe(200)
    expect(problemOf('Response', json)).toBeUndefined()
    expect(await problemsOf(native, behaviour, drawing(more))).toEqual([])
  })

  test.each([...NATIVE, ['code that is cut off', CUT, { tools: [CODE] }] as const])(
    'every event of a stream of the native API is valid: %s',
    async (_, behaviour, more) => {
      expect(await problemsOf(native, behaviour, more)).toEqual([])
    },
  )

  test('a count of input tokens is valid', async () => {
    const { status, json } = await call(native.origin, { path: '/v1/responses/input_tokens', body: asking({ text: 'x' }) })
    expect(status).toBe(200)
    expect(problemOf('TokenCountsResource', json)).toBeUndefined()
  })

  test('an invalid response is detected', () => {
    expect(problemOf('Response', { id: 'resp_1' })).toEqual(expect.any(String))
    expect(problemOf('ResponseStreamEvent', { type: 'response.output_text.delta' })).toEqual(expect.any(String))
  })
})
