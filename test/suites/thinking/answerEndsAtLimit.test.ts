import type OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChatCompletion, ModelResponse } from '../../../src/contract/types.js'
import { collect, eventually, openai, parseStream, post, startReading } from '../../support/calls.js'
import { DONE, onWire, toEvent } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { sentChat } from '../../support/sentChat.js'
import { isOnNative } from '../../support/upstreamApi.js'

const MODEL = 'gemini-3.8-flash'
const UNLISTED = 'gemini-2.0-flash-001'
const MESSAGES = [{ role: 'user' as const, content: 'Count.' }]
const FUNCTION = { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }
const TOOLS = [{ type: 'function' as const, function: FUNCTION }]

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({}, { models: { [UNLISTED]: 'alive' } })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/** One event of Gemini: its delta, the number of answer tokens so far, its finish reason. */
type Event = readonly [delta: object, tokens?: number | undefined, finish?: string | undefined]

const usageOf = (tokens: number | undefined, thoughts = 50) =>
  tokens === undefined ? {} : { usage: { prompt_tokens: 5, completion_tokens: tokens, total_tokens: 5 + tokens + thoughts } }
const body = (events: readonly Event[]): string =>
  [
    ...events.map(([delta, tokens, finish]) =>
      toEvent({
        choices: [{ index: 0, delta: { role: 'assistant', ...delta }, ...(finish === undefined ? {} : { finish_reason: finish }) }],
        model: MODEL,
        ...usageOf(tokens),
      }),
    ),
    DONE,
  ].join('')
