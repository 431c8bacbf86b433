import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TOKEN } from '../../support/canaries.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ THOUGHTS: 'off', MAX_BODY_VALUES: '10000000' })
})
afterAll(() => proxy.close())

const MODEL = 'gemini-2.5-flash'
const ASK = { role: 'user', content: 'Hello' }
const CALL = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }
const OUTPUT = { type: 'function_call_output', call_id: 'c', output: 'y' }
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index))

interface JsonResponse {
  readonly status: number
  readonly body: {
    readonly id?: string
    readonly output?: readonly { readonly id: string }[]
    readonly error?: { readonly message: string }
  }
}

async function send(body: object | string, to = proxy): Promise<JsonResponse> {
  const response = await fetch(`${to.baseUrl}/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as JsonResponse['body'] }
}

const asking = (input: unknown, more: object = {}): object => ({ model: MODEL, input, ...more })
const sentBytes = (): number => JSON.stringify(proxy.simulator.requests.at(-1)?.body).length

// Values that careless code fails on: names of members that every object inherits, objects that
// cannot be converted to a string, and arrays so deep that serializing them overflows the stack.
const DEEP = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
const ODD = ['null', '1', '"constructor"', '"__proto__"', '"toString"', '{"toString":1,"valueOf":1}', '[{"toString":null}]', DEEP]
const TOOL = '{"type":"custom","name":"f","format":{"type":"grammar","syntax":"lark","definition":"x"}'

describe('unexpected values', () => {
  test.each<readonly [string, (odd: string) => string]>([
    ['a parameter named like an object method', (odd) => `"input":"x","toString":${odd},"hasOwnProperty":${odd}`],
    ['an unknown parameter', (odd) => `"input":"x","truncation_of":${odd}`],
    ['a role', (odd) => `"input":[{"role":${odd},"content":"x"}]`],
    ['the type of an item', (odd) => `"input":[{"role":"user","content":"x"},{"type":${odd}}]`],
    ['a member that items do not have', (odd) => `"input":[{"role":"user","content":"x","status":${odd}}]`],
    ['the type of a part', (odd) => `"input":[{"role":"user","content":[{"type":${odd},"text":"x"}]}]`],
    ['a part', (odd) => `"input":[{"role":"user","content":[${odd}]}]`],
    [
      'the type of a part of an output',
      (odd) =>
        `"input":[{"role":"user","content":"x"},${JSON.stringify(CALL)},{"type":"function_call_output","call_id":"c","output":[{"type":${odd}}]}]`,
    ],
    [
      'the output of a call',
      (odd) =>
        `"input":[{"role":"user","content":"x"},${JSON.stringify(CALL)},{"type":"function_call_output","call_id":"c","output":${odd}}]`,
    ],
    ['the type of a tool', (odd) => `"input":"x","tools":[{"type":"namespace","name":"n","tools":[{"type":${odd},"name":"f"}]}]`],
    ['a member that tools do not have', (odd) => `"input":"x","tools":[{"type":"function","name":"f","of":${odd}}]`],
    ['the syntax of a grammar', (odd) => `"input":"x","tools":[${TOOL.replace('"lark"', () => odd)}}]`],
    ['the definition of a grammar', (odd) => `"input":"x","tools":[${TOOL.replace('"x"', () => odd)}}]`],
    ['the choice of a tool', (odd) => `"input":"x","tools":[${TOOL}}],"tool_choice":${odd}`],
    [
      'an allowed tool',
      (odd) => `"input":"x","tools":[${TOOL}}],"tool_choice":{"type":"allowed_tools","tools":[{"type":${odd},"name":"f"}]}`,
    ],
    ['the verbosity', (odd) => `"input":"x","text":{"verbosity":${odd}}`],
  ])('%s: any value is served or a 4xx error', async (_, members) => {
    for (const odd of ODD) {
      const { status, body } = await send(`{"model":"${MODEL}",${members(odd)}}`)
      expect([200, 400, 404], `${odd.slice(0, 50)}: ${JSON.stringify(body).slice(0, 200)}`).toContain(status)
    }
  })

  test('input that is nested too deeply is refused without an upstream call', async () => {
    const before = proxy.simulator.totalRequests
    const { status, body } = await send(`{"model":"${MODEL}","input":[{"role":"user","content":"x","status":${DEEP}}]}`)
    expect(status).toBe(400)
    expect(body.error?.message).toBe('The request body is nested more than 1000 levels deep (MAX_BODY_DEPTH). Use fewer levels of nesting.')
    expect(proxy.simulator.totalRequests).toBe(before)
  })
})

// Each of these requests once blocked the proxy for all other callers, for seconds or minutes; the
// time limit of a test detects this.
test.each<readonly [string, object, number]>([
  [
    '150,000 messages between a call and its output',
    asking([ASK, CALL, ...many(150_000, () => ({ role: 'assistant', content: 'x' })), OUTPUT]),
    200,
  ],
  ['100,000 calls in one step', asking([ASK, ...many(100_000, (at) => ({ ...CALL, call_id: `c${at}` }))]), 400],
  [
    '40,000 tools, all of them in allowed_tools',
    asking('x', {
      tools: many(40_000, (at) => ({ type: 'function', name: `f${at}` })),
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: many(40_000, (at) => ({ type: 'function', name: `f${at}` })) },
    }),
    200,
  ],
  ['300,000 unsupported tools', asking('x', { tools: many(300_000, () => ({ type: 'x' })) }), 200],
])('%s: answered without blocking', async (_, body, status) => {
  expect((await send(body)).status).toBe(status)
})

test('texts after a call reach Gemini, completely and in order', async () => {
  const words = [
    { type: 'output_text', text: 'b' },
    { type: 'output_text', text: 'c' },
  ]
  const { status } = await send(
    asking([
      ASK,
      { role: 'assistant', content: 'a' },
      CALL,
      { role: 'assistant', content: words },
      { role: 'assistant', content: 'd' },
      OUTPUT,
    ]),
  )
  expect(status).toBe(200)
  const sent = proxy.simulator.requests.at(-1)?.body as { messages: readonly { role: string; content?: string }[] } | undefined
  expect(sent?.messages.find(({ role }) => role === 'assistant')?.content).toBe('a\nb\nc\nd')
})

describe('stored data', () => {
  const long = (length: number) => asking(`Hello simulate:${JSON.stringify({ text: 'y'.repeat(length) })}`)

  test('an answer can be referenced once: a request cannot grow by repeating the reference', async () => {
    const { body: first } = await send(long(50_000))
    const id = first.output?.[0]?.id
    expect((await send(asking([{ type: 'item_reference', id }, ASK]))).status).toBe(200)
    expect(sentBytes()).toBeGreaterThan(50_000)
    const before = proxy.simulator.totalRequests
    const { status, body } = await send(asking(many(1_000, () => ({ id }))))
    expect([status, body.error]).toMatchObject([400, { code: 'invalid_value', param: 'input[1].id' }])
    expect(body.error?.message).toContain(`Duplicate item found with id ${id}`)
    expect(proxy.simulator.totalRequests).toBe(before)
  })

  test('a continued conversation counts as memory while it is sent, however short the new request', async () => {
    const small = await startProxy({ THOUGHTS: 'off', MAX_INFLIGHT_BODY_BYTES: '1000000' })
    try {
      const { body: first } = await send(long(200_000), small)
      const goOn = (behaviour: object): object =>
        asking(`Go on simulate:${JSON.stringify(behaviour)}`, { previous_response_id: first.id, store: false })
      const slow = send(goOn({ firstChunkDelayMs: 60_000 }), small).catch(() => undefined)
      await expect.poll(() => small.simulator.totalRequests).toBe(2)
      expect(await send(goOn({}), small)).toMatchObject({ status: 503, body: { error: { code: 'server_overloaded' } } })
      expect((await send(asking('Hello'), small)).status).toBe(200)
      await small.close()
      await slow
    } finally {
      await small.close()
    }
  })
})
