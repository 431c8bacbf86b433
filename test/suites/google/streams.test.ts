import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { eventually } from '../../support/calls.js'
import { FC_CREDENTIALS } from '../../support/canaries.js'
import { simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'
import { ask, eventsOf, MODEL, prompt, reasonOf, startNativeProxy } from './google.js'
import { startRawGemini } from './rawGemini.js'

const SSE = 'streamGenerateContent?alt=sse'
const ARRAY = 'streamGenerateContent'
let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startNativeProxy({ MAX_RETRIES: '0' })
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.logs.length = 0
})
afterAll(() => proxy.close())

/** Waits for the first log line of an operation, and returns it. */
const lineOf = (operation = 'streamGenerateContent'): Promise<Record<string, unknown> | undefined> =>
  eventually(() => {
    const line = proxy.logs.find((each) => each.operation === operation)
    expect(line).toBeDefined()
    return line
  })

/** Returns the error object that follows the events of a stream without being an event. */
const bareErrorIn = (text: string): { code: number; status: string } => {
  const [, json = ''] = /\r\n\r\n(\{\n.*\}\n)$/s.exec(text) ?? []
  return (JSON.parse(json) as { error: { code: number; status: string } }).error
}

const BREAKS: readonly (readonly [name: string, behaviour: Behaviour, code: number, status: string])[] = [
  ['with an error of Gemini', { chunks: 4, errorMidStream: { name: 'unavailable', afterChunks: 2 } }, 503, 'UNAVAILABLE'],
  [
    'with an error in an event',
    { chunks: 4, errorMidStream: { name: 'unavailable', afterChunks: 2, form: 'data-object' } },
    503,
    'UNAVAILABLE',
  ],
  ['by a connection reset', { chunks: 4, fault: { kind: 'reset', when: { afterChunks: 2 } } }, 502, 'UNAVAILABLE'],
  ['in the middle of a chunk', { chunks: 4, fault: { kind: 'cut', when: { afterChunks: 2 } } }, 502, 'UNAVAILABLE'],
  ['with a proper end, but without a finish reason', { chunks: 4, fault: { kind: 'eof', when: { afterChunks: 2 } } }, 502, 'UNAVAILABLE'],
  ['with an invalid event', { chunks: 4, fault: { kind: 'garbage', when: { afterChunks: 2 } } }, 502, 'UNAVAILABLE'],
]

