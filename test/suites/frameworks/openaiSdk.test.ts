import { zodFunction, zodResponseFormat } from 'openai/helpers/zod'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openai } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { CITY, MODEL, prompt, REPORT, THINKING } from './weather.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const EVENTS = ['connect', 'chunk', 'content.done', 'message', 'finalContent', 'finalMessage', 'finalChatCompletion', 'end'] as const
const user = (content: string) => [{ role: 'user' as const, content }]
/** The member in which the proxy sends thoughts, which the SDK's types do not have. */
interface Thinking {
  readonly reasoning_content?: string
}
const statuses = (): unknown[] => proxy.simulator.requests.map(({ status }) => status)

describe("the JavaScript SDK's .stream()", () => {
  test('reports the text as it arrives, and the complete text', async () => {
    const runner = openai(proxy).chat.completions.stream({
      model: MODEL,
      messages: user(THINKING),
      stream_options: { include_usage: true },
    })
    const heard: string[] = []
    runner.on('content', (delta, snapshot) => heard.push(delta, snapshot))
    const events: string[] = []
    for (const event of EVENTS) runner.on(event, () => events.push(event))
    const completion = await runner.finalChatCompletion()
    expect(heard.filter((_, place) => place % 2 === 0).join('')).toBe('Hello there, 世界!')
    expect(heard.at(-1)).toBe('Hello there, 世界!')
    expect(completion.choices).toEqual([
      expect.objectContaining({
        index: 0,
        finish_reason: 'stop',
        message: expect.objectContaining({ role: 'assistant', content: 'Hello there, 世界!', refusal: null }),
      }),
    ])
    expect(completion.usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0)
    expect([...new Set(events)].sort()).toEqual([...EVENTS].sort())
  })

  test('returns thoughts in their non-standard field', async () => {
    const runner = openai(proxy).chat.completions.stream({ model: MODEL, messages: user(THINKING) })
    let thoughts = ''
    for await (const chunk of runner) thoughts += (chunk.choices[0]?.delta as Thinking | undefined)?.reasoning_content ?? ''
    expect(thoughts).toBe('First. Second.')
    expect(await runner.finalContent()).toBe('Hello there, 世界!')
  })

  test('reports tool calls when they are complete, parallel ones separately', async () => {
    const tools = [zodFunction({ name: 'get_weather', parameters: CITY })]
    const runner = openai(proxy).chat.completions.stream({ model: MODEL, messages: user(prompt(1, 3)), tools })
    const done: unknown[] = []
    runner.on('tool_calls.function.arguments.done', ({ index, name, parsed_arguments: parsed }) => done.push([index, name, parsed]))
    const [choice] = (await runner.finalChatCompletion()).choices
    expect(done).toEqual([
      [0, 'get_weather', { city: 'Oslo' }],
      [1, 'get_weather', { city: 'Seoul' }],
      [2, 'get_weather', { city: '杭州' }],
    ])
    expect([choice?.finish_reason, choice?.message.content, choice?.message.tool_calls?.length]).toEqual(['tool_calls', null, 3])
  })

  test('parses a structured answer', async () => {
    const runner = openai(proxy).chat.completions.stream({
      model: MODEL,
      messages: user('Report.'),
      response_format: zodResponseFormat(REPORT, 'report'),
    })
    // The SDK's type of the message lacks `parsed`, which .stream() adds if there is a schema.
    const { parsed } = (await runner.finalMessage()) as { parsed?: unknown }
    expect(REPORT.parse(parsed)).toEqual(parsed)
  })
})

describe("the JavaScript SDK's .parse()", () => {
  test('returns a structured answer that matches its zod schema', async () => {
    const { choices } = await openai(proxy).chat.completions.parse({
      model: MODEL,
      messages: user('Report.'),
      response_format: zodResponseFormat(REPORT, 'report'),
    })
    expect(REPORT.parse(choices[0]?.message.parsed)).toEqual(choices[0]?.message.parsed)
    expect(choices[0]?.message.refusal).toBeNull()
  })

  test('returns parsed arguments of parallel calls', async () => {
    const tools = [zodFunction({ name: 'get_weather', parameters: CITY })]
    const { choices } = await openai(proxy).chat.completions.parse({ model: MODEL, messages: user(prompt(1, 2)), tools })
    expect(choices[0]?.message.tool_calls?.map((call) => call.function.parsed_arguments)).toEqual([{ city: 'Oslo' }, { city: 'Seoul' }])
  })

  test('reports a filtered answer as content_filter', async () => {
    proxy.simulator.next({ finish: 'content_filter: PROHIBITED_CONTENT' })
    const asked = openai(proxy).chat.completions.parse({
      model: MODEL,
      messages: user('Report.'),
      response_format: zodResponseFormat(REPORT, 'report'),
    })
    await expect(asked).rejects.toThrow('content filter')
  })
})

describe("the JavaScript SDK's .runTools()", () => {
  test.each([
    [false, 1],
    [false, 3],
    [true, 1],
    [true, 3],
  ])('runs tools until the answer, streamed %s, %i calls per step', async (isStream, parallel) => {
    const asked: unknown[] = []
    const tool = {
      type: 'function',
      function: {
        name: 'get_weather',
        description: 'Weather of a city',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        parse: JSON.parse,
        function: (given: { city: string }) => {
          asked.push(given.city)
          return `${given.city}: sunny`
        },
      },
    } as const
    const body = { model: MODEL, messages: user(prompt(3, parallel)), tools: [tool] as never }
    const { chat } = openai(proxy)
    const runner = isStream ? chat.completions.runTools({ ...body, stream: true }) : chat.completions.runTools(body)
    expect(await runner.finalContent()).toContain('Oslo: sunny')
    expect(asked).toEqual(Array.from({ length: 3 }, () => ['Oslo', 'Seoul', '杭州'].slice(0, parallel)).flat())
    expect(statuses()).toEqual([200, 200, 200, 200])
  })
})
