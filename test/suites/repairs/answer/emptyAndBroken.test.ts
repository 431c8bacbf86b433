import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour, MidStreamForm } from '../../../doubles/simulator/index.js'
import { collect, failureOf, makeSdkRequest, openai, PLAIN, post, stream, streamed } from '../../../support/calls.js'
import { DONE, onWire, toEvent } from '../../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ ...PLAIN, MAX_EVENT_BYTES: '65536' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const GOOD: Behaviour = { text: 'Hello' }
const EMPTY: Behaviour = { empty: true }
const NO_CHOICE: Behaviour = { rawBody: JSON.stringify(onWire({ choices: [], object: 'chat.completion' })) }
const THOUGHTS_ONLY: Behaviour = { empty: true, thoughts: 'Plan', forceThoughts: true }
const MALFORMED: Behaviour = { finish: 'function_call_filter: MALFORMED_FUNCTION_CALL' }
const asked = (): number => proxy.simulator.totalRequests
const create = (more: object = {}) => openai(proxy).chat.completions.create(makeSdkRequest({}, { ...more }))

describe('an unusable answer', () => {
  test.each([
    ['an empty one', EMPTY],
    ['one without a choice', NO_CHOICE],
    ['one with thoughts only', THOUGHTS_ONLY],
    ['a malformed tool call', MALFORMED],
    ['a native malformed response', { finish: 'MALFORMED_RESPONSE', empty: true }],
  ])('is requested again once, in JSON: %s', async (_, bad) => {
    proxy.simulator.next(bad, GOOD)
    expect((await create()).choices[0]?.message.content).toBe('Hello')
    expect(asked()).toBe(2)
  })

  test('is requested again if the only stop sequence is empty', async () => {
    proxy.simulator.next(EMPTY, GOOD)
    expect((await create({ stop: [''] })).choices[0]?.message.content).toBe('Hello')
  })

  test.each([
    ['an empty one', EMPTY],
    ['a malformed tool call', MALFORMED],
    ['one without a choice', { rawBody: `${toEvent({ choices: [] })}${DONE}` }],
  ])('is requested again once, before the first byte of a stream: %s', async (_, bad) => {
    proxy.simulator.next(bad, GOOD)
    const { content, dones, errors } = await stream(proxy, {})
    expect([content, dones, errors]).toEqual(['Hello', 1, []])
    expect(asked()).toBe(2)
  })

  test.each([
    ['upstream_error', EMPTY],
    ['malformed_function_call', MALFORMED],
  ])('is a 502 %s the second time, in JSON and as a stream', async (code, bad) => {
    proxy.simulator.next({ ...bad, repeat: 4 })
    expect(await failureOf(create())).toMatchObject({ status: 502, code })
    const response = await post(proxy, streamed({}))
    expect([response.status, await response.json()]).toMatchObject([502, { error: { code } }])
    expect(asked()).toBe(4)
  })

  test('is not requested again once text has been sent', async () => {
    const pieces = [{ delta: { content: 'Hel' } }, { delta: {}, finish_reason: MALFORMED.finish }]
    proxy.simulator.next({ rawBody: pieces.map((piece) => toEvent({ choices: [piece] })).join('') })
    const { content, dones, errors } = await stream(proxy, {})
    expect([content, dones, errors]).toEqual(['Hel', 0, [expect.objectContaining({ code: 'malformed_function_call' })]])
    expect(asked()).toBe(1)
  })
})

describe('a valid answer without text', () => {
  test('is returned if the client set stop sequences, which may match at once', async () => {
    proxy.simulator.next({ ...EMPTY, repeat: 2 })
    expect((await create({ stop: ['\n'] })).choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: '' } })
    const { chunks, dones } = await stream(proxy, {}, { stop: '\n' })
    expect([dones, chunks.at(-1)?.choices[0]?.finish_reason]).toEqual([1, 'stop'])
    expect(asked()).toBe(2)
  })

  test('is returned as `length` with the tokens used, if thinking used up the limit', async () => {
    proxy.simulator.next({ empty: true, finish: 'length', usage: { prompt_tokens: 9, completion_tokens: 0, total_tokens: 117 } })
    const { choices, usage } = await create()
    expect(choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '' } })
    expect(usage).toMatchObject({
      prompt_tokens: 9,
      completion_tokens: 108,
      total_tokens: 117,
      completion_tokens_details: { reasoning_tokens: 108 },
    })
    expect(asked()).toBe(1)
  })

  test('is returned as a refusal, if Gemini withheld it', async () => {
    proxy.simulator.next({ finish: 'content_filter: PROHIBITED_CONTENT', repeat: 2 })
    const message = { content: null, refusal: 'Gemini withheld the answer (PROHIBITED_CONTENT).' }
    expect((await create()).choices[0]).toMatchObject({ finish_reason: 'content_filter', message })
    const runner = openai(proxy).chat.completions.stream(makeSdkRequest({}) as never)
    expect(await runner.finalMessage()).toMatchObject(message)
    expect(asked()).toBe(2)
  })
})

