import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChatCompletion, ErrorResponse } from '../../../../src/contract/types.js'
import { chat, eventually, makeSdkRequest, openai, parseStream, post, streamed } from '../../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'

const USAGE = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 20 }
const SUMMED = { prompt_tokens: 30, completion_tokens: 30, total_tokens: 60 }

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

describe('several choices of one request', () => {
  test.each([2, 3, 8])('are %i upstream calls of one candidate each, in the order of their indices', async (n) => {
    const answer = await openai(proxy).chat.completions.create(makeSdkRequest({ text: 'Hi.' }, { n }))
    expect(answer.choices.map(({ index, finish_reason, message }) => [index, finish_reason, message.content])).toEqual(
      Array.from({ length: n }, (_, index) => [index, 'stop', 'Hi.']),
    )
    expect(proxy.simulator.totalRequests).toBe(n)
    expect(proxy.simulator.requests.every(({ body }) => !('n' in (body as object)))).toBe(true)
  })

  test('are separate in a stream, each with one role delta and one finish reason', async () => {
    const { chunks, dones } = parseStream(await (await post(proxy, streamed({ text: 'One two three.' }, { n: 3 }))).text())
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
    expect(dones).toBe(1)
    for (const index of [0, 1, 2]) {
      const own = chunks.flatMap(({ choices }) => choices.filter((choice) => choice.index === index))
      expect(own.map(({ delta }) => delta.content ?? '').join('')).toBe('One two three.')
      expect(own.filter(({ delta }) => delta.role === 'assistant')).toHaveLength(1)
      expect(own.map(({ finish_reason }) => finish_reason).filter(Boolean)).toEqual(['stop'])
      expect(own.at(-1)?.finish_reason).toBe('stop')
    }
  })

  test('have one combined usage', async () => {
    const answer = (await (await post(proxy, chat({ text: 'Hi.', usage: USAGE }, { n: 3 }))).json()) as ChatCompletion
    expect(answer.usage).toMatchObject(SUMMED)
  })

  test('have one combined usage chunk in a stream', async () => {
    const response = await post(proxy, streamed({ text: 'Hi.', usage: USAGE }, { n: 3, stream_options: { include_usage: true } }))
    const { chunks } = parseStream(await response.text())
    expect(chunks.flatMap(({ usage }) => usage ?? [])).toEqual([expect.objectContaining(SUMMED)])
    expect(chunks.at(-1)?.choices).toEqual([])
  })

  test('have separate tool calls', async () => {
    const tools = [{ type: 'function', function: { name: 'now', parameters: { type: 'object', properties: {} } } }]
    const answer = (await (await post(proxy, chat({ toolCalls: [{ name: 'now' }] }, { n: 2, tools }))).json()) as ChatCompletion
    const ids = answer.choices.flatMap(({ message }) => message.tool_calls ?? []).map(({ id }) => id)
    expect(answer.choices.map(({ finish_reason }) => finish_reason)).toEqual(['tool_calls', 'tool_calls'])
    expect(new Set(ids).size).toBe(2)
  })

  test.each([false, true])('fail together: the first failure aborts the others, with stream: %s', async (stream) => {
    proxy.simulator.next({ error: 'invalid-argument', latencyMs: 30 }, { firstChunkDelayMs: 15_000 }, { firstChunkDelayMs: 15_000 })
    const startedAt = performance.now()
    const response = await post(proxy, { model: 'gemini-2.5-flash', messages: [{ role: 'user', content: 'Hi' }], n: 3, stream })
    expect(response.status).toBe(400)
    expect(((await response.json()) as ErrorResponse).error.code).toBe('invalid_request')
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    await eventually(() => expect(proxy.simulator).toMatchObject({ abortedRequests: 2, openRequests: 0 }))
  })

  test('end together when one breaks off in a stream', async () => {
    const broken = { errorMidStream: { name: 'internal', afterChunks: 1 }, chunks: 3 } as const
    proxy.simulator.next(broken, { chunkDelayMs: 15_000, chunks: 3 })
    const response = await post(proxy, {
      model: 'gemini-2.5-flash',
      messages: [{ role: 'user', content: 'Tell me a story' }],
      n: 2,
      stream: true,
    })
    const { errors, dones } = parseStream(await response.text())
    expect(errors).toEqual([expect.objectContaining({ code: 'upstream_error' })])
    expect(dones).toBe(0)
    await eventually(() => expect(proxy.simulator).toMatchObject({ abortedRequests: 1, openRequests: 0 }))
  })

  test('are aborted together when the client disconnects', async () => {
    const gone = new AbortController()
    const answer = post(proxy, chat({ firstChunkDelayMs: 15_000 }, { n: 4 }), { signal: gone.signal })
    await eventually(() => expect(proxy.simulator.openRequests).toBe(4))
    gone.abort()
    await expect(answer).rejects.toThrow()
    await eventually(() => expect(proxy.simulator).toMatchObject({ abortedRequests: 4, openRequests: 0 }))
  })
})
