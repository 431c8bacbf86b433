import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChatCompletionChunk, ResponseStreamEvent } from '../../../src/contract/types.js'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { credentialIn, requestedModel } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { answering, chunkOf, exchange, thoughtsOf, toStream } from './rawEvents.js'

const MODEL = 'gemini-3.5-flash'
const FALLBACK = 'gemini-3.5-flash-lite'
const MALFORMED = 'function_call_filter: MALFORMED_FUNCTION_CALL'
const SIGNED = { content: null, extra_content: { google: { thought_signature: 'U0lHLUE=' } } }
const WEATHER = { name: 'get_weather', parameters: { type: 'object', properties: {} } }
const CALL = { tool_calls: [{ id: 'call_20038', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } }] }

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MODEL_FALLBACKS: `${MODEL}>${FALLBACK}` })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/**
 * Answers that end without usable content after their thoughts; with the events that follow the
 * thoughts.
 */
const UNUSABLE: readonly (readonly [name: string, events: readonly object[]])[] = [
  ['a malformed call', [chunkOf({}, MALFORMED)]],
  ['a malformed call, with the native finish reason', [chunkOf({}, 'MALFORMED_FUNCTION_CALL')]],
  ['a call of a tool that does not exist', [chunkOf({}, 'function_call_filter: UNEXPECTED_TOOL_CALL')]],
  ['an answer that Google calls malformed', [chunkOf({}, 'MALFORMED_RESPONSE')]],
  ['`stop` and nothing', [chunkOf({}, 'stop')]],
  ['`stop` and an empty text', [chunkOf({ content: '' }), chunkOf({ content: '' }, 'stop')]],
  ['`stop` and a signature alone', [chunkOf(SIGNED, 'stop')]],
  ['`tool_calls` without a call', [chunkOf({}, 'tool_calls')]],
  // On the native API, a stream without a finish reason is not complete but broken: see BROKEN.
  ...(isOnNative
    ? []
    : ([
        ['only [DONE]', []],
        ['only a signature and [DONE]', [chunkOf(SIGNED)]],
      ] as const)),
]
const OVERLOAD = { error: { code: 503, status: 'UNAVAILABLE', message: 'Busy.' } }
const BUSY: Behaviour = { rawBody: `${toStream(...thoughtsOf('Hm'))}${JSON.stringify(OVERLOAD)}` }
/** Streams that break after their thoughts, before any part of the answer has arrived. */
const BROKEN: readonly (readonly [name: string, behaviour: Behaviour, code: string])[] = [
  ['a bare 503', BUSY, 'upstream_overloaded'],
  ['a 503 as an event', { rawBody: toStream(...thoughtsOf('Hm'), OVERLOAD) }, 'upstream_overloaded'],
  ['its end without [DONE]', { rawBody: toStream(...thoughtsOf('Hm')) }, 'upstream_error'],
  ['a signature and its end', { rawBody: toStream(...thoughtsOf('Hm'), chunkOf(SIGNED)) }, 'upstream_error'],
  [
    'a reset',
    { thoughts: ['Hm', 'so'], forceThoughts: true, text: 'x', fault: { kind: 'reset', when: { afterChunks: 1 } } },
    'upstream_error',
  ],
  ['a cut', { thoughts: ['Hm', 'so'], forceThoughts: true, text: 'x', fault: { kind: 'cut', when: { afterChunks: 1 } } }, 'upstream_error'],
]
const GOOD = answering(chunkOf({ content: 'Hello' }), chunkOf({ content: ' you' }, 'stop'))
const THOUGHTFUL = answering(...thoughtsOf('I', ' see'), chunkOf({ content: '</thought>Hello you' }, 'stop'))
const CALLING = answering(...thoughtsOf('I', ' see'), chunkOf(CALL, 'stop'))

const asks = (): number => proxy.simulator.totalRequests
const models = (): unknown[] => proxy.simulator.requests.map(requestedModel)

