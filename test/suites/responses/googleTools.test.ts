import type OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { type Answer, answerOf, asking, type Event, eventsOf, openai, WEATHER } from './asking.js'

let proxy: ProxyUnderTest
let client: OpenAI
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
  client = openai(proxy)
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const SEARCH = { type: 'web_search' } as const
const CODE = { type: 'code_interpreter', container: { type: 'auto' } } as const
const TEXT = 'Wien hat 7 °C. 🌧 Es regnet.'
const FOUND: Behaviour = {
  text: TEXT,
  grounding: { queries: ['Wetter Wien'], sources: [{ uri: 'https://a.example/', title: 'a' }] },
}
type Item = Answer['output'][number]
const typesOf = (items: readonly Item[]): string[] => items.map(({ type }) => type)
const itemOf = <Type extends Item['type']>(answer: Answer, type: Type): Extract<Item, { type: Type }> => {
  const found = answer.output.find((item): item is Extract<Item, { type: Type }> => item.type === type)
  if (found === undefined) throw new Error(`no ${type}`)
  return found
}
const textOf = (answer: Answer): OpenAI.Responses.ResponseOutputText => {
  const [part] = itemOf(answer, 'message').content
  if (part?.type !== 'output_text') throw new Error('no text')
  return part
}
const eventTypes = (events: readonly Event[]): string[] => events.map(({ type }) => type.replace('response.', ''))
/** The body that reached Gemini last. */
const sent = (): unknown => proxy.simulator.requests.at(-1)?.body
const ask = (body: object, from = proxy) => call(from.origin, { path: '/v1/responses', body: { model: 'gemini-3.5-flash', ...body } })
const ignoredIn = ({ headers }: Awaited<ReturnType<typeof ask>>): unknown => headers['x-gemini-proxy-ignored-params']

describe('a web search', () => {
  test.each(['web_search', 'web_search_2025_08_26', 'web_search_preview', 'web_search_preview_2025_03_11'])(
    'becomes Google Search: %s',
    async (type) => {
      expect((await ask({ input: 'hi', tools: [{ type }] })).status).toBe(200)
      expect(sent()).toMatchObject({ tools: [{ googleSearch: {} }] })
    },
  )

  test('precedes the message, whose annotations are sources of its text', async () => {
    const answer = await client.responses.create(asking(FOUND, { tools: [SEARCH] }))
    expect(typesOf(answer.output)).toEqual(['web_search_call', 'message'])
    expect(itemOf(answer, 'web_search_call')).toMatchObject({
      id: expect.stringMatching(/^ws_/),
      status: 'completed',
      action: { type: 'search', query: 'Wetter Wien', queries: ['Wetter Wien'] },
    })
    const { text, annotations } = textOf(answer)
    expect(text).toBe(TEXT)
    const cited = annotations.map((each) => (each.type === 'url_citation' ? text.slice(each.start_index, each.end_index) : each))
    expect(cited).toEqual(['Wien hat 7 °C.', '🌧 Es regnet.'])
    expect(annotations[0]).toMatchObject({ type: 'url_citation', url: 'https://a.example/', title: 'a' })
  })

  test('lists its sources if include requests them', async () => {
    const include = ['web_search_call.action.sources'] as const
    const answer = await client.responses.create(asking(FOUND, { tools: [SEARCH], include: [...include] }))
    expect(itemOf(answer, 'web_search_call')).toMatchObject({ action: { sources: [{ type: 'url', url: 'https://a.example/' }] } })
    const plain = await client.responses.create(asking(FOUND, { tools: [SEARCH] }))
    expect(itemOf(plain, 'web_search_call').action).not.toHaveProperty('sources')
    const events = await eventsOf(client, asking(FOUND, { tools: [SEARCH], include: [...include] }))
    expect(itemOf(answerOf(events), 'web_search_call')).toMatchObject({ action: { sources: [{ url: 'https://a.example/' }] } })
  })

  test('omits sources that are not web pages', async () => {
    const sources = [
      { uri: ' javascript:alert(1)//', title: 'a' },
      { uri: 'https://b.example/a b', title: 'b' },
    ]
    const found = { ...FOUND, grounding: { queries: ['Wetter Wien'], sources } }
    const answer = await client.responses.create(asking(found, { tools: [SEARCH], include: ['web_search_call.action.sources'] }))
    expect(itemOf(answer, 'web_search_call')).toMatchObject({ action: { sources: [{ type: 'url', url: 'https://b.example/a%20b' }] } })
    expect(JSON.stringify(answer.output)).not.toContain('javascript:')
  })

  test('follows the message of a stream if Gemini reports it last, with every annotation before the end of the text', async () => {
    const events = await eventsOf(client, asking(FOUND, { tools: [SEARCH] }))
    const types = eventTypes(events)
    expect(types.filter((type) => type === 'output_text.annotation.added')).toHaveLength(2)
    expect(types.lastIndexOf('output_text.annotation.added')).toBe(types.indexOf('output_text.done') - 1)
    const from = types.indexOf('web_search_call.in_progress')
    expect(types.slice(from - 1, from + 4)).toEqual([
      'output_item.added',
      'web_search_call.in_progress',
      'web_search_call.searching',
      'web_search_call.completed',
      'output_item.done',
    ])
    expect(typesOf(answerOf(events).output)).toEqual(['message', 'web_search_call'])
    expect(textOf(answerOf(events)).annotations).toHaveLength(2)
  })

  test('precedes the message of a stream if Gemini reports it first, and is a single item', async () => {
    const events = await eventsOf(client, asking(FOUND, { tools: [SEARCH, WEATHER] }))
    const output = typesOf(answerOf(events).output)
    expect(output.indexOf('web_search_call')).toBeLessThan(output.indexOf('message'))
    expect(output.filter((type) => type === 'web_search_call')).toHaveLength(1)
    const types = eventTypes(events)
    expect(types.indexOf('web_search_call.completed')).toBeLessThan(types.indexOf('output_text.delta'))
  })
})

