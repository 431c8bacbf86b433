import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chat, collect, MODEL, openai, PLAIN, parseStream, post, stream, streamed } from '../../support/calls.js'
import { type ProxyUnderTest, REQUEST_ID, startProxy } from '../../support/proxy.js'
import { sentAt } from '../../support/sentChat.js'
import { isOnNative } from '../../support/upstreamApi.js'

const ID = expect.stringMatching(/^chatcmpl-[0-9a-f]{32,}$/)
const USAGE = {
  prompt_tokens: 11,
  completion_tokens: 9,
  total_tokens: 20,
  prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 4, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
}
/**
 * On the native API, the tool calls of Gemini 2.5 have thought signatures, too, so the client gets
 * them in `extra_content`.
 */
const SIGNED = isOnNative ? { extra_content: { google: { thought_signature: expect.any(String) } } } : {}
const COUNTED = { usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 20, cached_tokens: 4 } }
const AWKWARD = 'data: [DONE]\n\ndata: {"error":{}}\r\n: comment\u2028\u0000 "quoted" 你好，世界 😀'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy(PLAIN)
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

describe('over HTTP', () => {
  test('an answer has exactly the keys of OpenAI', async () => {
    const before = Math.floor(Date.now() / 1000)
    const response = await post(proxy, chat({ text: '你好', ...COUNTED }))
    // The cast is safe: toStrictEqual() below checks all members.
    const answer = (await response.json()) as { created: number }
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer).toStrictEqual({
      id: ID,
      object: 'chat.completion',
      created: expect.any(Number),
      model: MODEL,
      choices: [{ index: 0, message: { role: 'assistant', content: '你好', refusal: null }, logprobs: null, finish_reason: 'stop' }],
      usage: USAGE,
    })
    expect(answer.created).toBeGreaterThanOrEqual(before)
    expect(answer.created).toBeLessThanOrEqual(Date.now() / 1000)
  })

  test('an answer with tool calls has null content and complete calls', async () => {
    const tools = [{ type: 'function', function: { name: 'get_weather' } }]
    const response = await post(proxy, chat({ toolCalls: [{ name: 'get_weather', arguments: { city: '北京' } }] }, { tools }))
    expect(((await response.json()) as { choices: unknown }).choices).toStrictEqual([
      {
        index: 0,
        message: {
          role: 'assistant',
          content: null,
          refusal: null,
          tool_calls: [
            { id: expect.any(String), type: 'function', function: { name: 'get_weather', arguments: '{"city":"北京"}' }, ...SIGNED },
          ],
        },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ])
  })

  test('a stream has exactly the events of OpenAI, with the headers that prevent buffering', async () => {
    const response = await post(proxy, streamed({ deltas: ['你', '好'], ...COUNTED }, { stream_options: { include_usage: true } }))
    const { data, chunks, text } = parseStream(await response.text())
    const base = { id: ID, object: 'chat.completion.chunk', created: expect.any(Number), model: MODEL }
    const event = (delta: object, finish_reason: string | null = null) => ({
      ...base,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      usage: null,
    })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-request-id': expect.stringMatching(REQUEST_ID),
    })
    expect(response.headers.has('content-length')).toBe(false)
    expect(chunks).toStrictEqual([
      event({ role: 'assistant', content: '', refusal: null }),
      event({ content: '你' }),
      event({ content: '好' }),
      event({}, 'stop'),
      { ...base, choices: [], usage: USAGE },
    ])
    expect(new Set(chunks.map(({ id, created }) => `${id} ${created}`)).size).toBe(1)
    expect(data.at(-1)).toBe('[DONE]')
    expect(text.endsWith('\n\ndata: [DONE]\n\n')).toBe(true)
  })

  test.each([
    ['absent', {}],
    ['null', { stream_options: null }],
    ['empty', { stream_options: {} }],
    ['false', { stream_options: { include_usage: false } }],
  ])('a stream has no key usage if stream_options are %s', async (_, more) => {
    const { chunks, dones } = await stream(proxy, { chunks: 3 }, more)
    expect(chunks.every((chunk) => !('usage' in chunk) && chunk.choices.length === 1)).toBe(true)
    expect(dones).toBe(1)
  })

  test.each([
    ['absent', {}],
    ['null', { stream: null }],
    ['false, with stream options', { stream: false, stream_options: { include_usage: true } }],
  ])('stream %s returns JSON, whatever the client accepts', async (_, more) => {
    const response = await post(proxy, chat({}, more), { headers: { accept: 'text/event-stream' } })
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toMatchObject({ object: 'chat.completion' })
  })

  test.each(['application/json', 'text/html', '*/*'])('stream true returns a stream for a client that accepts %s', async (accept) => {
    const response = await post(proxy, streamed({}), { headers: { accept } })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(parseStream(await response.text()).dones).toBe(1)
  })

  test('text that looks like the end of a stream is unchanged, like Chinese, emoji and control characters', async () => {
    const whole = (await (await post(proxy, chat({ text: AWKWARD }))).json()) as { choices: [{ message: { content: string } }] }
    expect(whole.choices[0].message.content).toBe(AWKWARD)
    const { content, dones, errors } = await stream(proxy, { deltas: [...AWKWARD] })
    expect({ content, dones, errors }).toEqual({ content: AWKWARD, dones: 1, errors: [] })
    const request = { ...chat({ text: AWKWARD, chunks: 7 }), stream: true } as never
    const read = (await collect(openai(proxy).chat.completions.create(request) as never)) as {
      choices: [{ delta: { content?: string } }]
    }[]
    expect(read.map(({ choices: [choice] }) => choice.delta.content ?? '').join('')).toBe(AWKWARD)
  })

  test('a long text in small chunks arrives completely and in order', async () => {
    const { content, chunks } = await stream(proxy, { chunks: 2000 })
    expect(content).toMatch(/ 1998 1999$/)
    expect(chunks).toHaveLength(2002)
  })

  test('a client that requested a stream gets an error as JSON with all four members', async () => {
    const response = await post(proxy, streamed({ error: 'quota-minute' }))
    expect([response.status, response.headers.get('content-type')]).toEqual([429, 'application/json; charset=utf-8'])
    expect(await response.json()).toStrictEqual({
      error: { message: expect.any(String), type: 'rate_limit_exceeded', param: null, code: 'rate_limit_exceeded' },
    })
  })

  test('the requested model is echoed, not the name that Gemini uses', async () => {
    const response = await post(proxy, chat({}, { model: `models/${MODEL}` }))
    expect(await response.json()).toMatchObject({ model: `models/${MODEL}` })
    expect(sentAt(proxy.simulator.requests, 0)).toMatchObject({ model: MODEL })
  })

  test('thoughts are sent beside the text if they are enabled, and the text is the same', async () => {
    const thinking = await startProxy({ ...PLAIN, THOUGHTS: 'auto' })
    try {
      const { chunks, content, dones } = await stream(thinking, { deltas: ['你', '好'], thoughts: ['一', '二'] })
      const whole = await (await post(thinking, chat({ text: '你好', thoughts: ['一', '二'] }))).json()
      expect([content, dones]).toEqual(['你好', 1])
      expect(chunks.map(({ choices: [choice] }) => choice?.delta.reasoning_content ?? '').join('')).toBe('一二')
      expect(whole).toMatchObject({ choices: [{ message: { content: '你好', reasoning_content: '一二' }, finish_reason: 'stop' }] })
    } finally {
      await thinking.close()
    }
  })
})
