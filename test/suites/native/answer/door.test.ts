import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../../support/proxy.js'
import { runPython } from '../../../support/python.js'

const TEXT = ['Oslo 好 ', '😀 is\u2028cold', '\u0085 today.']
const CONTENT = TEXT.join('')
const byteOf = (passage: string): number => Buffer.byteLength(CONTENT.slice(0, CONTENT.indexOf(passage)))
const support = (text: string, ...indices: number[]): object => ({
  segment: { startIndex: byteOf(text), endIndex: byteOf(text) + Buffer.byteLength(text), text },
  groundingChunkIndices: indices,
})
const USAGE = { promptTokenCount: 10, toolUsePromptTokenCount: 5, candidatesTokenCount: 8, thoughtsTokenCount: 3, totalTokenCount: 26 }
const IMAGE = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }
const LOGPROBS = { chosenCandidates: [{ token: '好', tokenId: 7, logProbability: -0.25 }] }
const event = (parts: readonly object[], candidate = {}, usage = {}): Record<string, unknown> => ({
  candidates: [{ index: 0, content: { role: 'model', parts }, ...candidate }],
  usageMetadata: { ...USAGE, ...usage },
  modelVersion: 'gemini-2.5-flash',
  responseId: 'r1',
})
const EVENTS = [
  ...TEXT.map((text) => event([{ text }], { groundingMetadata: {} }, { candidatesTokenCount: 1, totalTokenCount: 19 })),
  event([IMAGE, { text: '', thoughtSignature: 'c2ln' }], {
    finishReason: 'STOP',
    logprobsResult: LOGPROBS,
    groundingMetadata: {
      webSearchQueries: ['weather Oslo', ''],
      groundingChunks: [{ web: { uri: 'https://a.example/x y', title: 'a' } }, { web: { uri: 'https://b.example/', title: 'b' } }],
      groundingSupports: [support('好 😀', 0, 1), support('cold\u0085 today', 1)],
    },
  }),
]
const CITED = [
  ['好 😀', 'https://a.example/x%20y'],
  ['好 😀', 'https://b.example/'],
  ['cold\u0085 today', 'https://b.example/'],
]

interface Extended {
  readonly annotations?: readonly {
    readonly url_citation: { readonly start_index: number; readonly end_index: number; readonly url: string }
  }[]
  readonly images?: readonly { readonly image_url: { readonly url: string } }[]
  readonly extra_content?: { readonly google?: Readonly<Record<string, unknown>> }
}
const citedIn = (content: string | null, { annotations = [] }: Extended): string[][] =>
  annotations.map(({ url_citation: { start_index, end_index, url } }) => [(content ?? '').slice(start_index, end_index), url])

let proxy: ProxyUnderTest
let client: OpenAI
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0' })
  client = new OpenAI({ baseURL: proxy.baseUrl, apiKey: TOKEN, maxRetries: 0 })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const ASKED = { model: 'gemini-2.5-flash', messages: [{ role: 'user' as const, content: 'Weather?' }], web_search_options: {} }

function expectAnswer(message: Omit<OpenAI.Chat.ChatCompletionMessage, 'annotations'> & Extended): void {
  expect(message.content).toBe(CONTENT)
  expect(citedIn(message.content, message)).toEqual(CITED)
  expect(message.images?.map(({ image_url: { url } }) => url)).toEqual(['data:image/png;base64,iVBORw0KGgo='])
  const { google } = message.extra_content ?? {}
  expect(google).toMatchObject({
    thought_signature: 'c2ln',
    web_search_queries: ['weather Oslo'],
    grounding_metadata: { groundingChunks: [{}, {}] },
  })
}
const SDK_USAGE = {
  prompt_tokens: 15,
  completion_tokens: 11,
  total_tokens: 26,
  prompt_tokens_details: { tool_use_tokens: 5 },
  completion_tokens_details: { reasoning_tokens: 3 },
}