describe('executed code', () => {
  test('is an item with its logs if include requests them, in JSON and as a stream', async () => {
    const request = asking({ text: 'Done.' }, { tools: [CODE], include: ['code_interpreter_call.outputs'] })
    const answer = await client.responses.create(request)
    expect(typesOf(answer.output)).toEqual(['code_interpreter_call', 'message'])
    const item = {
      id: expect.stringMatching(/^ci_/),
      status: 'completed',
      container_id: expect.stringMatching(/^cntr_/),
      code: expect.stringContaining('print('),
      outputs: [{ type: 'logs', logs: expect.stringMatching(/^\d+\n$/) }],
    }
    expect(itemOf(answer, 'code_interpreter_call')).toMatchObject(item)
    const events = await eventsOf(client, request)
    expect(itemOf(answerOf(events), 'code_interpreter_call')).toMatchObject(item)
    const types = eventTypes(events)
    const from = types.indexOf('code_interpreter_call.in_progress')
    expect(types.slice(from - 1, from + 6)).toEqual([
      'output_item.added',
      'code_interpreter_call.in_progress',
      'code_interpreter_call_code.delta',
      'code_interpreter_call_code.done',
      'code_interpreter_call.interpreting',
      'code_interpreter_call.completed',
      'output_item.done',
    ])
  })

  test('has null outputs without include', async () => {
    const answer = await client.responses.create(asking({ text: 'Done.' }, { tools: [CODE] }))
    expect(itemOf(answer, 'code_interpreter_call').outputs).toBeNull()
  })

  test('without a result is incomplete, and separates the text before and after it into two messages', async () => {
    const event = (parts: object[], more: object = {}) => ({ candidates: [{ content: { role: 'model', parts }, ...more }] })
    const nativeAnswer = [
      event([{ text: 'First.' }]),
      event([{ executableCode: { language: 'PYTHON', code: 'one()' } }]),
      event([{ executableCode: { language: 'PYTHON', code: 'two()' } }]),
      event([{ codeExecutionResult: { outcome: 'OUTCOME_DEADLINE_EXCEEDED' } }]),
      event([{ text: 'Second.' }], { finishReason: 'STOP' }),
    ]
    const answer = answerOf(await eventsOf(client, asking({ nativeAnswer }, { tools: [CODE] })))
    expect(answer.output.map((item) => [item.type, 'status' in item ? item.status : undefined])).toEqual([
      ['message', 'completed'],
      ['code_interpreter_call', 'incomplete'],
      ['code_interpreter_call', 'failed'],
      ['message', 'completed'],
    ])
  })

  test('makes annotations of a later text relative to that text', async () => {
    const support = { segment: { startIndex: 6, endIndex: 13, text: 'Second.' }, groundingChunkIndices: [0] }
    const early = { segment: { endIndex: 6, text: 'First.' }, groundingChunkIndices: [0] }
    const groundingMetadata = { groundingChunks: [{ web: { uri: 'https://a.example/', title: 'a' } }], groundingSupports: [early, support] }
    const event = (parts: object[], more: object = {}) => ({ candidates: [{ content: { role: 'model', parts }, ...more }] })
    const nativeAnswer = [
      event([{ text: 'First.' }]),
      event([{ executableCode: { language: 'PYTHON', code: 'one()' } }]),
      event([{ codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1\n' } }]),
      event([{ text: 'Second.' }], { finishReason: 'STOP', groundingMetadata }),
    ]
    const answer = answerOf(await eventsOf(client, asking({ nativeAnswer }, { tools: [CODE, SEARCH] })))
    const texts = answer.output.flatMap((item) => (item.type === 'message' ? item.content : []))
    expect(texts).toMatchObject([{ annotations: [] }, { annotations: [{ start_index: 0, end_index: 7 }] }])
  })
})

describe("a request with Google's tools", () => {
  test.each<[ignored: string | undefined, tools: readonly object[]]>([
    [undefined, [{ ...CODE }]],
    ['tools[0].container', [{ ...CODE, container: 'cntr_1' }]],
    [
      'tools[0].search_context_size, tools[0].user_location',
      [{ ...SEARCH, search_context_size: 'low', user_location: { type: 'approximate' } }],
    ],
    ['tools[1]', [SEARCH, { type: 'web_search_preview' }]],
    ['tools[0]', [{ type: 'local_shell' }, WEATHER]],
  ])('lists parameters without effect as ignored: %s', async (ignored, tools) => {
    const answer = await ask({ input: 'hi', tools })
    expect([answer.status, ignoredIn(answer)]).toEqual([200, ignored])
  })

  test('loses Google’s tools beside functions on a model that cannot combine them; they are listed as ignored', async () => {
    const answer = await ask({ model: 'gemini-2.5-flash', input: 'hi', tools: [SEARCH, WEATHER] })
    expect([answer.status, ignoredIn(answer)]).toEqual([200, 'tools[0]'])
    expect(sent()).toMatchObject({ tools: [{ functionDeclarations: [{ name: 'get_weather' }] }] })
  })

  test('keeps Google’s tools beside functions if the replacement of a retired model supports both', async () => {
    const answer = await ask({ model: 'gemini-2.0-flash', input: 'hi', tools: [SEARCH, WEATHER] })
    expect([answer.status, ignoredIn(answer)]).toEqual([200, undefined])
    expect(JSON.stringify(sent())).toMatch(/functionDeclarations.*googleSearch|googleSearch.*functionDeclarations/)
  })

  test('can choose a tool of Google, and then sends only this tool', async () => {
    const answer = await ask({ input: 'hi', tools: [WEATHER, SEARCH], tool_choice: { type: 'web_search_preview' } })
    expect([answer.status, ignoredIn(answer)]).toEqual([200, 'tool_choice'])
    expect(sent()).toMatchObject({ tools: [{ googleSearch: {} }] })
    expect(JSON.stringify(sent())).not.toContain('functionDeclarations')
  })

  test('can send back the items of an earlier answer: the model gets code and outputs', async () => {
    const first = await client.responses.create(
      asking({ text: 'Done.' }, { tools: [CODE, SEARCH], include: ['code_interpreter_call.outputs'], store: false }),
    )
    expect(typesOf(first.output)).toEqual(expect.arrayContaining(['web_search_call', 'code_interpreter_call', 'message']))
    const input = [{ role: 'user', content: 'hi' }, ...first.output, { role: 'user', content: 'go on' }]
    const answer = await ask({ input, tools: [CODE, SEARCH] })
    expect([answer.status, ignoredIn(answer)]).toEqual([200, undefined])
    expect(JSON.stringify(sent())).toMatch(/```python\\nprint\(.*Output:\\n```\\n\d+\\n/)
  })

  test('can continue a stored answer with such items', async () => {
    const first = await client.responses.create(asking(FOUND, { tools: [CODE, SEARCH] }))
    const answer = await ask({ input: 'go on', previous_response_id: first.id, tools: [CODE, SEARCH] })
    expect([answer.status, ignoredIn(answer)]).toEqual([200, undefined])
    expect(JSON.stringify(sent())).toContain('Wien hat 7')
  })

  test('with only a search as input is a 400', async () => {
    expect((await ask({ input: [{ type: 'web_search_call', id: 'ws_1', status: 'completed' }] })).status).toBe(400)
  })
})
