import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Completion } from '../../../src/contract/types.js'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { eventually } from '../../support/calls.js'
import { type Answer, call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { sentAt } from '../../support/sentChat.js'
import { isOnNative } from '../../support/upstreamApi.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy?.close())

const model = 'gemini-3.5-flash-lite'
const simulate = (behaviour: Behaviour, text = 'def fib(n):'): string => `${text} simulate:${JSON.stringify(behaviour)}`
const send = (body: object): Promise<Answer> => call(proxy.origin, { path: '/v1/completions', body: { model, ...body } })
const completionOf = async (body: object): Promise<Completion> => {
  const answer = await send(body)
  expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, expect.any(String)])
  return answer.json as Completion // the cast is safe: `call` has validated the body
}
const ignoredBy = ({ headers }: Answer): string[] =>
  String(headers['x-gemini-proxy-ignored-params'] ?? '')
    .split(', ')
    .filter(Boolean)
const chunksOf = ({ events }: Answer): Completion[] => events.slice(0, -1) as Completion[]
const textOf = (chunks: readonly Completion[], index = 0): string =>
  chunks.flatMap(({ choices }) => choices.filter((choice) => choice.index === index).map(({ text }) => text)).join('')

const FIB = '    return n if n < 2 else fib(n - 1) + fib(n - 2)\n'

describe('a completion', () => {
  test('is only the continuation, unchanged from Gemini', async () => {
    const { id, ...completion } = await completionOf({ prompt: simulate({ text: FIB }) })
    expect(id).toMatch(/^cmpl-[0-9a-f]{32}$/)
    expect(completion).toEqual({
      object: 'text_completion',
      created: expect.any(Number),
      model,
      choices: [{ text: FIB, index: 0, logprobs: null, finish_reason: 'stop' }],
      usage: expect.objectContaining({ total_tokens: expect.any(Number) }),
    })
  })

  test('is requested with an instruction, and with the unchanged text', async () => {
    const prompt = `\n\n  ${simulate({ text: FIB })}\n    `
    await completionOf({ prompt })
    const { messages } = sentAt(proxy.simulator.requests, -1) as { messages: { role: string; content: string }[] }
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user'])
    expect(messages[0]?.content).toMatch(/Write what comes next/)
    expect(messages[1]?.content).toBe(prompt)
  })

  test('may contain a code fence, which is not removed', async () => {
    const text = '```sh\nnpm install\n```\n'
    expect((await completionOf({ prompt: simulate({ text }, 'Install it:\n\n') })).choices[0]?.text).toBe(text)
  })

  test.each(['gemini-3.8-flash', 'gemini-2.5-flash', 'gemini-4-neon', 'gemini-2.0-flash'])(
    'of %s uses the lowest thinking level',
    async (name) => {
      const answer = await send({ model: name, prompt: simulate({ text: FIB }), max_tokens: 16 })
      expect([answer.status, (answer.json as Completion).choices[0]?.text]).toEqual([200, FIB])
      expect(ignoredBy(answer)).toEqual([])
    },
  )

  test('has no limit without max_tokens', async () => {
    const text = 'word '.repeat(400)
    const { choices } = await completionOf({ prompt: simulate({ text }) })
    expect(choices).toEqual([expect.objectContaining({ text, finish_reason: 'stop' })])
    expect(sentAt(proxy.simulator.requests, -1)).not.toHaveProperty('max_tokens')
  })

  test.each([false, true])('ends at max_tokens, which applies to the text only (stream: %s)', async (stream) => {
    const answer = await send({ prompt: simulate({ text: 'word '.repeat(400), chunks: 20 }), max_tokens: 20, stream })
    const completions = stream ? chunksOf(answer) : [answer.json as Completion]
    expect(textOf(completions).length).toBeLessThan(1_000)
    expect(completions.at(-1)?.choices[0]?.finish_reason).toBe('length')
  })

  test.each([false, true])('that Gemini filters is empty, with finish_reason content_filter (stream: %s)', async (stream) => {
    const answer = await send({ prompt: simulate({ finish: 'content_filter: SAFETY', text: '' }), stream })
    const completions = stream ? chunksOf(answer) : [answer.json as Completion]
    expect(textOf(completions)).toBe('')
    expect(completions.at(-1)?.choices[0]?.finish_reason).toBe('content_filter')
  })

  test('of an empty text is allowed', async () => {
    expect((await completionOf({ prompt: '' })).choices).toHaveLength(1)
  })
})

