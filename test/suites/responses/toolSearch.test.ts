import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { lastSent, prompt, STRICT, WEATHER } from './asking.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const PARAMETERS = {
  type: 'object',
  properties: { query: { type: 'string' }, limit: { type: 'number' } },
  required: ['query'],
}
const SEARCH = { type: 'tool_search', execution: 'client', description: 'Find tools', parameters: PARAMETERS }
const NAMESPACE = { type: 'namespace', name: 'mcp__w', description: 'w', tools: [WEATHER] }
const USER = { role: 'user', content: 'weather in Rome?' }
const searchCall = (callId: string, more: object = {}) => ({
  type: 'tool_search_call',
  call_id: callId,
  execution: 'client',
  status: 'completed',
  arguments: { query: 'weather' },
  ...more,
})
const searchOutput = (callId: string, tools: object[], more: object = {}) => ({
  type: 'tool_search_output',
  call_id: callId,
  execution: 'client',
  status: 'completed',
  tools,
  ...more,
})

interface Item {
  readonly type: string
  readonly id?: string
  readonly call_id?: string
  readonly arguments?: unknown
}
interface Outcome {
  readonly status: number
  readonly id: string
  readonly output: readonly Item[]
  readonly events: readonly { readonly type: string; readonly item?: Item }[]
  readonly ignored: readonly string[]
}

/** Sends a request, streamed or not. @returns the outcome in the same form for both */
async function ask(body: object, stream: boolean): Promise<Outcome> {
  const answer = await call(proxy.origin, { path: '/v1/responses', body: { model: STRICT, store: false, stream, ...body } })
  const events = answer.events as Outcome['events']
  const last = events.at(-1) as { response: object } | undefined
  const { id, output } = { id: '', output: [], ...(stream ? last?.response : (answer.json as object)) }
  const ignored = String(answer.headers['x-gemini-proxy-ignored-params'] ?? '')
  return { status: answer.status, id, output, events, ignored: ignored.split(', ').filter(Boolean) }
}
const searching = (...queries: object[]): Behaviour => ({
  toolCalls: queries.map((given) => ({ name: 'tool_search', arguments: given as Record<string, unknown> })),
})
type Declared = { readonly function: { readonly name: string; readonly parameters?: object; readonly description?: string } }
const declared = (): Declared[] => (lastSent(proxy).tools ?? []) as Declared[]
const namesDeclared = (): string[] => declared().map(({ function: { name } }) => name)
const searchesIn = ({ output }: Outcome): Item[] => output.filter(({ type }) => type === 'tool_search_call')

describe.each([false, true])('a tool search that the client executes (stream: %s)', (stream) => {
  test('is declared to the model as a function', async () => {
    const { ignored } = await ask({ input: 'hi', tools: [SEARCH] }, stream)
    expect(declared()).toEqual([{ type: 'function', function: { name: 'tool_search', description: 'Find tools', parameters: PARAMETERS } }])
    expect(ignored).toEqual([])
  })

  test('returns its arguments as an object, without events for them', async () => {
    const outcome = await ask({ input: prompt(searching({ query: 'weather', limit: 3 })), tools: [SEARCH] }, stream)
    expect(searchesIn(outcome)).toEqual([
      {
        type: 'tool_search_call',
        id: expect.stringMatching(/^tsc_/),
        call_id: expect.any(String),
        status: 'completed',
        execution: 'client',
        arguments: { query: 'weather', limit: 3 },
      },
    ])
    expect(outcome.output.map(({ type }) => type)).not.toContain('function_call')
    expect(outcome.events.filter(({ type }) => type.includes('arguments') || type.includes('input'))).toEqual([])
    const items = outcome.events.flatMap(({ type, item }) => (item?.type === 'tool_search_call' ? [[type, item.arguments]] : []))
    const both = [
      ['response.output_item.added', {}],
      ['response.output_item.done', { query: 'weather', limit: 3 }],
    ]
    expect(items).toEqual(stream ? both : [])
  })

  test('can be called several times, beside other tools', async () => {
    const { toolCalls = [] } = searching({ query: 'a' }, { query: 'b' })
    const behaviour = { toolCalls: [...toolCalls, { name: 'get_weather', arguments: { city: 'Oslo' } }] }
    const outcome = await ask({ input: prompt(behaviour), tools: [SEARCH, WEATHER] }, stream)
    expect(searchesIn(outcome).map((item) => item.arguments)).toEqual([{ query: 'a' }, { query: 'b' }])
    expect(outcome.output.filter(({ type }) => type === 'function_call')).toMatchObject([{ arguments: '{"city":"Oslo"}' }])
    expect(new Set(outcome.output.map((item) => item.call_id).filter(Boolean)).size).toBe(3)
  })

  test('that is cut off has no arguments and the status incomplete', async () => {
    const cut = { toolCalls: [{ name: 'tool_search', arguments: '{"que' }], finish: 'length' }
    const outcome = await ask({ input: prompt(cut), tools: [SEARCH] }, stream)
    // The native API never sends incomplete calls: it reports them as malformed.
    if (isOnNative) expect([outcome.status, searchesIn(outcome)]).toEqual([stream ? 200 : 502, []])
    else expect(searchesIn(outcome)).toMatchObject([{ status: 'incomplete', arguments: {} }])
  })

  test('is sent back to Gemini as a call and its result, and the tools it found are declared', async () => {
    const input = [USER, searchCall('s1'), searchOutput('s1', [NAMESPACE])]
    const { status, ignored } = await ask({ input, tools: [SEARCH] }, stream)
    expect([status, ignored]).toEqual([200, []])
    expect(lastSent(proxy).messages).toMatchObject([
      USER,
      { role: 'assistant', tool_calls: [{ id: 's1', function: { name: 'tool_search', arguments: '{"query":"weather"}' } }] },
      { role: 'tool', tool_call_id: 's1', content: 'These functions are available now: mcp__w__get_weather.' },
    ])
    expect(namesDeclared()).toEqual(['tool_search', 'mcp__w__get_weather'])
    expect(declared()[1]?.function).toMatchObject({ description: WEATHER.description, parameters: WEATHER.parameters })
  })

  test('makes a found function callable by the name that the client declared', async () => {
    const input = [
      {
        role: 'user',
        content: prompt({
          steps: [
            [searching({ query: 'w' }).toolCalls?.[0] ?? { name: '' }],
            [{ name: 'mcp__w__get_weather', arguments: { city: 'Rome' } }],
          ],
        }),
      },
    ]
    const first = await ask({ input, tools: [SEARCH] }, stream)
    const [search] = searchesIn(first)
    const more = [...input, ...first.output, searchOutput(search?.call_id ?? '', [NAMESPACE])]
    const second = await ask({ input: more, tools: [SEARCH] }, stream)
    expect(second.output.filter(({ type }) => type === 'function_call')).toMatchObject([{ name: 'get_weather', namespace: 'mcp__w' }])
    const third = await ask(
      {
        input: [...more, ...second.output, { type: 'function_call_output', call_id: second.output.at(-1)?.call_id, output: 'sunny' }],
        tools: [SEARCH],
      },
      stream,
    )
    expect(third.output.map(({ type }) => type)).toContain('message')
    expect(proxy.simulator.requests.map(({ status }) => status)).toEqual([200, 200, 200])
  })
})