describe('the OpenAI SDK for JavaScript', () => {
  test('reads citations, images, log probabilities and usage of a whole answer', async () => {
    proxy.simulator.next({ nativeAnswer: EVENTS })
    const { choices, usage } = await client.chat.completions.create(ASKED)
    const [choice] = choices
    if (choice === undefined) throw new Error('There is no choice.')
    expectAnswer(choice.message as OpenAI.Chat.ChatCompletionMessage & Extended)
    expect(choice.logprobs?.content).toMatchObject([{ token: '好', logprob: -0.25, bytes: [0xe5, 0xa5, 0xbd] }])
    expect(usage).toMatchObject(SDK_USAGE)
  })

  test('reads the same from a stream, with its helper', async () => {
    proxy.simulator.next({ nativeAnswer: EVENTS })
    const stream = client.chat.completions.stream({ ...ASKED, stream_options: { include_usage: true } })
    const { choices, usage } = await stream.finalChatCompletion()
    const [choice] = choices
    if (choice === undefined) throw new Error('There is no choice.')
    expectAnswer(choice.message as unknown as OpenAI.Chat.ChatCompletionMessage & Extended)
    expect(choice.logprobs?.content).toMatchObject([{ token: '好', logprob: -0.25 }])
    expect(usage).toMatchObject(SDK_USAGE)
  })

  test("gets the service tier that was used, with OpenAI's name", async () => {
    proxy.simulator.next({ nativeAnswer: [event([{ text: 'Hi' }], { finishReason: 'STOP' }, { serviceTier: 'standard' })], repeat: 2 })
    const { service_tier: tier } = await client.chat.completions.create({ ...ASKED, service_tier: 'flex' })
    const { service_tier: none } = await client.chat.completions.create(ASKED)
    expect([tier, none]).toEqual(['default', undefined])
  })

  test.each([
    ['only in a header', 'flex', {}, 'flex'],
    ['in header and body: the body wins', 'flex', { serviceTier: 'standard' }, 'default'],
    ['with a name that OpenAI does not define', '__proto__', {}, null],
  ])('gets the service tier that Google sends %s', async (_, header, usage, served) => {
    const nativeAnswer = [event([{ text: 'Hi' }], { finishReason: 'STOP' }, usage)]
    proxy.simulator.next({ nativeAnswer, headers: { 'x-gemini-service-tier': header }, repeat: 2 })
    const asked = { ...ASKED, service_tier: 'flex' as const }
    const { service_tier: tier } = await client.chat.completions.create(asked)
    expect(tier).toBe(served)
    for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) expect(chunk.service_tier).toBe(served)
  })
})

describe('the OpenAI SDK for Python', () => {
  test('reads the same, whole and with its stream helper', async () => {
    proxy.simulator.next({ nativeAnswer: EVENTS, repeat: 2 })
    const env = { PROXY_URL: proxy.origin, PROXY_TOKEN: TOKEN, PROXY_MODEL: ASKED.model }
    const seen = (await runPython('test/suites/sdk/python/native.py', env)) as unknown
    const expected = {
      content: CONTENT,
      cited: CITED,
      images: ['data:image/png;base64,iVBORw0KGgo='],
      queries: ['weather Oslo'],
      signature: 'c2ln',
      logprobs: [['好', -0.25]],
      usage: [15, 11, 26, 3, 5],
    }
    expect(seen).toEqual({ whole: expected, streamed: expected })
  }, 180_000) // time limit in ms: the first run installs the Python SDK
})

describe('a stream with several finish reasons or none', () => {
  const finish = { finishReason: 'STOP' }
  const read = async (nativeAnswer: Record<string, unknown>[], behaviour = {}): Promise<string> => {
    proxy.simulator.next({ nativeAnswer, ...behaviour })
    let text = ''
    for await (const { choices } of await client.chat.completions.create({ ...ASKED, stream: true })) {
      for (const { delta, finish_reason: reason } of choices) text += `${delta.content ?? ''}${reason === null ? '' : `[${reason}]`}`
    }
    return text
  }

  test('has one end, after the text that follows the first finish reason', async () => {
    expect(await read([event([{ text: 'One' }], finish), event([{ text: ' two' }], finish)])).toBe('One two[stop]')
  })

  test('without a finish reason is an error', async () => {
    await expect(read([event([{ text: 'One' }])])).rejects.toMatchObject({ code: 'upstream_error' })
  })
})

describe('a log probability that is not a finite number', () => {
  const logprobsOf = (logProbability: string): object => ({
    chosenCandidates: [{ token: 'Hi', logProbability: -0.5 }],
    topCandidates: [{ candidates: [{ token: 'x', logProbability }] }],
  })
  test.each([
    ['-Infinity', -9999],
    ['NaN', -9999],
    ['Infinity', 0],
  ])('is replaced by a valid one, whole and streamed: %s', async (value, expected) => {
    const candidate = { finishReason: 'STOP', avgLogprobs: value, logprobsResult: logprobsOf(value) }
    proxy.simulator.next({ nativeAnswer: [event([{ text: 'Hi' }], candidate)], repeat: 2 })
    const asked = { ...ASKED, logprobs: true, top_logprobs: 1 }
    const whole = await client.chat.completions.create(asked)
    const streamed = await client.chat.completions.stream(asked).finalChatCompletion()
    for (const { choices } of [whole, streamed])
      expect(choices[0]?.logprobs?.content).toMatchObject([{ logprob: -0.5, top_logprobs: [{ token: 'x', logprob: expected }] }])
  })
})