describe('a stream that breaks', () => {
  test.each(BREAKS)('%s ends with a bare error, after complete events', async (_how, behaviour, code, status) => {
    const { text } = await ask(proxy, SSE, prompt(`hello there ${simulate(behaviour)}`))
    expect(bareErrorIn(text)).toMatchObject({ code, status })
    expect(eventsOf(text).length).toBeGreaterThan(0)
    expect(await lineOf()).toMatchObject({ status: 200, stream: true, errorCode: code === 503 ? 'upstream_overloaded' : 'upstream_error' })
  })

  test.each<readonly [string, Behaviour, number, string]>([
    ['in the middle of an element', { chunks: 4, fault: { kind: 'cut', when: { afterBytes: 900 } } }, 502, 'UNAVAILABLE'],
    ['by a connection reset', { chunks: 4, fault: { kind: 'reset', when: { afterChunks: 2 } } }, 502, 'UNAVAILABLE'],
    ['with a proper end between elements', { chunks: 4, fault: { kind: 'eof', when: { afterChunks: 2 } } }, 502, 'UNAVAILABLE'],
    ['with invalid JSON', { chunks: 4, fault: { kind: 'garbage', when: { afterChunks: 2 } } }, 502, 'UNAVAILABLE'],
    ['with a proper end, but without a finish reason', { chunks: 4, doneWithoutFinish: true }, 502, 'UNAVAILABLE'],
    ['with an error of Gemini', { chunks: 4, errorMidStream: { name: 'unavailable', afterChunks: 2 } }, 503, 'UNAVAILABLE'],
    ['with a quota error', { chunks: 4, errorMidStream: { name: 'quota-day', afterChunks: 2 } }, 429, 'RESOURCE_EXHAUSTED'],
    [
      'while each byte arrives separately',
      { chunks: 4, bytesPerWrite: 1, fault: { kind: 'cut', when: { afterBytes: 900 } } },
      502,
      'UNAVAILABLE',
    ],
  ])('as an array %s ends with valid JSON, whose last element is the error', async (_how, behaviour, code, status) => {
    const { json } = await ask(proxy, ARRAY, prompt(`hello there ${simulate(behaviour)}`))
    const elements = json as { candidates?: object; error?: object }[]
    expect(elements.at(-1)).toMatchObject({ error: { code, status } })
    expect(elements.slice(0, -1).length).toBeGreaterThan(0)
    expect(elements.slice(0, -1).every(({ candidates }) => candidates !== undefined)).toBe(true)
    expect(await lineOf()).toMatchObject({ status: 200, stream: true, errorCode: expect.any(String) })
  })

  test('as an array that pauses within an element has passed on all complete elements', async () => {
    const answer = fetch(`${proxy.origin}/v1beta/models/${MODEL}:${ARRAY}`, {
      method: 'POST',
      headers: { ...FC_CREDENTIALS, 'x-goog-api-key': TOKEN, 'content-type': 'application/json' },
      body: JSON.stringify(prompt(`hello there ${simulate({ chunks: 4, hold: { afterChunks: 2 } })}`)),
    })
    const reader = (await answer).body?.getReader()
    let text = Buffer.from((await reader?.read())?.value ?? []).toString()
    expect(JSON.parse(`${text}]`)).not.toEqual([])
    proxy.simulator.release()
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) text += Buffer.from(read.value).toString()
    expect((JSON.parse(text) as object[]).at(-1)).toMatchObject({ candidates: [{ finishReason: 'STOP' }] })
  })

  test.each([
    ['after an element', '[{"candidates":[{"content":{}}]}'],
    ['after a comma', '[{"candidates":[{"content":{}}]}\n,\r\n'],
    ['within an element', '[{"candidates":[{"content":{}}]}\n,\r\n{"candi'],
    ['within a string', '[{"candidates":[{"content":{}}]}\n,\r\n{"candidates":[{"content":{"parts":[{"text":"]'],
    ['with a proper end, but without a finish reason', '[{"candidates":[{"content":{}}]}]'],
    ['with more after its end', '[{"candidates":[{"content":{},"finishReason":"STOP"}]}]\n<html>'],
    ['with another array after its end', '[{"candidates":[{"content":{},"finishReason":"STOP"}]}][{}]'],
    ['with too many closing brackets', '[{"candidates":[{"content":{},"finishReason":"STOP"}]}]]'],
    ['with an element that is not an object', '[{"candidates":[{"content":{},"finishReason":"STOP"}]}, 1]'],
    ['without a comma', '[{"candidates":[{"content":{}}]} {"candidates":[{"content":{},"finishReason":"STOP"}]}]'],
    ['with an extra comma', '[{"candidates":[{"content":{}}]},,{"candidates":[{"content":{},"finishReason":"STOP"}]}]'],
    ['with an error as an element', '[{"candidates":[{"content":{}}]},{"error":{"code":502,"message":"","status":"UNAVAILABLE"}}]'],
  ])('as an array %s has the error as its last element', async (_how, body) => {
    const gemini = await startRawGemini((response) => response.end(body))
    const own = await startNativeProxy({ GEMINI_BASE_URL: gemini.baseUrl, MAX_RETRIES: '0' })
    try {
      const { text } = await ask(own, ARRAY, prompt('hello'))
      expect(JSON.parse(text)).toMatchObject([{ candidates: [{ content: {} }] }, { error: { code: 502, status: 'UNAVAILABLE' } }])
    } finally {
      await own.close()
      await gemini.close()
    }
  })

  test("sends the error as a separate chunk, which Google's SDK requires", async () => {
    const behaviour = simulate({ chunks: 4, fault: { kind: 'reset', when: { afterChunks: 2 } } })
    const response = await fetch(`${proxy.origin}/v1beta/models/${MODEL}:${SSE}`, {
      method: 'POST',
      headers: { ...FC_CREDENTIALS, 'x-goog-api-key': TOKEN, 'content-type': 'application/json' },
      body: JSON.stringify(prompt(`hello there ${behaviour}`)),
    })
    const pieces: string[] = []
    for await (const piece of response.body ?? []) pieces.push(Buffer.from(piece).toString())
    expect(JSON.parse(pieces.at(-1) ?? '')).toMatchObject({ error: { code: 502 } })
  })

  test("never contains Google's message about the key of the proxy", async () => {
    const error = { code: 403, status: 'PERMISSION_DENIED', message: 'Your API key was reported as leaked. Please use another API key.' }
    const { text } = await ask(proxy, SSE, prompt(`hello ${simulate({ chunks: 4, errorMidStream: { name: error, afterChunks: 2 } })}`))
    expect(text).not.toContain('leaked')
    expect(bareErrorIn(text)).toMatchObject({ code: 502, status: 'FAILED_PRECONDITION' })
  })
})

