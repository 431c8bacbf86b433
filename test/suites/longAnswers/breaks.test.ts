import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChatAnnotation, ChatMessage } from '../../../src/contract/types.js'
import { eventually } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { type ScriptedAnswer, type ScriptedGemini, startScriptedGemini } from '../../support/scriptedGemini.js'
import { ask, post, REQUEST_KINDS } from './ask.js'

let gemini: ScriptedGemini
let proxy: ProxyUnderTest
let single: ProxyUnderTest
let one: ProxyUnderTest
let answers: readonly ScriptedAnswer[] = []

beforeAll(async () => {
  gemini = await startScriptedGemini(() => answers[gemini.requests.length - 1] ?? { status: 500, body: '' })
  const env = { GEMINI_BASE_URL: gemini.baseUrl, GEMINI_UPSTREAM: 'native', MAX_RETRIES: '2', STREAM_RESUME: 'off' }
  proxy = await startProxy(env)
  single = await startProxy({ ...env, MAX_CONTINUATIONS: '0' })
  one = await startProxy({ ...env, MAX_CONTINUATIONS: '1' })
})
beforeEach(() => {
  gemini.requests.length = 0
  for (const each of [proxy, single, one]) each.logs.length = 0
})
afterAll(async () => {
  for (const each of [proxy, single, one]) await each.close()
  await gemini.close()
})

const usage = (prompt: number, answer: number): object => ({
  usageMetadata: { promptTokenCount: prompt, candidatesTokenCount: answer, totalTokenCount: prompt + answer },
})
const event = (parts: readonly object[], candidate: object = {}, counts: object = usage(150, 5)): object => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...candidate }],
  ...counts,
})
const say = (text: string, candidate: object = {}, counts?: object): object => event([{ text }], candidate, counts)
const resumePoint = (token: string): object => event([], { continuationToken: token })
const toBeContinued = (text: string, token: string, candidate: object = {}): object =>
  say(text, { finishReason: 'CONTINUATION', continuationToken: token, ...candidate })
const STOP = { finishReason: 'STOP' }

async function* inTurns(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
  // Gives the proxy 20 ms to receive all data: only then may the connection break.
  await setTimeout(20)
}

const scripted = (events: readonly (object | string)[], breaks = false): ScriptedAnswer => ({
  body: undefined,
  headers: { 'content-type': 'text/event-stream' },
  pieces: inTurns(events.map((each) => (typeof each === 'string' ? each : `data: ${JSON.stringify(each)}\r\n\r\n`))),
  breaks,
})

describe.each(REQUEST_KINDS)('%s whose stream a relay ends with [DONE]', (_, path, stream) => {
  test('is complete', async () => {
    answers = [scripted([toBeContinued('One ', 'a'), 'data: [DONE]\n\n']), scripted([say('two', STOP), 'data: [DONE]\n\n'])]
    const { content, finishes, errors } = await ask(proxy, path, stream)
    expect([content, finishes, errors]).toEqual(['One two', ['stop'], []])
  })

  test('is not complete without a finish reason', async () => {
    answers = [scripted([say('Hi'), 'data: [DONE]\n\n'])]
    const { finishes, body } = await ask(single, path, stream, { model: 'gemini-3.5-flash' })
    expect([finishes, body]).toEqual([[], expect.stringContaining('upstream_error')])
  })
})

