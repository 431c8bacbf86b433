import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { call, simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { type Answer, answerOf, asking, callOf, eventsOf, openai, STRICT, WEATHER } from './asking.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const RUN = { type: 'custom', name: 'run', description: 'Runs a program.' } as const
type Request = Parameters<typeof asking>[1]
type Row = readonly [name: string, behaviour: Behaviour, more: Request, kinds: readonly string[]]

const SCENARIOS: readonly Row[] = [
  ['a text', { deltas: ['Hello ', 'there'] }, {}, ['message']],
  ['thoughts and a text', { text: 'Hello', thoughts: ['One.', 'Two.'] }, { reasoning: { summary: 'auto' } }, ['reasoning', 'message']],
  ['thoughts that were not requested', { text: 'Hello', thoughts: ['One.'] }, {}, ['message']],
  ['a call', { toolCalls: [callOf('Oslo')] }, { tools: [WEATHER] }, ['reasoning', 'function_call']],
  [
    'a call without arguments',
    { toolCalls: [{ name: 'get_weather', arguments: {} }] },
    { tools: [WEATHER] },
    ['reasoning', 'function_call'],
  ],
  [
    'a call with its signature',
    { toolCalls: [callOf('Oslo')] },
    { tools: [WEATHER], include: ['reasoning.encrypted_content'] },
    ['reasoning', 'function_call'],
  ],
  ['two calls', { toolCalls: [callOf('Oslo'), callOf('Rome')] }, { tools: [WEATHER] }, ['reasoning', 'function_call', 'function_call']],
  [
    'two calls in fragments',
    { toolCalls: [callOf('Oslo'), callOf('Rome')], parallelPlacement: 'split-arguments' },
    { tools: [WEATHER] },
    ['reasoning', 'function_call', 'function_call'],
  ],
  [
    'a call of a custom tool',
    { toolCalls: [{ name: 'run', arguments: { input: 'print("é")\n' } }] },
    { tools: [RUN] },
    ['reasoning', 'custom_tool_call'],
  ],
  ['JSON', { text: '{"a":1}' }, { text: { format: { type: 'json_object' } } }, ['message']],
  ['a limit', { text: 'One, two', finish: 'length' }, {}, ['message']],
  ['a refusal', { empty: true, finish: 'content_filter: SAFETY' }, {}, ['message']],
]

/** Returns a response without ids, times and the numbers in `usage`, which differ each time. */
const bare = ({ id: _, created_at: __, completed_at: ___, output_text: ____, usage, output, ...rest }: Answer): unknown => ({
  ...rest,
  usage: usage && Object.keys(usage),
  output: output.map((item) => ({
    ...item,
    id: item.id?.split('_')[0],
    ...('call_id' in item ? { call_id: 'call' } : {}),
    ...('encrypted_content' in item ? { encrypted_content: 'sealed' } : {}),
  })),
})

describe('an answer', () => {
  test.each(SCENARIOS)('is the same in JSON and as a stream: %s', async (_, behaviour, more, kinds) => {
    const client = openai(proxy)
    const whole = await client.responses.create(asking(behaviour, more))
    const events = await eventsOf(client, asking(behaviour, more))
    expect(whole.output.map(({ type }) => type)).toEqual(kinds)
    expect(bare(answerOf(events))).toEqual(bare(whole))
  })

  test.each(SCENARIOS)('equals the sum of its deltas: %s', async (_, behaviour, more) => {
    const events = await eventsOf(openai(proxy), asking(behaviour, more))
    const { output } = answerOf(events)
    const done = events.flatMap((event) => (event.type === 'response.output_item.done' ? [event] : []))
    expect(done.sort((one, other) => one.output_index - other.output_index).map(({ item }) => item)).toEqual(output)
    for (const [index, item] of output.entries()) {
      const deltas = events.flatMap((event) =>
        'delta' in event && 'output_index' in event && event.output_index === index ? [event.delta] : [],
      )
      if (item.type === 'function_call') expect(deltas.join('')).toBe(item.arguments)
      else if (item.type === 'custom_tool_call') expect(deltas.join('')).toBe(item.input)
      else if (item.type === 'message') expect(JSON.stringify(item)).toContain(JSON.stringify(deltas.join('')))
    }
  })

  test.each(SCENARIOS)('matches the contract, event by event: %s', async (_, behaviour, more) => {
    const body = { ...asking(behaviour, more), stream: true }
    expect((await call(proxy.origin, { path: '/v1/responses', body })).events.length).toBeGreaterThan(3)
    expect((await call(proxy.origin, { path: '/v1/responses', body: { ...body, stream: false } })).status).toBe(200)
  })

  test('has incomplete_details if it is incomplete', async () => {
    const client = openai(proxy)
    const short = await client.responses.create(asking({ text: 'One', finish: 'length' }))
    expect([short.status, short.incomplete_details, short.output[0]]).toMatchObject([
      'incomplete',
      { reason: 'max_output_tokens' },
      { status: 'incomplete' },
    ])
    const withheld = await client.responses.create(asking({ empty: true, finish: 'content_filter: SAFETY' }))
    expect([withheld.status, withheld.incomplete_details]).toEqual(['incomplete', { reason: 'content_filter' }])
    expect(withheld.output).toMatchObject([{ type: 'message', content: [{ type: 'refusal', refusal: expect.stringContaining('SAFETY') }] }])
  })

  test('echoes the request, and has usage and ids with the usual prefixes', async () => {
    const request = asking(
      { toolCalls: [callOf('Oslo')] },
      {
        tools: [WEATHER],
        metadata: { a: 'b' },
        temperature: 0.5,
        top_p: 0.25,
        max_output_tokens: 500,
        instructions: 'Be brief.',
        user: 'u',
        prompt_cache_key: 'k',
        parallel_tool_calls: false,
        reasoning: { effort: 'low' },
        text: { verbosity: 'low' },
        store: false,
      },
    )
    const answer = await openai(proxy).responses.create(request)
    const { input: _, ...echoed } = request
    expect(answer).toMatchObject({ ...echoed, text: { format: { type: 'text' }, verbosity: 'low' }, status: 'completed', error: null })
    expect(answer.id).toMatch(/^resp_[0-9a-f]{32}$/)
    expect(answer.output.map(({ id }) => id?.replace(/[0-9a-f]{32}$/, ''))).toEqual(['rs_', 'fc_'])
    const { input_tokens, output_tokens, total_tokens, output_tokens_details } = answer.usage ?? {}
    expect((input_tokens ?? 0) + (output_tokens ?? 0)).toBe(total_tokens)
    expect(output_tokens_details?.reasoning_tokens).toBeGreaterThan(0)
  })

  test('can be parsed by the helpers of the SDK', async () => {
    const client = openai(proxy)
    const format = {
      type: 'json_schema',
      name: 'city',
      strict: true,
      schema: { type: 'object', properties: { name: { type: 'string' } } },
    } as const
    const parsed = await client.responses.parse(asking({ text: '{"name":"Oslo"}' }, { text: { format } }))
    expect(parsed.output_parsed).toEqual({ name: 'Oslo' })
    const stream = client.responses.stream(asking({ deltas: ['Hel', 'lo'] }))
    const seen: string[] = []
    stream.on('response.output_text.delta', ({ delta, snapshot }) => void seen.push(`${delta}|${snapshot}`))
    expect((await stream.finalResponse()).output_text).toBe('Hello')
    expect(seen).toEqual(['Hel|Hel', 'lo|Hello'])
  })

  test('that breaks off ends with response.failed, the incomplete output and the reason', async () => {
    const behaviour: Behaviour = {
      deltas: ['one', 'two', 'three'],
      chunkDelayMs: 20,
      errorMidStream: { name: 'unavailable', form: 'data-object', afterChunks: 4 },
    }
    const events = await eventsOf(openai(proxy), asking(behaviour))
    expect(events.at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error', reason: 'upstream_overloaded' }, output: [{ status: 'incomplete' }] },
    })
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, place) => place))
  })

  test('reports its model in headers, log and metrics, like a chat', async () => {
    const answer = await call(proxy.origin, {
      path: '/v1/responses',
      body: { model: STRICT, input: simulate({ text: 'x' }), user: 'u', seed: 1 },
    })
    expect(answer.headers['x-gemini-proxy-ignored-params']).toBe('user, seed')
    await expect.poll(() => proxy.logs.at(-1)).toMatchObject({ operation: 'createResponse', model: STRICT, status: 200 })
    expect((await call(proxy.origin, { path: '/metrics' })).text).toContain(
      `gemini_proxy_requests_total{operation="createResponse",status="200",model="${STRICT}"} `,
    )
  })
})