/** One choice of a chat, as a client assembles it from the chunks of a stream. */
interface Assembled {
  readonly roles: number
  readonly finishes: readonly (string | null)[]
  readonly thoughts: string
  readonly content: string
  readonly calls: number
  readonly signatures: number
}

async function chat(more: object = {}): Promise<{ choices: Assembled[]; dones: number; errors: unknown[]; status: number }> {
  const { status, text, data } = await exchange(proxy, '/chat/completions', {
    model: MODEL,
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    ...more,
  })
  if (status !== 200) return { status, choices: [], dones: 0, errors: [JSON.parse(text).error] }
  const values = data.filter((each) => each !== '[DONE]').map((each) => JSON.parse(each))
  const parts = (values.filter(({ error }) => error === undefined) as ChatCompletionChunk[]).flatMap(({ choices }) => choices)
  const choices = [...new Set(parts.map(({ index }) => index))].sort().map((index): Assembled => {
    const own = parts.filter((part) => part.index === index)
    const finishes = own.map(({ finish_reason: finish }) => finish).filter((finish) => finish !== null)
    expect(own[0]?.delta.role).toBe('assistant')
    return {
      roles: own.filter(({ delta }) => delta.role !== undefined).length,
      finishes,
      thoughts: own.map(({ delta }) => delta.reasoning_content ?? '').join(''),
      content: own.map(({ delta }) => delta.content ?? '').join(''),
      calls: own.filter(({ delta }) => delta.tool_calls?.[0]?.id ?? delta.function_call?.name).length,
      signatures: own.filter(({ delta }) => delta.extra_content).length,
    }
  })
  return { status, choices, dones: data.filter((each) => each === '[DONE]').length, errors: values.flatMap(({ error }) => error ?? []) }
}

const whole = (more: Partial<Assembled> = {}): Assembled => {
  return { roles: 1, finishes: ['stop'], thoughts: 'Hm so', content: 'Hello you', calls: 0, signatures: 0, ...more }
}

async function respond(more: object = {}): Promise<{ events: ResponseStreamEvent[]; types: string[]; status: number }> {
  const { status, data } = await exchange(proxy, '/responses', { model: MODEL, input: 'Hi', stream: true, ...more })
  const events = data.map((each) => JSON.parse(each) as ResponseStreamEvent)
  expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index))
  return { events, types: events.map(({ type }) => type), status }
}

/**
 * Summarizes a stream of the Responses API: the content of its last event, and the events that
 * begin or end the response.
 */
function summaryOf({ events, types }: { events: ResponseStreamEvent[]; types: string[] }) {
  const last = events.at(-1)
  const response = last !== undefined && 'response' in last ? last.response : undefined
  return {
    created: types.filter((type) => type === 'response.created').length,
    ends: types.filter((type) => /^response\.(completed|incomplete|failed)$|^error$/.test(type)),
    thoughts: response?.output.flatMap((item) => (item.type === 'reasoning' ? item.summary.map(({ text }) => text) : [])),
    output: response?.output.flatMap((item) => {
      if (item.type === 'message') return item.content.map((part) => ('text' in part ? part.text : ''))
      return item.type === 'function_call' ? [item.arguments] : []
    }),
    error: response?.error?.reason,
  }
}