describe.each(REQUEST_KINDS)('%s whose connection breaks at the end of a call', (_, path, stream) => {
  const endless = (failure: readonly string[] = []): ScriptedAnswer[] =>
    Array.from({ length: 30 }, (_each, index) => scripted([toBeContinued(`${index} `, `token${index}`), ...failure], true))

  test.each<[name: string, failure: string[]]>([
    ['without other data', []],
    ['after half an event', ['data: {"candidates":[']],
    ['after an overload', [JSON.stringify({ error: { code: 503, status: 'UNAVAILABLE', message: 'Overloaded.' } })]],
  ])('ends with `length` at the limit of continuations: %s', async (_name, failure) => {
    answers = endless(failure)
    const { status, content, finishes, errors } = await ask(one, path, stream)
    expect([status, content, finishes, errors]).toEqual([200, '0 1 ', ['length'], []])
    expect(gemini.requests).toHaveLength(2)
    await eventually(() => expect(one.logs.at(-1)).toMatchObject({ endedBy: 'continuation', continuations: 1, attempts: 2 }))
    expect(one.logs.at(-1)).not.toHaveProperty('repeats')
  })

  test('ends with `length` if continuations are disabled', async () => {
    answers = endless()
    expect(await ask(single, path, stream)).toMatchObject({ content: '0 ', finishes: ['length'], errors: [] })
    expect(gemini.requests).toHaveLength(1)
  })

  test('is continued below the limit, and not counted as a repeat', async () => {
    answers = [...endless().slice(0, 1), scripted([say('end', STOP, usage(160, 3))])]
    const { content, finishes, usage: counts } = await ask(proxy, path, stream)
    expect([content, finishes]).toEqual(['0 end', ['stop']])
    expect(counts).toMatchObject({ prompt_tokens: 150, completion_tokens: 8 })
    await eventually(() => expect(proxy.logs.at(-1)).toMatchObject({ continuations: 1, attempts: 2 }))
    expect(proxy.logs.at(-1)).not.toHaveProperty('repeats')
  })
})

describe.each(REQUEST_KINDS)('%s that Gemini refuses to continue', (_, path, stream) => {
  const refusal = (code: number, status: string, message: string): object => ({ error: { code, status, message } })
  test.each([
    [400, refusal(400, 'INVALID_ARGUMENT', "Invalid value at 'continuation_token' (TYPE_BYTES)"), 'continuation_token'],
    [404, refusal(404, 'NOT_FOUND', 'models/gemini-4-neon is not found.'), 'gemini-4-neon is not found'],
    [413, refusal(413, 'INVALID_ARGUMENT', 'Too large.'), 'Too large.'],
  ])('fails with a server error, which is explained in the log: %s', async (status, body, logged) => {
    for (const later of [{ status, body }, scripted([body])]) {
      gemini.requests.length = 0
      answers = [scripted([toBeContinued('one', 'token')]), later]
      const answer = await ask(proxy, path, stream)
      expect(answer.status).toBe(stream ? 200 : 502)
      expect([answer.finishes, answer.errors.length]).toEqual([[], 1])
      expect(answer.body).toContain('"upstream_error"')
      expect(answer.body).not.toMatch(/model_not_found|invalid_request_error|continuation_token/)
      expect(gemini.requests).toHaveLength(2)
      await eventually(() => expect(JSON.stringify(proxy.logs.at(-1))).toContain(logged))
      expect(proxy.logs.at(-1)).toMatchObject({ errorCode: 'upstream_error' })
    }
  })
})

const grounding = (text: string, start: number): object => ({
  groundingMetadata: {
    groundingChunks: [{ web: { uri: `https://${text}.example/`, title: text } }],
    groundingSupports: [{ segment: { startIndex: start, endIndex: start + text.length, text }, groundingChunkIndices: [0] }],
  },
})

/**
 * Returns from a chat answer its citations, its last grounding metadata, and the positions of the
 * events with citations, counted from the end of the stream.
 */
