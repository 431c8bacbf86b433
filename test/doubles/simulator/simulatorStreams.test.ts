import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { ask, type Body, chat, chunksOf, simulate } from './ask.js'
import { type Simulator, startSimulator } from './index.js'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(() => simulator.reset())
afterAll(async () => {
  await simulator.close()
})

const stream = (behaviour: Body, more: Body = {}): Body =>
  chat(`Hello ${simulate(behaviour)}`, { stream: true, model: 'gemini-2.5-flash', ...more })
const withUsage = { stream_options: { include_usage: true } }

describe('streams', () => {
  test('finish_reason is absent before the last chunk, which has the text as well', async () => {
    const choices = chunksOf(await ask(simulator, stream({ chunks: 2 }))).map(({ choices: [choice] }) => Object.keys(choice))
    expect(choices).toEqual([
      ['delta', 'index'],
      ['delta', 'finish_reason', 'index'],
    ])
  })

  test('usage needs include_usage and is on the last chunk or on every chunk', async () => {
    const placed = async (behaviour: Body, more: Body): Promise<readonly boolean[]> =>
      chunksOf(await ask(simulator, stream({ chunks: 2, ...behaviour }, more))).map((chunk) => chunk.usage !== undefined)
    expect(await placed({}, {})).toEqual([false, false])
    expect(await placed({}, withUsage)).toEqual([false, true])
    expect(await placed({ usage: 'every-chunk' }, withUsage)).toEqual([true, true])
  })

  test('thoughts are marked, and the closing tag starts the answer', async () => {
    const thinking = { extra_body: { google: { thinking_config: { include_thoughts: true } } } }
    const deltas = chunksOf(await ask(simulator, stream({ thoughts: ['one', 'two'], chunks: 1 }, thinking))).map(
      ({ choices: [choice] }) => choice.delta,
    )
    const extra_content = { google: { thought: true } }
    expect(deltas).toEqual([
      { content: '<thought>one', extra_content, role: 'assistant' },
      { content: 'two', extra_content, role: 'assistant' },
      { content: '</thought>You said: Hello', role: 'assistant' },
    ])
  })

  test('a Gemini 3 text ends with a signature without content', async () => {
    const last = chunksOf(await ask(simulator, stream({}, { model: 'gemini-3.8-flash' }))).at(-1)?.choices[0]
    expect([Object.keys(last?.delta ?? {}), last?.finish_reason]).toEqual([['extra_content', 'role'], 'stop'])
  })

  test('a short prompt can produce many chunks', async () => {
    expect(chunksOf(await ask(simulator, stream({ chunks: 500 })))).toHaveLength(500)
  })

  test.each([
    ['CRLF', { eol: 'crlf' }, '\r\n\r\ndata: [DONE]\r\n\r\n'],
    ['no newline at the end', { noFinalNewline: true }, '\n\ndata: [DONE]'],
    ['no [DONE]', { omitDone: true }, '"object":"chat.completion.chunk"}\n\n'],
    ['single bytes', { bytesPerWrite: 1 }, '\n\ndata: [DONE]\n\n'],
    ['an error as an event', { errorMidStream: { name: 'internal', form: 'data-object' } }, '"status":"INTERNAL"}}\n\n'],
    ['an error as an array', { errorMidStream: { name: 'unavailable' } }, '    "status": "UNAVAILABLE"\n  }\n}\n]'],
  ])('framing: %s', async (_name, behaviour, end) => {
    const { text } = await ask(simulator, stream(behaviour))
    expect(text.slice(-end.length)).toBe(end)
  })

  test('a comment is sent first', async () => {
    expect((await ask(simulator, stream({ comment: 'hi' }))).text.startsWith(': hi\n\ndata: {')).toBe(true)
  })
})

describe('faults', () => {
  test.each([
    ['reset', 'before-headers'],
    ['reset', { afterChunks: 1 }],
    ['reset', { afterBytes: 100 }],
    ['cut', { afterChunks: 1 }],
    ['refuse', 'before-headers'],
    ['garbage', 'before-headers'],
  ])('%s %j breaks the connection, which does not count as an abort by the client', async (kind, when) => {
    // The cast is needed because TypeScript widens the strings of the table.
    simulator.next({ fault: { kind, when } as never })
    await expect(ask(simulator, stream({}))).rejects.toThrow()
    await eventually(() => expect([simulator.abortedRequests, simulator.openRequests]).toEqual([0, 0]))
  })

  test('eof ends the body early, but with a correct HTTP end', async () => {
    const result = await ask(simulator, stream({ fault: { kind: 'eof', when: { afterChunks: 1 } } }))
    expect([chunksOf(result).length, result.text.includes('[DONE]')]).toEqual([1, false])
  })

  test.each([
    ['before the headers', { latencyMs: 5_000 }],
    ['before the first chunk', { firstChunkDelayMs: 5_000 }],
    ['between chunks', { chunkDelayMs: 5_000 }],
    ['during a stall', { fault: { kind: 'stall', when: { afterChunks: 1 } } }],
    ['during a flood of chunks', { chunks: 10_000_000 }],
  ])('counts a client that disconnects %s at once', async (_name, behaviour) => {
    const leaving = new AbortController()
    const pending = fetch(`${simulator.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify(stream(behaviour)),
      signal: leaving.signal,
    })
    await eventually(() => expect(simulator.openRequests).toBe(1))
    leaving.abort()
    await pending.catch(() => undefined) // the abort is intended
    await eventually(() => expect([simulator.abortedRequests, simulator.openRequests]).toEqual([1, 0]))
    expect(simulator.requests.at(-1)).toMatchObject({ aborted: true, finished: false })
  })
})

describe('the request record', () => {
  test('holds method, path, headers, body and length', async () => {
    const body = chat('Hello')
    await ask(simulator, body)
    expect(simulator.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1beta/openai/chat/completions',
      body,
      textLength: JSON.stringify(body).length,
      status: 200,
    })
    expect(simulator.requests[0]?.headers.authorization).toBe('Bearer some-key')
  })

  test('has only counts with keepRequests 0', async () => {
    simulator.settings.keepRequests = 0
    await ask(simulator, chat('Hello'))
    expect([simulator.requests.length, simulator.totalRequests]).toEqual([0, 1])
  })

  test('can be read, and the simulator controlled, over HTTP', async () => {
    const control = (name: string, body?: unknown): Promise<Response> =>
      fetch(`${simulator.origin}/__simulator/${name}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
    await control('next', { error: 'internal' })
    await control('settings', { newUser: true })
    expect((await ask(simulator, chat('x'))).status).toBe(500)
    expect(await (await control('state')).json()).toMatchObject({ totalRequests: 1, abortedRequests: 0, openRequests: 0 })
    expect(simulator.settings.newUser).toBe(true)
    await control('reset', {})
    expect([simulator.totalRequests, simulator.settings.newUser]).toEqual([0, false])
  })
})