describe.each(UNUSABLE)('after thoughts, %s', (_, ending) => {
  const bad = answering(...thoughtsOf('Hm', ' so'), ...ending)

  test.each([
    ['one piece', answering(...thoughtsOf('Hm so'), ...ending)],
    ['several pieces', bad],
    ['one byte per read', { ...bad, bytesPerWrite: 1 }],
  ])('is requested again in a chat: thoughts in %s', async (_pieces, first) => {
    proxy.simulator.next(first, GOOD)
    expect(await chat()).toEqual({ status: 200, choices: [whole()], dones: 1, errors: [] })
    expect(asks()).toBe(2)
  })

  test('is requested again, and its thoughts are followed by those of the next answer', async () => {
    proxy.simulator.next(bad, THOUGHTFUL)
    expect(await chat()).toMatchObject({ choices: [whole({ thoughts: 'Hm soI see' })], dones: 1, errors: [] })
    proxy.simulator.next(bad, CALLING)
    const tools = [{ type: 'function', function: WEATHER }]
    const called = whole({ thoughts: 'Hm soI see', content: '', calls: 1, finishes: ['tool_calls'] })
    expect(await chat({ tools })).toMatchObject({ choices: [called], dones: 1, errors: [] })
    proxy.simulator.next(bad, CALLING)
    expect(await chat({ functions: [WEATHER] })).toMatchObject({ choices: [{ ...called, finishes: ['function_call'] }], dones: 1 })
    expect(asks()).toBe(6)
  })

  test('is requested again once: the second time is one error event, without [DONE]', async () => {
    proxy.simulator.next({ ...bad, repeat: 4 })
    const { choices, dones, errors } = await chat()
    expect([choices, dones]).toEqual([[whole({ thoughts: 'Hm soHm so', content: '', finishes: [] })], 0])
    expect(errors).toMatchObject([{ code: expect.stringMatching(/^(malformed_function_call|upstream_error)$/) }])
    expect(asks()).toBe(2)
  })

  test('is requested again for its own choice among several', async () => {
    proxy.simulator.next(bad, GOOD, GOOD)
    const { choices, dones, errors } = await chat({ n: 2 })
    expect(choices.map(({ content, roles, finishes }) => [content, roles, finishes])).toEqual(Array(2).fill(['Hello you', 1, ['stop']]))
    expect([choices.map(({ thoughts }) => thoughts).sort(), dones, errors]).toEqual([['', 'Hm so'], 1, []])
    expect(asks()).toBe(3)
  })

  test.each([
    ['without summaries', {}, []],
    ['with summaries', { reasoning: { summary: 'auto' } }, ['Hm soI see']],
  ])('is requested again in the Responses API, %s', async (_with, more, thoughts) => {
    proxy.simulator.next(bad, THOUGHTFUL)
    const completed = { created: 1, ends: ['response.completed'], thoughts, output: ['Hello you'], error: undefined }
    expect(summaryOf(await respond(more))).toEqual(completed)
    proxy.simulator.next(bad, CALLING)
    const tools = [{ type: 'function', strict: false, ...WEATHER }]
    expect(summaryOf(await respond({ tools, ...more }))).toEqual({ ...completed, output: ['{"city":"Oslo"}'] })
    expect(asks()).toBe(4)
  })

  test.each([
    ['without summaries', {}],
    ['with summaries', { reasoning: { summary: 'auto' } }],
  ])('is one response.failed the second time in the Responses API, %s', async (_with, more) => {
    proxy.simulator.next({ ...bad, repeat: 4 })
    const { ends, error } = summaryOf(await respond(more))
    expect([ends, error]).toEqual([['response.failed'], expect.stringMatching(/^(malformed_function_call|upstream_error)$/)])
    expect(asks()).toBe(2)
  })
})

describe.each(BROKEN)('after thoughts, %s', (_, broken, code) => {
  test('is requested again if the client got no thoughts', async () => {
    proxy.simulator.next(broken, THOUGHTFUL)
    expect(summaryOf(await respond())).toEqual({
      created: 1,
      ends: ['response.completed'],
      thoughts: [],
      output: ['Hello you'],
      error: undefined,
    })
    expect(asks()).toBe(2)
  })

  test.each([
    ['a chat', async () => (await chat()).errors],
    ['a response with summaries', async () => [{ code: summaryOf(await respond({ reasoning: { summary: 'auto' } })).error }]],
  ])('is one error if the client got the thoughts: %s', async (_way, errorsOf) => {
    proxy.simulator.next(broken, THOUGHTFUL)
    expect(await errorsOf()).toMatchObject([{ code }])
    expect(asks()).toBe(1)
  })
})