describe('the tools that a search finds', () => {
  test.each<[what: string, tools: object[], names: string[]]>([
    ['a function', [WEATHER], ['tool_search', 'get_weather']],
    ['a custom tool', [{ type: 'custom', name: 'run' }], ['tool_search', 'run']],
    [
      'a namespace of both kinds',
      [{ ...NAMESPACE, tools: [WEATHER, { type: 'custom', name: 'run' }] }],
      ['tool_search', 'mcp__w__get_weather', 'mcp__w__run'],
    ],
    ['two namespaces', [NAMESPACE, { ...NAMESPACE, name: 'mcp__v' }], ['tool_search', 'mcp__w__get_weather', 'mcp__v__get_weather']],
    ['a deferred function', [{ ...WEATHER, defer_loading: true }], ['tool_search', 'get_weather']],
  ])('%s', async (_, tools, names) => {
    expect((await ask({ input: [USER, searchCall('s1'), searchOutput('s1', tools)], tools: [SEARCH] }, false)).ignored).toEqual([])
    expect(namesDeclared()).toEqual(names)
    const [, , { content } = { content: '' }] = lastSent(proxy).messages
    expect(content).toBe(`These functions are available now: ${names.slice(1).join(', ')}.`)
  })

  test('can be none', async () => {
    await ask({ input: [USER, searchCall('s1'), searchOutput('s1', [])], tools: [SEARCH] }, false)
    expect(lastSent(proxy).messages.at(-1)).toMatchObject({ content: 'No tools were found.' })
    expect(namesDeclared()).toEqual(['tool_search'])
  })

  test('are declared once if several searches find them; the last declaration is used', async () => {
    const later = { ...NAMESPACE, tools: [{ ...WEATHER, description: 'later' }] }
    const input = [
      USER,
      searchCall('s1'),
      searchOutput('s1', [NAMESPACE, { type: 'custom', name: 'run' }]),
      searchCall('s2', { arguments: { query: 'again' } }),
      searchOutput('s2', [later]),
    ]
    expect((await ask({ input, tools: [SEARCH] }, false)).status).toBe(200)
    expect(namesDeclared()).toEqual(['tool_search', 'mcp__w__get_weather', 'run'])
    expect(declared()[1]?.function.description).toBe('later')
  })

  test('are declared once if the request declares them, too', async () => {
    await ask({ input: [USER, searchCall('s1'), searchOutput('s1', [WEATHER])], tools: [WEATHER, SEARCH] }, false)
    expect(namesDeclared()).toEqual(['get_weather', 'tool_search'])
  })

  test('are listed as ignored if they are not supported', async () => {
    const found = [{ type: 'web_search' }, { type: 'file_search' }, WEATHER]
    const { ignored } = await ask({ input: [USER, searchCall('s1'), searchOutput('s1', found)] }, false)
    expect(ignored).toEqual([...(isOnNative ? [] : ['input[2].tools[0]']), 'input[2].tools[1]'])
    expect(namesDeclared()).toEqual(['get_weather'])
  })

  test('are still declared when the response is continued by its id', async () => {
    const first = await ask({ input: [{ role: 'user', content: prompt(searching({ query: 'w' })) }], tools: [SEARCH], store: true }, false)
    const callId = searchesIn(first)[0]?.call_id ?? ''
    const second = await ask(
      { previous_response_id: first.id, input: [searchOutput(callId, [NAMESPACE])], tools: [SEARCH], store: true },
      false,
    )
    expect(namesDeclared()).toEqual(['tool_search', 'mcp__w__get_weather'])
    await ask({ previous_response_id: second.id, input: 'And now?', tools: [SEARCH] }, true)
    expect(namesDeclared()).toEqual(['tool_search', 'mcp__w__get_weather'])
    expect(lastSent(proxy).messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user'])
  })

  test('are declared if the call is only a reference', async () => {
    const first = await ask({ input: [{ role: 'user', content: prompt(searching({ query: 'w' })) }], tools: [SEARCH], store: true }, false)
    const input = [
      USER,
      ...first.output.map(({ id }) => ({ type: 'item_reference', id })),
      searchOutput(searchesIn(first)[0]?.call_id ?? '', [WEATHER]),
    ]
    expect((await ask({ input, tools: [SEARCH] }, false)).status).toBe(200)
    expect(namesDeclared()).toEqual(['tool_search', 'get_weather'])
  })
})

describe('a search that OpenAI executes', () => {
  test.each<[what: string, more: object]>([
    ['on its server', { execution: 'server' }],
    ['without execution', { execution: undefined }],
    ['with null', { execution: null }],
  ])('is left out and listed as ignored: %s', async (_, more) => {
    const input = [USER, searchCall('s1', more), searchOutput('s1', [WEATHER], more)]
    const { status, ignored } = await ask(
      {
        input,
        tools: [
          { ...SEARCH, ...more },
          { type: 'custom', name: 'run' },
        ],
      },
      false,
    )
    expect([status, ignored]).toEqual([200, ['input[1]', 'input[2]', 'tools[0]']])
    expect(namesDeclared()).toEqual(['run'])
    expect(lastSent(proxy).messages).toEqual([USER])
  })

  test('needs no call_id', async () => {
    const server = { execution: 'server', call_id: null }
    const input = [USER, { ...searchCall('', server) }, { ...searchOutput('', [WEATHER], server) }]
    expect((await ask({ input }, false)).ignored).toEqual(['input[1]', 'input[2]'])
  })
})

test.each([
  ['its output', {}, { execution: undefined }],
  ['its call', { execution: undefined }, {}],
])('a search is the client’s if one of its items sets execution, even if %s does not', async (_, onCall, onOutput) => {
  const input = [USER, searchCall('s1', onCall), searchOutput('s1', [WEATHER], onOutput)]
  expect((await ask({ input }, false)).ignored).toEqual([])
  expect(namesDeclared()).toEqual(['get_weather'])
})

test('arguments that a client sends back as JSON text are sent unchanged', async () => {
  await ask({ input: [USER, searchCall('s1', { arguments: '{"query":"w"}' }), searchOutput('s1', [])], tools: [SEARCH] }, false)
  expect(lastSent(proxy).messages[1]?.tool_calls?.[0]?.function.arguments).toBe('{"query":"w"}')
})

const CHOSEN = { type: 'function', function: { name: 'tool_search' } }
test.each<[choice: unknown, sent: unknown]>([
  [{ type: 'tool_search' }, CHOSEN],
  [{ type: 'allowed_tools', mode: 'required', tools: [{ type: 'tool_search' }] }, isOnNative ? CHOSEN : 'required'],
])('a tool search can be chosen: %j', async (choice, sent) => {
  await ask({ input: 'hi', tools: [SEARCH, WEATHER], tool_choice: choice }, false)
  expect(lastSent(proxy).tool_choice).toEqual(sent)
})

test.each<[param: string, output: object]>([
  ['input[2].tools[0].name', searchOutput('s1', [{ type: 'function' }])],
  ['input[2].tools[0].tools[0].name', searchOutput('s1', [{ ...NAMESPACE, tools: [{ type: 'custom' }] }])],
  ['input[2].call_id', searchOutput('s1', [WEATHER], { call_id: null })],
])('an invalid output is a 400 for %s', async (param, output) => {
  const body = { model: STRICT, input: [USER, searchCall('s1'), output] }
  expect(await call(proxy.origin, { path: '/v1/responses', body })).toMatchObject({ status: 400, json: { error: { param } } })
})

test('an output without a call is refused like any other output', async () => {
  const answer = await call(proxy.origin, { path: '/v1/responses', body: { model: STRICT, input: [USER, searchOutput('s9', [WEATHER])] } })
  const other = await call(proxy.origin, {
    path: '/v1/responses',
    body: { model: STRICT, input: [USER, { type: 'function_call_output', call_id: 's9', output: 'x' }] },
  })
  expect([answer.status, answer.json]).toEqual([other.status, other.json])
})