describe('a stream that fails before its first event', () => {
  test.each<[string, Behaviour, number, string]>([
    ['an overloaded model', { error: 'unavailable' }, 503, 'UPSTREAM_OVERLOADED'],
    ['a region', { error: 'region' }, 502, 'UPSTREAM_REGION_UNSUPPORTED'],
    ['a key', { error: 'leaked' }, 502, 'UPSTREAM_AUTH_ERROR'],
    ['a quota', { error: 'quota-day' }, 429, 'INSUFFICIENT_QUOTA'],
    ['an error as the first event', { errorMidStream: { name: 'unavailable', afterChunks: 0 } }, 503, 'UPSTREAM_OVERLOADED'],
    [
      'an error as the first event, in an event',
      { errorMidStream: { name: 'unavailable', afterChunks: 0, form: 'data-object' } },
      503,
      'UPSTREAM_OVERLOADED',
    ],
    ['an empty body', { rawBody: '' }, 502, 'UPSTREAM_ERROR'],
    ['another server', { rawBody: '<html></html>' }, 502, 'UPSTREAM_ERROR'],
  ])('has the HTTP status of its error: %s', async (_what, behaviour, status, reason) => {
    // An error of the form `data-object` is an SSE event, so only an SSE stream can contain it.
    for (const method of behaviour.errorMidStream?.form === 'data-object' ? [SSE] : [SSE, ARRAY]) {
      const answer = await ask(proxy, method, prompt(`hello ${simulate(behaviour)}`))
      expect(answer.status).toBe(status)
      expect(reasonOf(answer)).toBe(reason)
    }
  })

  test('is retried', async () => {
    const retrying = await startNativeProxy({ MAX_RETRIES: '1' })
    try {
      const behaviour: Behaviour = { fault: { kind: 'reset', when: 'after-headers' }, times: 1, key: 'retried' }
      expect((await ask(retrying, SSE, prompt(`hello ${simulate(behaviour)}`))).status).toBe(200)
      expect(retrying.simulator.requests).toHaveLength(2)
    } finally {
      await retrying.close()
    }
  })
})

describe('a client that disconnects', () => {
  test.each(['generateContent', SSE])('ends the upstream call: %s', async (method) => {
    const leaving = new AbortController()
    const behaviour: Behaviour = method === 'generateContent' ? { hold: 'before-headers' } : { chunks: 9, hold: { afterChunks: 2 } }
    const answer = fetch(`${proxy.origin}/v1beta/models/${MODEL}:${method}`, {
      method: 'POST',
      headers: { ...FC_CREDENTIALS, 'x-goog-api-key': TOKEN, 'content-type': 'application/json' },
      body: JSON.stringify(prompt(`hello there ${simulate(behaviour)}`)),
      signal: leaving.signal,
    }).catch(() => undefined)
    if (method === 'generateContent') await eventually(() => expect(proxy.simulator.requests).toHaveLength(1))
    else await answer
    leaving.abort()
    await eventually(() => expect(proxy.simulator.requests[0]?.aborted).toBe(true))
    await answer
    expect(await lineOf(method === 'generateContent' ? method : undefined)).toMatchObject({ status: 499, cancelled: true })
  })
})

describe('the log of a stream', () => {
  test.each([SSE, ARRAY])('has the token counts of its last event: %s', async (method) => {
    const usage = { promptTokenCount: 10, cachedContentTokenCount: 4, candidatesTokenCount: 3, thoughtsTokenCount: 2, totalTokenCount: 15 }
    await ask(proxy, method, prompt(`hello there ${simulate({ chunks: 3, usageMetadata: usage })}`))
    const counts = { promptTokens: 10, cachedTokens: 4, completionTokens: 5, reasoningTokens: 2 }
    expect(await lineOf()).toMatchObject({ ...counts, model: MODEL, stream: true, attempts: 1, firstByteMs: expect.any(Number) })
    const metrics = await (await fetch(`${proxy.origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()
    expect(metrics).toMatch(/gemini_proxy_requests_total\{operation="streamGenerateContent",status="200",model="gemini-3.5-flash"\}/)
  })

  test('has no prompt', async () => {
    await ask(proxy, SSE, prompt('a secret plan'))
    expect(JSON.stringify(await lineOf())).not.toContain('secret plan')
  })
})

test('a blocked prompt is a complete stream', async () => {
  const { text } = await ask(proxy, SSE, prompt(`hello ${simulate({ promptBlock: 'PROHIBITED_CONTENT' })}`))
  expect(eventsOf(text)).toMatchObject([{ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }])
  expect(text).not.toContain('"error"')
})