test('an answer whose thoughts the client does not get is requested MAX_RETRIES more times, then from the fallback', async () => {
  proxy.simulator.next({ ...BUSY, repeat: 3 }, THOUGHTFUL)
  expect(summaryOf(await respond())).toMatchObject({ created: 1, ends: ['response.completed'], output: ['Hello you'] })
  expect(models()).toEqual([MODEL, MODEL, MODEL, FALLBACK])
})

test('a rate limit after thoughts that the client does not get moves the request to the next key', async () => {
  const own = await startProxy({ GEMINI_API_KEY: 'first-key-of-two-a1,second-key-of-two-b2' })
  try {
    const limit = { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Slow down.' } }
    own.simulator.next({ rawBody: toStream(...thoughtsOf('Hm'), limit) }, THOUGHTFUL)
    const { text } = await exchange(own, '/responses', { model: MODEL, input: 'Hi', stream: true })
    expect(text).toContain('"type":"response.completed"')
    expect(new Set(own.simulator.requests.map(credentialIn)).size).toBe(2)
  } finally {
    await own.close()
  }
})

describe('an answer after thoughts', () => {
  test.each([
    ['a text', chunkOf({ content: '</thought>Let me look' })],
    ['a call', chunkOf(CALL)],
  ])('is never requested again once it has begun: %s', async (_, begun) => {
    proxy.simulator.next(answering(...thoughtsOf('Hm'), begun, chunkOf({}, MALFORMED)), GOOD)
    const { errors, dones } = await chat({ tools: [{ type: 'function', function: WEATHER }] })
    expect([errors, dones]).toEqual([[expect.objectContaining({ code: 'malformed_function_call' })], 0])
    proxy.simulator.reset()
    proxy.simulator.next(answering(...thoughtsOf('Hm'), begun, chunkOf({}, MALFORMED)), GOOD)
    expect(summaryOf(await respond()).error).toBe('malformed_function_call')
    expect(asks()).toBe(1)
  })

  test.each([
    ['length', 'length', ['length']],
    ['content_filter: SAFETY', 'content_filter', ['content_filter']],
  ])('can consist of thoughts only if Gemini gives a reason: %s', async (reason, _finish, finishes) => {
    proxy.simulator.next(answering(...thoughtsOf('Hm so'), chunkOf({}, reason)), GOOD)
    expect(await chat()).toMatchObject({ choices: [{ roles: 1, finishes, thoughts: 'Hm so' }], dones: 1, errors: [] })
    expect(asks()).toBe(1)
  })

  test('is sent with its own signature, not that of the unusable one', async () => {
    const signed = (value: string): object => ({ extra_content: { google: { thought_signature: value } } })
    proxy.simulator.next(
      answering(...thoughtsOf('Hm'), chunkOf(signed('Zmlyc3Q='), 'stop')),
      answering(chunkOf({ content: 'Hello' }), chunkOf(signed('c2Vjb25k'), 'stop')),
    )
    const { text } = await exchange(proxy, '/chat/completions', {
      model: MODEL,
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
    })
    expect([text.includes('Zmlyc3Q='), text.includes('c2Vjb25k')]).toEqual([false, true])
  })

  test('counts the retry in the log, with the usage of the final answer only', async () => {
    proxy.logs.length = 0
    const usage = (completion: number): object => ({
      usage: { prompt_tokens: 10, completion_tokens: completion, total_tokens: 10 + completion },
    })
    proxy.simulator.next(
      answering(...thoughtsOf('Hm'), chunkOf({}, MALFORMED, usage(500))),
      answering(chunkOf({ content: 'Hello' }, 'stop', usage(3))),
    )
    const { data } = await exchange(proxy, '/chat/completions', {
      model: MODEL,
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(JSON.parse(data.at(-2) ?? '').usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 })
    await expect.poll(() => proxy.logs.find(({ operation }) => operation !== undefined)).toMatchObject({ repeats: 1, completionTokens: 3 })
  })
})