const text = (content: string, tokens?: number, finish?: string): Event => [{ content }, tokens, finish]
const callOf = (city: string, id = city) => ({
  id,
  type: 'function',
  function: { name: 'get_weather', arguments: JSON.stringify({ city }) },
})
const calls = (cities: readonly string[], tokens?: number, finish?: string): Event => [
  { tool_calls: cities.map((city) => callOf(city)) },
  tokens,
  finish,
]
const cityOf = (call: object): unknown => JSON.parse((call as ReturnType<typeof callOf>).function.arguments).city
const whole = (message: object, tokens: number, finish = 'stop'): string =>
  JSON.stringify(onWire({ choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', ...message } }], ...usageOf(tokens) }))

/** Requests a stream with `max_tokens: limit`, to which Gemini answers with `events`. */
async function stream(events: readonly Event[], limit: number, more: object = {}) {
  proxy.simulator.next({ path: '/chat', rawBody: body(events) })
  const options = { stream: true, stream_options: { include_usage: true } }
  const response = await post(proxy, { model: MODEL, messages: MESSAGES, max_tokens: limit, ...options, ...more })
  const { chunks, content, dones, errors } = parseStream(await response.text())
  expect([dones, errors]).toEqual([1, []])
  const finishes = chunks.flatMap(({ choices }) => choices.flatMap(({ finish_reason: finish }) => (finish ? [finish] : [])))
  const called = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])
  return { content, finishes, called, usage: chunks.at(-1)?.usage }
}

/**
 * Requests an unstreamed answer with `max_tokens: limit`, to which Gemini answers with `message`.
 */
async function create(message: object, tokens: number, limit: number, more: object = {}, finish = 'stop') {
  proxy.simulator.next({ path: '/chat', rawBody: whole(message, tokens, finish) })
  const answer = (await (await post(proxy, { model: MODEL, messages: MESSAGES, max_tokens: limit, ...more })).json()) as ChatCompletion
  return { ...answer.choices[0], usage: answer.usage }
}

describe('an answer of a thinking model, whose token limit was raised upstream', () => {
  test('as a stream: ends within the event that exceeds the limit, with finish reason `length`', async () => {
    const events = [text('a'.repeat(20), 5), text('b'.repeat(20), 10), text('c'.repeat(20), 15), text('d'.repeat(20), 20, 'stop')]
    const { content, finishes, usage } = await stream(events, 12)
    expect(content).toBe(`${'a'.repeat(20)}${'b'.repeat(20)}${'c'.repeat(8)}`)
    expect(finishes).toEqual(['length'])
    // `usage` has the tokens that Gemini had counted, and bills, when the proxy ended the upstream
    // call.
    expect(usage).toMatchObject({ completion_tokens: 65, total_tokens: 70, completion_tokens_details: { reasoning_tokens: 50 } })
  })

  test('in JSON: is cut in proportion of characters to tokens', async () => {
    const { message, finish_reason, usage } = await create({ content: 'x'.repeat(400) }, 100, 10)
    expect([message?.content, finish_reason]).toEqual(['x'.repeat(40), 'length'])
    expect(usage).toMatchObject({ completion_tokens: 150, total_tokens: 155, completion_tokens_details: { reasoning_tokens: 50 } })
  })

  test.each(['max_tokens', 'max_completion_tokens'])('ends at %s', async (name) => {
    proxy.simulator.next({ rawBody: whole({ content: 'x'.repeat(100) }, 50) })
    const answer = await (await post(proxy, { model: MODEL, messages: MESSAGES, [name]: 10 })).json()
    expect(answer).toMatchObject({ choices: [{ finish_reason: 'length', message: { content: 'x'.repeat(20) } }] })
    expect(proxy.simulator.requests.slice(-1).map(sentChat)[0]).toMatchObject({ max_tokens: 10 + 8192 })
  })

  test.each([
    ['exactly as long as the limit', 10, 10],
    ['shorter than the limit', 9, 10],
    ['without visible tokens', 0, 10],
  ])('%s is not changed, streamed or not', async (_, tokens, limit) => {
    expect(await stream([text('Hi', tokens, 'stop')], limit)).toMatchObject({ content: 'Hi', finishes: ['stop'] })
    expect(await create({ content: 'Hi' }, tokens, limit)).toMatchObject({ finish_reason: 'stop', message: { content: 'Hi' } })
  })

  test('that reaches exactly the limit may still end with `stop`', async () => {
    const { content, finishes } = await stream([text('abcd', 10), [{}, 10, 'stop']], 10)
    expect([content, finishes]).toEqual(['abcd', ['stop']])
  })

  test('that Gemini cut off has the finish reason `length`', async () => {
    expect(await stream([text('abcd', 8, 'length')], 10)).toMatchObject({ content: 'abcd', finishes: ['length'] })
  })

  test('is never cut within a character', async () => {
    expect((await create({ content: '😀'.repeat(10) }, 20, 5)).message?.content).toBe('😀😀')
    expect((await stream([text('😀'.repeat(10), 20, 'stop')], 5)).content).toBe('😀😀')
  })

  test('does not count thoughts: visible thoughts are complete', async () => {
    const thought = (content: string, tokens?: number): Event => [{ content, extra_content: { google: { thought: true } } }, tokens]
    const events = [thought(`<thought>${'t'.repeat(900)}`, 0), text(`</thought>${'a'.repeat(40)}`, 20, 'stop')]
    proxy.simulator.next({ path: '/chat', rawBody: body(events) })
    const response = await post(proxy, { model: MODEL, messages: MESSAGES, max_tokens: 10, stream: true })
    const { content, chunks } = parseStream(await response.text())
    expect(content).toBe('a'.repeat(20))
    expect(chunks.map(({ choices }) => choices[0]?.delta.reasoning_content ?? '').join('')).toBe('t'.repeat(900))
    const marked = { content: `<thought>Plan</thought>${'a'.repeat(40)}`, extra_content: { google: { thought: true } } }
    expect(await create(marked, 20, 10)).toMatchObject({ message: { content: 'a'.repeat(20), reasoning_content: 'Plan' } })
  })

  test('does not count thoughts even if Gemini counts them with the answer', async () => {
    const thought: Event = [{ content: '<thought>Plan', extra_content: { google: { thought: true } } }, 30]
    const { content, finishes } = await stream([thought, text(`</thought>${'a'.repeat(40)}`, 50, 'stop')], 10)
    expect([content, finishes]).toEqual(['a'.repeat(20), ['length']])
  })

  test('is cut even within JSON: with `length`, like at OpenAI', async () => {
    const format = { response_format: { type: 'json_object' } }
    const { message, finish_reason } = await create({ content: `{"a":"${'x'.repeat(93)}"}` }, 100, 10, format)
    expect([message?.content, finish_reason]).toEqual([`{"a":"${'x'.repeat(4)}`, 'length'])
  })

  test('is cut separately for each of several choices', async () => {
    proxy.simulator.next({ rawBody: whole({ content: 'x'.repeat(40) }, 20) }, { rawBody: whole({ content: 'y'.repeat(40) }, 10) })
    const answer = await (await post(proxy, { model: MODEL, messages: MESSAGES, max_tokens: 10, n: 2 })).json()
    const { choices, usage } = answer as ChatCompletion
    const contents = choices.map(({ message, finish_reason: finish }) => [message.content, finish])
    expect(contents.sort()).toEqual([
      ['x'.repeat(20), 'length'],
      ['y'.repeat(40), 'stop'],
    ])
    expect(usage).toMatchObject({ completion_tokens: 130 })
  })

  test('is cut separately for each choice of a stream, too', async () => {
    proxy.simulator.next({ rawBody: body([text('xxxx', 20, 'stop')]) }, { rawBody: body([text('yyyy', 10), text('zz', 10, 'stop')]) })
    const response = await post(proxy, { model: MODEL, messages: MESSAGES, max_tokens: 10, n: 2, stream: true })
    const { chunks, dones } = parseStream(await response.text())
    const ends = chunks.flatMap(({ choices }) => choices.flatMap(({ finish_reason: finish }) => (finish ? [finish] : [])))
    expect([ends.sort(), dones]).toEqual([['length', 'stop'], 1])
  })

  test('reports the cut in log and metrics', async () => {
    await create({ content: 'x'.repeat(400) }, 100, 10)
    await eventually(() => expect(proxy.logs.at(-1)).toMatchObject({ endedBy: 'token-limit', status: 200 }))
    const metrics = await (await fetch(`${proxy.origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()
    expect(metrics).toMatch(/repairs_total\{repair="token-limit"\} [1-9]/)
  })
})

// Only the native API generates images.
if (isOnNative)
  test.each([
    ['Gemini counts separately', 1290, [{ modality: 'IMAGE', tokenCount: 1290 }]],
    ['Gemini counts with the text', 1290, undefined],
    ['is made by code and not counted', 0, []],
  ])('an answer beside an image is cut too, streamed or not: an image that %s', async (_, counted, candidatesTokensDetails) => {
    const event = (part: object, tokens: number, more: object = {}) => ({
      candidates: [{ content: { parts: [part] }, ...more }],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: tokens, totalTokenCount: 5 + tokens, candidatesTokensDetails },
    })
    const image = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }
    const nativeAnswer = [event(image, counted), event({ text: 'x'.repeat(400) }, counted + 100, { finishReason: 'STOP' })]
    const answers = [true, false].map(async (stream) => {
      proxy.simulator.next({ nativeAnswer })
      const response = await post(proxy, { model: MODEL, messages: MESSAGES, max_tokens: 10, stream })
      if (stream) return parseStream(await response.text()).content
      const [choice] = ((await response.json()) as ChatCompletion).choices
      expect([choice?.message.images?.length, choice?.finish_reason]).toEqual([1, 'length'])
      return choice?.message.content
    })
    // If Gemini's token count does not separate the image from the text, the proxy assumes one
    // token per character of text.
    const uncounted = counted > 0 && candidatesTokensDetails === undefined
    expect(await Promise.all(answers)).toEqual(['x'.repeat(40), 'x'.repeat(uncounted ? 10 : 40)])
  })

if (isOnNative)
  test.each([
    ['without counts', undefined, 'IMAGE'],
    ['with a count of the prompt only', 0, 'IMAGE'],
    ['with a count of the text only', 2, 'IMAGE'],
    ['with a count of the text only, then together with the text', 2, undefined],
  ])('an image is not counted as text if its tokens are reported later: in an event %s', async (_, counted, modality) => {
    const event = (part: object, tokens: number | undefined, more: object = {}) => ({
      candidates: [{ content: { parts: [part] } }],
      ...(tokens === undefined
        ? {}
        : { usageMetadata: { promptTokenCount: 5, candidatesTokenCount: tokens, totalTokenCount: 5 + tokens, ...more } }),
    })
    const image = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }
    const details = modality === undefined ? {} : { candidatesTokensDetails: [{ modality, tokenCount: 1290 }] }
    const text = 'The plot shows the two curves.'
    const nativeAnswer = [
      event({ text: 'Here: ' }, counted),
      event(image, counted),
      event({ text }, 1302, details),
      { candidates: [{ finishReason: 'STOP' }] },
    ]
    for (const stream of [true, false]) {
      proxy.simulator.next({ nativeAnswer })
      const response = await post(proxy, { model: MODEL, messages: MESSAGES, max_tokens: 50, stream })
      const answered = await response.text()
      const content = stream ? parseStream(answered).content : (JSON.parse(answered) as ChatCompletion).choices[0]?.message.content
      expect(content).toBe(`Here: ${text}`)
    }
  })

// Only the native API executes code.
if (isOnNative)
  test.each([
    ['in each event', [4, 85, 85, 110], undefined],
    ['only in the last event', [undefined, undefined, undefined, 110], undefined],
    ['in each event, with too much text', [4, 85, 85, 160], `Wait: ${'x'.repeat(44)}`],
  ])('the tokens of executed code do not count as text, streamed or not: counted %s', async (_, counts, cut) => {
    const parts = [
      { text: 'Wait: ' },
      { executableCode: { language: 'PYTHON', code: 'x=1\n'.repeat(40) } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '42' } },
      { text: 'x'.repeat(60) },
    ]
    const nativeAnswer = parts.map((part, index) => {
      const count = counts[index]
      const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: count, totalTokenCount: 5 + (count ?? 0) }
      const end = index === parts.length - 1 ? { finishReason: 'STOP' } : {}
      return { candidates: [{ content: { parts: [part] }, ...end }], ...(count === undefined ? {} : { usageMetadata }) }
    })
    const request = { model: MODEL, messages: MESSAGES, max_tokens: 59, tools: [{ type: 'code_execution' }] }
    proxy.simulator.next({ nativeAnswer }, { nativeAnswer })
    const streamed = parseStream(await (await post(proxy, { ...request, stream: true })).text())
    expect(streamed.content).toBe(cut ?? `Wait: ${'x'.repeat(60)}`)
    const [choice] = ((await (await post(proxy, request)).json()) as ChatCompletion).choices
    expect(choice).toMatchObject({ message: { content: `Wait: ${'x'.repeat(60)}` }, finish_reason: 'stop' })
  })

describe('the upstream call', () => {
  test('is closed as soon as the answer ends, and Gemini generates no more', async () => {
    proxy.simulator.next({
      deltas: Array.from({ length: 50 }, () => 'x'.repeat(20)),
      thinkingTokens: 0,
      usage: 'every-chunk',
      hold: { afterChunks: 4 },
    })
    const request = { model: MODEL, messages: MESSAGES, max_tokens: 12, stream: true }
    const { content, dones } = await (await startReading(post(proxy, request))).rest()
    expect([content.length, dones]).toEqual([48, 1])
    await eventually(() => expect(proxy.simulator).toMatchObject({ totalRequests: 1, abortedRequests: 1, openRequests: 0 }))
  })

  test('is closed at once even if the client reads slowly', async () => {
    proxy.simulator.next({
      deltas: Array.from({ length: 50 }, () => 'x'.repeat(20)),
      thinkingTokens: 0,
      usage: 'every-chunk',
      hold: { afterChunks: 4 },
    })
    await post(proxy, { model: MODEL, messages: MESSAGES, max_tokens: 12, stream: true })
    await eventually(() => expect(proxy.simulator).toMatchObject({ abortedRequests: 1, openRequests: 0 }))
  })

  test('may end within an event of Gemini: the stream is complete', async () => {
    const events = `${body([text('a'.repeat(20), 5), text('b'.repeat(20), 20)]).replace('data: [DONE]\n\n', '')}data: {"c`
    proxy.simulator.next({ rawBody: events })
    const response = await post(proxy, { model: MODEL, messages: MESSAGES, max_tokens: 5, stream: true })
    const { content, dones, errors } = parseStream(await response.text())
    expect([content, dones, errors]).toEqual(['a'.repeat(20), 1, []])
  })
})

describe('tool calls at the token limit', () => {
  const withTools = { tools: TOOLS }

  test('a call that began before the limit is complete, streamed or not, with the finish reason of tool calls', async () => {
    const { called, finishes } = await stream([text('I look.', 2), calls(['Oslo'], 30), [{}, 30, 'stop']], 10, withTools)
    expect(called.map(({ function: { arguments: given } = {} }) => given)).toEqual(['{"city":"Oslo"}'])
    expect(finishes).toEqual(['tool_calls'])
    const { message, finish_reason } = await create({ tool_calls: [callOf('Oslo')] }, 30, 10, withTools)
    expect([message?.tool_calls?.length, finish_reason]).toEqual([1, 'tool_calls'])
  })

  // Only the compatible API sends tool calls in fragments.
  if (!isOnNative)
    test('fragments of such a call are passed on after the limit', async () => {
      const half = (part: string): Event => [{ tool_calls: [{ function: { arguments: part } }] }, 40]
      const begun: Event = [{ tool_calls: [{ id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{"city":' } }] }, 12]
      const { called, finishes } = await stream([begun, half('"Os'), half('lo"}'), [{}, 40, 'stop']], 10, withTools)
      expect(called.map(({ function: { arguments: given } = {} }) => given).join('')).toBe('{"city":"Oslo"}')
      expect(finishes).toEqual(['tool_calls'])
    })

  test('a call that would begin after the limit is left out, with `length`', async () => {
    const { called, finishes, content } = await stream([text('abcd', 10), calls(['Oslo'], 30, 'stop')], 10, withTools)
    expect([called, finishes, content]).toEqual([[], ['length'], 'abcd'])
  })

  test('of parallel calls those that began before the limit are complete, and none is partial', async () => {
    const cities = ['Oslo', 'Rome', 'Bern', 'Bonn']
    const { message, finish_reason } = await create({ tool_calls: cities.map((city) => callOf(city)) }, 40, 15, withTools)
    expect(message?.tool_calls?.map(cityOf)).toEqual(['Oslo', 'Rome'])
    expect(finish_reason).toBe('length')
    const { called, finishes } = await stream([calls(cities, 40, 'stop')], 15, withTools)
    expect(called.map(cityOf)).toEqual(['Oslo', 'Rome'])
    expect(finishes).toEqual(['length'])
  })

  test('calls after a text that is cut are left out', async () => {
    const { message, finish_reason } = await create({ content: 'x'.repeat(100), tool_calls: [callOf('Oslo')] }, 100, 10, withTools)
    expect(message).not.toHaveProperty('tool_calls')
    expect([message?.content?.length, finish_reason]).toEqual([12, 'length'])
  })

  if (!isOnNative)
    test('fragments of a call that began before the limit are passed on, whatever arrives between them', async () => {
      const half = (part: string, more: object[] = []): object => ({ tool_calls: [{ id: 'a', function: { arguments: part } }, ...more] })
      const begun = { tool_calls: [{ id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{"city":' } }] }
      const events: Event[] = [[begun, 12], [half('"Os', [callOf('Rome')]), 40], [half('lo"}'), 45], calls(['Bern'], 60), [{}, 60, 'stop']]
      const { called, finishes } = await stream(events, 10, withTools)
      const textOf = (index: number): string =>
        called
          .filter((call) => call.index === index)
          .map(({ function: { arguments: given } = {} }) => given)
          .join('')
      expect([textOf(0), textOf(1), finishes]).toEqual(['{"city":"Oslo"}', '{"city":"Rome"}', ['length']])
    })

  // Gemini omits the arguments of a tool call without parameters, so these calls have no
  // `arguments`.
  const bare = (name: string) => ({ id: name, type: 'function', function: { name: 'get_weather' } })
  const behind: readonly (readonly [what: string, events: readonly Event[]])[] = [
    ['another call', [[{ tool_calls: [bare('a')] }, 8], calls(['Oslo'], 10), calls(['Rome'], 30), [{}, 30, 'stop']]],
    [
      'another call in the same event',
      [
        [{ tool_calls: [bare('a'), callOf('Oslo'), callOf('Rome')] }, 80],
        [{}, 80, 'stop'],
      ],
    ],
    [
      'another call without arguments',
      [
        [{ tool_calls: [bare('a')] }, 20],
        [{ tool_calls: [bare('b')] }, 40],
        [{}, 40, 'stop'],
      ],
    ],
    ['text', [[{ tool_calls: [bare('a')] }, 20], text('Wait.', 40), [{}, 40, 'stop']]],
  ]

  test.each(behind)('omitted arguments become an empty object if %s after the call is cut off', async (_, events) => {
    const { called, finishes } = await stream(events, 10, withTools)
    const own = called.filter((call) => call.index === 0)
    expect([own.map(({ function: { arguments: given } = {} }) => given).join(''), finishes]).toEqual(['{}', ['length']])
    proxy.simulator.next({ path: '/chat', rawBody: body(events) })
    const legacy = await post(proxy, { model: MODEL, messages: MESSAGES, max_tokens: 10, stream: true, functions: [FUNCTION] })
    const deltas = parseStream(await legacy.text()).chunks.flatMap(({ choices }) => choices[0]?.delta.function_call ?? [])
    expect(deltas.map(({ arguments: given }) => given).join('')).toBe('{}')
    proxy.simulator.next({ path: '/chat', rawBody: body(events) })
    const asked = {
      model: MODEL,
      input: 'Count.',
      max_output_tokens: 10,
      tools: [{ type: 'function' as const, strict: false, ...FUNCTION }],
    }
    const last = (await collect(openai(proxy).responses.create({ ...asked, stream: true }))).at(-1)
    const response = last?.type === 'response.incomplete' ? last.response : undefined
    expect(response?.output[0]).toMatchObject({ type: 'function_call', arguments: '{}' })
  })

  test('a legacy function_call is complete, too', async () => {
    const legacy = { functions: [FUNCTION] }
    expect(await create({ tool_calls: [callOf('Oslo')] }, 30, 10, legacy)).toMatchObject({
      finish_reason: 'function_call',
      message: { function_call: { name: 'get_weather', arguments: '{"city":"Oslo"}' } },
    })
  })
})

describe('a stream without token counts', () => {
  test('ends once the text is certainly longer than the limit', async () => {
    const events = Array.from({ length: 50 }, () => text('x'.repeat(20)))
    const { content, finishes } = await stream([...events, [{}, 250, 'stop']], 10)
    expect([content.length, finishes]).toEqual([144, ['length']])
  })

  test('is cut according to the count of its last event', async () => {
    const { content, finishes } = await stream([text('a'.repeat(40)), text('b'.repeat(40), 20, 'stop')], 10)
    expect([content, finishes]).toEqual([`${'a'.repeat(40)}${'b'.repeat(20)}`, ['length']])
  })

  test('is complete if the answer is short, even with long words', async () => {
    const answer = 'Donaudampfschifffahrtsgesellschaft'
    expect(await stream([text(answer), [{}, 1, 'stop']], 1)).toMatchObject({ content: answer, finishes: ['stop'] })
  })
})

describe('the token limit is sent to Gemini unchanged', () => {
  test.each([
    ['a model that does not think', 'gemma-4-31b-it', {}],
    ['an unlisted model that does not think', UNLISTED, {}],
    ['thinking disabled by effort', 'gemini-2.5-flash', { reasoning_effort: 'none' }],
    ['thinking disabled by budget', 'gemini-2.5-flash', { extra_body: { google: { thinking_config: { thinking_budget: 0 } } } }],
    ['a model that thinks on demand', 'gemini-2.5-flash-lite', {}],
  ])('for %s, and nothing is cut', async (_, model, more) => {
    expect(await create({ content: 'x'.repeat(400) }, 100, 10, { model, ...more })).toMatchObject({ message: { content: 'x'.repeat(400) } })
    expect(proxy.simulator.requests.slice(-1).map(sentChat)[0]).toMatchObject({ max_tokens: 10 })
  })

  test('for a request without a limit', async () => {
    const { content, finishes } = await stream([text('x'.repeat(900), 400, 'stop')], 1, { max_tokens: null })
    expect([content.length, finishes]).toEqual([900, ['stop']])
  })
})

describe('a response of the Responses API at the token limit', () => {
  const asked = { model: MODEL, input: 'Count.', max_output_tokens: 10 }
  const create = (more: object): Promise<unknown> => openai(proxy).responses.create({ ...asked, ...more } as never) as Promise<unknown>

  test('in JSON: is incomplete, with max_output_tokens as the reason', async () => {
    proxy.simulator.next({ rawBody: whole({ content: 'x'.repeat(400) }, 100) })
    const response = (await create({})) as OpenAI.Responses.Response
    expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })
    expect(response.output_text).toBe('x'.repeat(40))
    expect(response.usage).toMatchObject({ output_tokens: 150, output_tokens_details: { reasoning_tokens: 50 } })
  })

  test('as a stream: ends with response.incomplete', async () => {
    proxy.simulator.next({ rawBody: body([text('a'.repeat(20), 5), text('b'.repeat(20), 15), text('c', 99, 'stop')]) })
    const events = (await collect(create({ stream: true }) as Promise<AsyncIterable<OpenAI.Responses.ResponseStreamEvent>>)).slice(-1)
    const output = [{ type: 'message', status: 'incomplete', content: [{ text: `${'a'.repeat(20)}${'b'.repeat(10)}` }] }]
    const response = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, usage: { output_tokens: 65 }, output }
    expect(events).toMatchObject([{ type: 'response.incomplete', response }])
  })

  test('is stored as it was cut, and sent so in the next turn', async () => {
    proxy.simulator.next({ rawBody: whole({ content: 'x'.repeat(400) }, 100) })
    const { id } = (await create({ store: true })) as ModelResponse
    await create({ previous_response_id: id })
    expect(proxy.simulator.requests.slice(-1).map(sentChat)[0]).toMatchObject({
      messages: [{}, { role: 'assistant', content: 'x'.repeat(40) }, {}],
    })
  })
})

describe('a resumable stream at the token limit', () => {
  test('is cut and closed, and is the same when it is read again', async () => {
    proxy.simulator.next({
      deltas: Array.from({ length: 50 }, () => 'x'.repeat(20)),
      thinkingTokens: 0,
      usage: 'every-chunk',
      hold: { afterChunks: 4 },
    })
    const request = { model: MODEL, messages: MESSAGES, max_tokens: 12, stream: true }
    const first = await (await post(proxy, request, { headers: { 'x-stream-resume': 'true' } })).text()
    expect(first.match(/"finish_reason":"length"/g)).toHaveLength(1)
    const [, id = ''] = /^id: ([^:\n]+):/m.exec(first) ?? []
    const again = await fetch(`${proxy.baseUrl}/chat/completions/${id}?stream=true`, { headers: { authorization: `Bearer ${TOKEN}` } })
    expect(await again.text()).toBe(first)
    await eventually(() => expect(proxy.simulator).toMatchObject({ abortedRequests: 1, openRequests: 0 }))
  })
})