function messageOf(body: string, stream: boolean): { annotations: ChatAnnotation[]; positions: number[]; grounding: unknown } {
  const whole: { choices: { message?: ChatMessage; delta?: ChatMessage }[] }[] = stream
    ? [...body.matchAll(/^data: (\{.*)$/gm)].map(([, text = '']) => JSON.parse(text))
    : [JSON.parse(body)]
  const messages = whole.flatMap(({ choices }) => choices).map(({ message, delta }) => message ?? delta)
  const annotations = messages.map((message) => message?.annotations ?? [])
  const extras = messages.map((message) => message?.extra_content as { google?: { grounding_metadata?: unknown } } | undefined)
  return {
    annotations: annotations.flat(),
    positions: annotations.flatMap(({ length }, index) => (length === 0 ? [] : [messages.length - index])),
    grounding: extras.findLast((extra) => extra?.google?.grounding_metadata)?.google?.grounding_metadata,
  }
}

const CHATS = REQUEST_KINDS.filter(([, path]) => path === 'chat/completions')

describe.each(CHATS)('the citations of %s', (_, path, stream) => {
  const END = [say('two', { ...STOP, ...grounding('two', 0) })]
  test.each<[name: string, resumed: ScriptedAnswer[]]>([
    ['ends early after a resume point', [scripted([resumePoint('b')])]],
    ['ends without output', [scripted([])]],
    ['breaks off after a resume point', [scripted([resumePoint('b')], true)]],
    ['breaks off after citations that follow a resume point', [scripted([resumePoint('b'), event([], grounding('two', 0))], true)]],
    [
      'ends early twice after citations that follow a resume point',
      [1, 2].map(() => scripted([resumePoint('b'), event([], grounding('two', 0))])),
    ],
  ])('are sent once, at the end, if a later call %s', async (_name, resumed) => {
    answers = [scripted([toBeContinued('one', 'a', grounding('one', 0))]), ...resumed, scripted(END)]
    const { body, content, finishes } = await ask(proxy, path, stream)
    expect([content, finishes]).toEqual(['onetwo', ['stop']])
    const { annotations, positions, grounding: google } = messageOf(body, stream)
    expect(annotations.map(({ url_citation: { start_index: start, end_index: end } }) => content.slice(start, end))).toEqual(['one', 'two'])
    expect(positions).toHaveLength(1)
    expect(google).toMatchObject({ groundingChunks: [{}, {}], groundingSupports: [{}, {}] })
  })
})

describe.each(CHATS)("the parts of Google's own tools that are sent back after %s", (_, path, stream) => {
  const FETCH = event([{ toolCall: { toolType: 'URL_CONTEXT', args: {}, id: 'a1' }, thoughtSignature: 'QUFB' }])
  const FETCHED = event([{ toolResponse: { toolType: 'URL_CONTEXT', response: {}, id: 'a1' }, thoughtSignature: 'RFJE' }])
  const CALL = event([{ functionCall: { name: 'f', args: { a: 1 }, id: 'c1' }, thoughtSignature: 'Q0ND' }], STOP)
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }, { type: 'url_context' }]

  test.each<[name: string, answers: ScriptedAnswer[]]>([
    ['once', [scripted([FETCH, resumePoint('a'), FETCHED], true)]],
    ['three times', [scripted([FETCH, resumePoint('a'), FETCHED], true), ...[1, 2].map(() => scripted([FETCHED], true))]],
    ['once, by an early end', [scripted([FETCH, resumePoint('a'), FETCHED])]],
    ['once, by a premature end', [scripted([FETCH, resumePoint('a'), resumePoint('b'), FETCHED], true)]],
  ])('has each part only once if the connection broke %s', async (_name, broken) => {
    answers = [...broken, scripted([FETCHED, CALL]), scripted([say('done', STOP)])]
    const answered = await ask(proxy, path, stream, { tools })
    const [, id = ''] = /"id":"(call_[^"]+)"/.exec(answered.body) ?? []
    const calls = [{ id, type: 'function', function: { name: 'f', arguments: '{"a":1}' } }]
    const messages = [
      { role: 'user', content: 'Go.' },
      { role: 'assistant', content: null, tool_calls: calls },
      { role: 'tool', tool_call_id: id, content: 'ok' },
    ]
    expect((await post(proxy, path, { tools, messages })).status).toBe(200)
    const { contents } = (gemini.requests.at(-1)?.body ?? {}) as { contents?: { parts: object[] }[] }
    expect(contents?.[1]?.parts.map((part) => Object.keys(part)[0])).toEqual(['toolCall', 'toolResponse', 'functionCall'])
  })
})

test.each(REQUEST_KINDS)('%s has no token counts if Gemini has not counted the first of its calls', async (_, path, stream) => {
  answers = [
    scripted([say('one', { finishReason: 'CONTINUATION', continuationToken: 'a' }, {})]),
    scripted([say('two', STOP, usage(64_150, 5))]),
  ]
  const { content, finishes, body } = await ask(proxy, path, stream)
  expect([content, finishes]).toEqual(['onetwo', ['stop']])
  expect(body).not.toContain('64150')
})