test('an answer whose finish reason only resembles a known one is an error', async () => {
  const body = { choices: [{ message: { content: 'half' }, finish_reason: 'CONTINUATION_REFUSED' }] }
  proxy.simulator.next({ rawBody: JSON.stringify(onWire({ ...body, object: 'chat.completion' })) })
  expect(await failureOf(create())).toMatchObject({ status: 502, code: 'upstream_error' })
})

describe('usage', () => {
  const counts = { prompt_tokens: 11, completion_tokens: 25, total_tokens: 727, cached_tokens: 7 }
  const whole = {
    prompt_tokens: 11,
    completion_tokens: 716,
    total_tokens: 727,
    prompt_tokens_details: { cached_tokens: 7, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 691, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
  }

  test('sums up all tokens, and reports thinking and cached tokens', async () => {
    proxy.simulator.next({ ...GOOD, usage: counts })
    expect((await create()).usage).toEqual(whole)
  })

  test.each(['every-chunk', 'last-chunk'] as const)(
    'that Gemini sends in %s is sent once, last, and only if requested',
    async (placement) => {
      const usage = { ...counts, placement }
      proxy.simulator.next({ text: 'one two three', chunks: 3, usage, repeat: 2 })
      const told = await stream(proxy, {}, { stream_options: { include_usage: true } })
      expect(told.chunks.filter((chunk) => chunk.usage)).toEqual([expect.objectContaining({ choices: [], usage: whole })])
      expect(told.data.at(-2)).toBe(JSON.stringify(told.chunks.at(-1)))
      const untold = await stream(proxy, {})
      expect(untold.chunks.some((chunk) => 'usage' in chunk)).toBe(false)
    },
  )

  test('is not counted twice if Gemini reports the details itself', async () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 50,
      total_tokens: 60,
      completion_tokens_details: { reasoning_tokens: 30 },
      prompt_tokens_details: null,
    }
    proxy.simulator.next({ rawBody: JSON.stringify(onWire({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }], usage })) })
    expect((await create()).usage).toMatchObject({
      completion_tokens: 50,
      total_tokens: 60,
      completion_tokens_details: { reasoning_tokens: 30 },
    })
  })
})

describe('a stream that breaks after its first text ends with one error event without [DONE]', () => {
  const START = toEvent({ choices: [{ delta: { content: 'Hel', role: 'assistant' }, index: 0 }] })
  const END = `${toEvent({ choices: [{ delta: {}, finish_reason: 'stop', index: 0 }] })}${DONE}`
  const FORMS: readonly MidStreamForm[] = ['bare-object', 'bare-array', 'data-object', 'data-array']
  test.each([
    ...FORMS.map((form): [string, Behaviour, string] => [
      `an error as ${form}`,
      { text: 'Hello there', chunks: 3, errorMidStream: { name: 'unavailable', form, afterChunks: 1 } },
      'upstream_overloaded',
    ]),
    ['its end without a finish reason', { rawBody: START }, 'upstream_error'],
    ['[DONE] without a finish reason', { rawBody: `${START}data: [DONE]\n\n` }, 'upstream_error'],
    ['an unknown finish reason', { rawBody: START + END.replace(/"stop"/i, '"gone"') }, 'upstream_error'],
    ['an event that is not JSON', { rawBody: `${START}data: {"choi\n\n${END}` }, 'upstream_error'],
    ['lines that are not events', { rawBody: `${START}<!DOCTYPE html><title>502</title>\n\n${END}` }, 'upstream_error'],
    [
      'an event above MAX_EVENT_BYTES',
      { rawBody: `${START}${toEvent({ choices: [{ delta: { content: 'x'.repeat(70_000) }, index: 0 }] })}${END}` },
      'upstream_error',
    ],
    ['a reset connection', { text: 'Hello there', chunks: 3, fault: { kind: 'reset', when: { afterChunks: 1 } } }, 'upstream_error'],
  ] as [string, Behaviour, string][])('%s', async (_, behaviour, code) => {
    proxy.simulator.next({ ...behaviour, repeat: 2 })
    const { content, dones, errors } = await stream(proxy, {})
    expect(content).toMatch(/^Hel/)
    expect([dones, errors]).toEqual([0, [{ message: expect.any(String), type: 'server_error', param: null, code }]])
    expect(await failureOf(collect(openai(proxy).chat.completions.create({ ...makeSdkRequest({}), stream: true })))).toMatchObject({ code })
  })
})