describe('a stream', () => {
  test('has chunks with one id and object, and then [DONE]', async () => {
    const answer = await send({ prompt: simulate({ text: FIB, chunks: 4 }), stream: true })
    const chunks = chunksOf(answer)
    expect(answer.events.at(-1)).toBe('[DONE]')
    expect(textOf(chunks)).toBe(FIB)
    expect(new Set(chunks.map(({ id, object, created }) => `${id} ${object} ${created}`)).size).toBe(1)
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([...chunks.slice(1).map(() => null), 'stop'])
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false)
  })

  test('has one usage chunk if requested', async () => {
    const chunks = chunksOf(await send({ prompt: simulate({ text: FIB }), stream: true, stream_options: { include_usage: true } }))
    expect(chunks.filter(({ usage }) => usage)).toEqual([chunks.at(-1)])
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } })
  })

  test('shows no thoughts', async () => {
    const answer = await send({ model: 'gemini-3.8-flash', prompt: simulate({ thoughts: ['Let me see.'], text: FIB }), stream: true })
    expect(textOf(chunksOf(answer))).toBe(FIB)
    expect(answer.text).not.toContain('Let me see.')
  })

  test('that breaks ends with an error, without [DONE]', async () => {
    const behaviour: Behaviour = { text: FIB, chunks: 8, errorMidStream: { name: 'unavailable', afterChunks: 6 } }
    const { events } = await send({ prompt: simulate(behaviour), stream: true })
    expect(events.at(-1)).toEqual(failure('upstream_overloaded', null, 'server_error'))
    expect(events).not.toContain('[DONE]')
  })

  test('that fails before its first event has an HTTP error status', async () => {
    const { status, json } = await send({ prompt: simulate({ error: 'unavailable' }), stream: true })
    expect([status, json]).toEqual([503, failure('upstream_overloaded', null, 'server_error')])
  })

  test('ends its upstream calls as soon as the client disconnects', async () => {
    const abort = new AbortController()
    const response = await fetch(`${proxy.baseUrl}/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model,
        stream: true,
        prompt: [simulate({ chunks: 500, chunkDelayMs: 20 }), simulate({ chunks: 500, chunkDelayMs: 20 })],
      }),
      signal: abort.signal,
    })
    await response.body?.getReader().read()
    abort.abort()
    await eventually(() => expect(proxy.simulator.abortedRequests).toBe(2))
  })
})

describe('several prompts', () => {
  const prompts = [simulate({ text: ' Paris.', chunks: 2 }, 'France:'), simulate({ text: ' Oslo.', chunks: 2 }, 'Norway:')]

  test.each([false, true])('have n completions each, in order (stream: %s)', async (stream) => {
    const answer = await send({ prompt: prompts, n: 2, stream })
    const completions = stream ? chunksOf(answer) : [answer.json as Completion]
    expect([0, 1, 2, 3, 4].map((index) => textOf(completions, index))).toEqual([' Paris.', ' Paris.', ' Oslo.', ' Oslo.', ''])
    expect(proxy.simulator.requests).toHaveLength(4)
  })

  test('have the total usage', async () => {
    const { usage: one } = await completionOf({ prompt: prompts[0] })
    const { usage } = await completionOf({ prompt: [prompts[0], prompts[0], prompts[0]] })
    expect(usage?.total_tokens).toBe((one?.total_tokens ?? 0) * 3)
  })

  test('fail together, and the other upstream calls are aborted', async () => {
    const answer = await send({ prompt: [simulate({ error: 'unavailable' }), simulate({ latencyMs: 20_000 })] })
    expect([answer.status, answer.json]).toEqual([503, failure('upstream_overloaded', null, 'server_error')])
    await eventually(() => expect(proxy.simulator.abortedRequests).toBe(1))
  })

  test.each([false, true])('are repeated before their completions with echo (stream: %s)', async (stream) => {
    const answer = await send({ prompt: prompts, echo: true, stream })
    const completions = stream ? chunksOf(answer) : [answer.json as Completion]
    expect([0, 1].map((index) => textOf(completions, index))).toEqual([`${prompts[0]} Paris.`, `${prompts[1]} Oslo.`])
  })

  test.each([
    ['with more completions than allowed', { prompt: Array.from({ length: 20 }, () => 'x'), n: 3 }, failure('unsupported_value', 'n')],
    ['with too many entries', { prompt: Array.from({ length: 21 }, () => 'x') }, failure('array_too_long', 'prompt')],
    ['as an empty list', { prompt: [] }, failure('empty_array', 'prompt')],
  ])('%s are rejected', async (_what, body, expected) => {
    const { status, json } = await send(body)
    expect([status, json]).toEqual([400, expected])
  })
})

describe('a parameter', () => {
  const prompt = simulate({ text: FIB })

  test('that Gemini supports is sent to it', async () => {
    await completionOf({ model: 'gemini-2.5-flash-lite', prompt, temperature: 0.2, top_p: 0.9, stop: ['a', 'b'], max_tokens: 10 })
    expect(sentAt(proxy.simulator.requests, -1)).toMatchObject({ temperature: 0.2, top_p: 0.9, stop: ['a', 'b'], max_tokens: 10 })
  })

  test.each<[what: string, more: object, ignored: string[]]>([
    ['suffix', { suffix: '\n\nprint(fib(9))' }, ['suffix']],
    ['user, logit_bias and unknown ones', { user: 'u', logit_bias: { 1: 2 }, unknown: true }, ['user', 'logit_bias', 'unknown']],
    ['best_of above n', { best_of: 3 }, ['best_of']],
    ['further stop sequences', { stop: ['a', '', 'b', 'c', 'd', 'e', 'f'] }, ['stop[1]', 'stop[6]']],
    ['an empty stop sequence', { stop: '' }, ['stop']],
    [
      'nothing if all are null',
      { suffix: null, max_tokens: null, n: null, best_of: null, echo: null, logprobs: null, stop: null, user: null },
      [],
    ],
    ['nothing if best_of equals n', { best_of: 1, n: 1 }, []],
  ])('that has no effect is reported: %s', async (_what, more, ignored) => {
    const answer = await send({ prompt, ...more })
    expect([answer.status, ignoredBy(answer).sort()]).toEqual([200, [...ignored].sort()])
  })

  test.each<[what: string, more: object, code: string, param: string]>([
    ['token numbers', { prompt: [1, 2, 3] }, 'unsupported_value', 'prompt'],
    ['several lists of token numbers', { prompt: [[1, 2], [3]] }, 'unsupported_value', 'prompt'],
    ['no prompt', { prompt: undefined }, 'missing_required_parameter', 'prompt'],
    ['a null as the prompt', { prompt: null }, 'invalid_type', 'prompt'],
    ['best_of below n', { prompt, n: 3, best_of: 2 }, 'invalid_value', 'best_of'],
    ['nine completions', { prompt, n: 9 }, 'unsupported_value', 'n'],
    ['129 completions', { prompt, n: 129 }, 'integer_above_max_value', 'n'],
    ['max_tokens 0', { prompt, max_tokens: 0 }, 'integer_below_min_value', 'max_tokens'],
    ['six alternatives', { prompt, logprobs: 6 }, 'integer_above_max_value', 'logprobs'],
    ['log probabilities that the model does not support', { prompt, logprobs: 1 }, 'unsupported_value', 'logprobs'],
    ['log probabilities of the prompt', { prompt, logprobs: 1, echo: true }, 'unsupported_value', 'logprobs'],
    ['a model that makes images', { model: 'gemini-3.1-flash-image', prompt }, 'unsupported_value', 'model'],
  ])('that is not supported is a 400: %s', async (_what, more, code, param) => {
    const { status, json } = await send(more)
    expect([status, json]).toEqual([400, failure(code, param)])
  })

  test('of a completion with an unknown model is a 404', async () => {
    const { status, json } = await send({ model: 'no-such-model', prompt })
    expect([status, json]).toEqual([404, failure('model_not_found', 'model')])
  })
})

test('log probabilities have the token, its alternatives and its offset in the text', async () => {
  const answer = await send({ model: 'gemini-2.5-flash-lite', prompt: simulate({ text: '世界 Paris.' }), logprobs: 2 })
  if (!isOnNative) {
    expect([answer.status, answer.json]).toEqual([400, failure('unsupported_value', 'logprobs')])
    return
  }
  const { text, logprobs } = (answer.json as Completion).choices[0] ?? {}
  const tokens = logprobs?.tokens ?? []
  expect(tokens.join('')).toBe(text)
  expect([logprobs?.token_logprobs.length, logprobs?.top_logprobs?.length]).toEqual([tokens.length, tokens.length])
  expect(logprobs?.text_offset).toEqual(tokens.map((_, at) => [...tokens.slice(0, at).join('')].length))
})

test('the log has the operation and the model, but no text', async () => {
  await completionOf({ prompt: simulate({ text: FIB }, 'secret text') })
  const line = proxy.logs.findLast(({ operation }) => operation === 'createCompletion')
  expect(line).toMatchObject({ model, status: 200 })
  expect(JSON.stringify(proxy.logs)).not.toMatch(/secret text|fib\(n/)
})
