import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { startScriptedGemini } from '../../support/scriptedGemini.js'
import { ask, REQUEST_KINDS } from './ask.js'

const TEXT = 'A story that is much longer than one call of Gemini can tell: 你好, 👋 and so on, again and again. '.repeat(20)

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', SHUTDOWN_GRACE_MS: '1000' })
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.logs.length = 0
})
afterAll(() => proxy.close())

/** The bodies that Gemini received. */
const sent = (): Record<string, unknown>[] => proxy.simulator.requests.map(({ body }) => body as Record<string, unknown>)

const continuations = async (): Promise<number> => {
  const metrics = await (await fetch(`${proxy.origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()
  const counts = [...metrics.matchAll(/gemini_proxy_upstream_continuations_total\{.*\} (\d+)/g)]
  return counts.reduce((sum, [, count]) => sum + Number(count), 0)
}

describe.each(REQUEST_KINDS)('%s whose answer takes several calls', (_, path, stream) => {
  test('is returned as one answer', async () => {
    proxy.simulator.next({ text: TEXT, longAnswer: { count: 4 } })
    const { status, content, finishes, errors } = await ask(proxy, path, stream)
    expect([status, finishes, errors]).toEqual([200, ['stop'], []])
    expect(content).toBe(TEXT)
    expect(proxy.simulator.totalRequests).toBe(4)
  })

  test('sends the same request each time, with the continuation token of the previous call', async () => {
    proxy.simulator.next({ text: TEXT, longAnswer: { count: 3 } })
    await ask(proxy, path, stream, path === 'responses' ? { max_output_tokens: 200_000 } : { max_tokens: 200_000 })
    const [first, ...later] = sent()
    expect(later).toHaveLength(2)
    for (const { continuationToken, ...others } of later) {
      expect(continuationToken).toEqual(expect.any(String))
      expect(others).toEqual(first)
    }
    expect(new Set(later.map(({ continuationToken }) => continuationToken)).size).toBe(2)
    // Gemini's limit applies to all continuations of an answer together, including thinking: it is
    // 200,000 plus headroom.
    expect(JSON.stringify(first)).toMatch(/"maxOutputTokens":2[2-9]\d{4}[,}]/)
    expect(new Set(proxy.simulator.requests.map(({ headers }) => headers['x-goog-api-key'])).size).toBe(1)
  })

  test('may include a call with thoughts only', async () => {
    proxy.simulator.next({ text: TEXT, longAnswer: { count: 3, thoughtsOnly: 1 }, thoughts: ['First, ', 'then.'] })
    const { content, finishes } = await ask(proxy, path, stream)
    expect([content, finishes]).toEqual([TEXT, ['stop']])
    expect(proxy.simulator.totalRequests).toBe(3)
  })

  test("is not continued after it exceeds the client's limit", async () => {
    proxy.simulator.next({ text: TEXT, longAnswer: { count: 3, tokensPerRequest: 60_000 } })
    const limit = 50_000
    const { finishes } = await ask(proxy, path, stream, path === 'responses' ? { max_output_tokens: limit } : { max_tokens: limit })
    expect([finishes, proxy.simulator.totalRequests]).toEqual([['length'], 1])
  })

  test('ends with `length` at the limit of calls', async () => {
    proxy.simulator.next({ text: TEXT, longAnswer: { count: 12 } })
    const { content, finishes } = await ask(proxy, path, stream)
    expect(finishes).toEqual(['length'])
    expect(TEXT.startsWith(content) && content.length < TEXT.length).toBe(true)
    expect(proxy.simulator.totalRequests).toBe(9)
    await eventually(() => expect(proxy.logs.at(-1)).toMatchObject({ endedBy: 'continuation', continuations: 8, attempts: 9 }))
  })

  test('ends with `length` if Gemini sends no continuation token', async () => {
    proxy.simulator.next({ text: TEXT, longAnswer: { count: 4, tokenless: 1 } })
    const { content, finishes } = await ask(proxy, path, stream)
    expect(finishes).toEqual(['length'])
    expect(TEXT.startsWith(content) && content !== '').toBe(true)
    expect(proxy.simulator.totalRequests).toBe(2)
  })

  test('reports the prompt tokens of the first call, and the completion tokens of all calls', async () => {
    proxy.simulator.next({ text: TEXT, thinkingTokens: 100, longAnswer: { count: 3, tokensPerRequest: 64_000 } })
    const continued = await continuations()
    const { usage } = await ask(proxy, path, stream)
    const prompt = usage?.prompt_tokens ?? 0
    expect(prompt).toBeLessThan(100)
    expect(usage).toMatchObject({
      completion_tokens: 192_100,
      total_tokens: prompt + 192_100,
      completion_tokens_details: { reasoning_tokens: 100 },
      prompt_tokens_details: { cached_tokens: 0 },
    })
    await eventually(() =>
      expect(proxy.logs.at(-1)).toMatchObject({
        promptTokens: prompt,
        completionTokens: 192_100,
        reasoningTokens: 100,
        // The prompt of each continuation includes what the earlier calls have generated.
        billedPromptTokens: 3 * prompt + 64_100 + 128_100,
        billedCachedTokens: Math.floor((prompt + 64_100) * 0.9) + Math.floor((prompt + 128_100) * 0.9),
        attempts: 3,
        continuations: 2,
      }),
    )
    expect(await continuations()).toBe(continued + 2)
  })

  test('has tool calls from the last call, each with a unique index and id', async () => {
    const toolCalls = [
      { name: 'note', arguments: { n: 1 } },
      { name: 'note', arguments: { n: 2 } },
    ]
    proxy.simulator.next({ text: TEXT, toolCalls, longAnswer: { count: 3 } })
    const declared = { name: 'note', parameters: { type: 'object', properties: { n: { type: 'integer' } } } }
    const tools = path === 'responses' ? [{ type: 'function', ...declared }] : [{ type: 'function', function: declared }]
    const { body, content } = await ask(proxy, path, stream, { tools })
    expect(content).toBe(TEXT)
    if (path === 'chat/completions') expect(body).toContain('"finish_reason":"tool_calls"')
    const ids = new Set([...body.matchAll(/"(?:call_id|id)":"(call_[^"]+)"/g)].map(([, id]) => id))
    expect(ids.size).toBe(2)
    if (path === 'chat/completions' && stream)
      expect([...body.matchAll(/"index":(\d),"id":"call_/g)].map(([, index]) => index)).toEqual(['0', '1'])
  })
})

/** Makes a stream of Gemini 4 with one event, which ends the answer or asks for a continuation. */
function toBody(parts: readonly object[], end: object, tokens: number): string {
  const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: tokens, totalTokenCount: 5 + tokens }
  return `data: ${JSON.stringify({ candidates: [{ content: { parts }, ...end }], usageMetadata })}\n\n`
}
const UNFINISHED = { finishReason: 'CONTINUATION', continuationToken: 'dA==' }

test.each([
  ['with a tool call before the limit, is continued to complete the call', [{ functionCall: { name: 'f' } }], 'tool_calls', 2],
  ['with a held-back tool call, ends once', [{ text: TEXT }, { functionCall: { name: 'unknown', args: { a: 1 } } }], 'length', 1],
])("an answer beyond the client's limit, %s, streamed or not", async (_what, parts, finish, calls) => {
  for (const stream of [false, true]) {
    const bodies = [toBody(parts, UNFINISHED, 60_000), toBody([], { finishReason: 'STOP' }, 1)]
    const gemini = await startScriptedGemini(() => ({ body: bodies.shift() }))
    const scripted = await startProxy({ GEMINI_UPSTREAM: 'native', GEMINI_BASE_URL: gemini.baseUrl })
    const tools = [{ type: 'function', function: { name: 'f' } }]
    const { finishes } = await ask(scripted, 'chat/completions', stream, { max_tokens: 50_000, tools })
    expect([stream, finishes, gemini.requests.length]).toEqual([stream, [finish], calls])
    await scripted.close()
    await gemini.close()
  }
})

test('MAX_CONTINUATIONS=0 ends an answer after its first call', async () => {
  const single = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_CONTINUATIONS: '0' })
  try {
    for (const [, path, stream] of REQUEST_KINDS) {
      single.simulator.reset()
      single.simulator.next({ text: TEXT, longAnswer: { count: 2 } })
      expect(await ask(single, path, stream)).toMatchObject({ finishes: ['length'] })
      expect(single.simulator.totalRequests).toBe(1)
    }
  } finally {
    await single.close()
  }
})

test('50 calls make one answer, and leave no open connections', async () => {
  const patient = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_CONTINUATIONS: '64' })
  try {
    for (const [, path, stream] of REQUEST_KINDS) {
      patient.simulator.reset()
      patient.simulator.next({ text: TEXT, longAnswer: { count: 51 } })
      expect(await ask(patient, path, stream)).toMatchObject({ content: TEXT, finishes: ['stop'], errors: [] })
      expect(patient.simulator.totalRequests).toBe(51)
    }
    const connections = patient.simulator.requests.filter(({ finished }) => finished)
    expect(connections).toHaveLength(51)
  } finally {
    await patient.close()
  }
})
