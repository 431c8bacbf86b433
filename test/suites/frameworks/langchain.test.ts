import { type AIMessage, type AIMessageChunk, HumanMessage, type ToolMessage, type UsageMetadata } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { CITY, MODEL, prompt, REPORT, THINKING } from './weather.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const model = (more: object = {}) =>
  new ChatOpenAI({ model: MODEL, apiKey: TOKEN, maxRetries: 0, configuration: { baseURL: proxy.baseUrl }, ...more })
const statuses = (): unknown[] => proxy.simulator.requests.map(({ status }) => status)
const weather = tool(async ({ city }: { city: string }) => `${city}: sunny`, {
  name: 'get_weather',
  description: 'Weather of a city',
  schema: CITY,
})

/** Returns the token usage of an answer; the SDK's type hides it. */
const usageOf = ({ usage_metadata: usage }: { usage_metadata?: unknown }): UsageMetadata | undefined => usage as UsageMetadata | undefined

/** Sends a request, runs the tools and repeats, as LangChain's agents do. */
async function agent(
  question: string,
  ask: (messages: (HumanMessage | AIMessage | ToolMessage)[]) => Promise<AIMessage>,
): Promise<{ answer: AIMessage; cities: unknown[] }> {
  const messages: (HumanMessage | AIMessage | ToolMessage)[] = [new HumanMessage(question)]
  const cities: unknown[] = []
  for (let turn = 0; turn < 8; turn++) {
    const answer = await ask(messages)
    messages.push(answer)
    if (!answer.tool_calls?.length) return { answer, cities }
    for (const call of answer.tool_calls) {
      cities.push(call.args.city)
      // The cast is safe: for a tool call, `invoke` returns a ToolMessage.
      messages.push((await weather.invoke(call)) as ToolMessage)
    }
  }
  throw new Error('The agent loop exceeded its maximum number of steps.')
}

const joined = async (chunks: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> => {
  let whole: AIMessageChunk | undefined
  for await (const chunk of chunks) whole = whole?.concat(chunk) ?? chunk
  if (whole === undefined) throw new Error('no chunk came')
  return whole
}

describe("LangChain's ChatOpenAI", () => {
  test('answers, with usage', async () => {
    const answer = await model().invoke(THINKING)
    expect(answer.content).toBe('Hello there, 世界!')
    expect(answer.response_metadata.finish_reason).toBe('stop')
    expect(usageOf(answer)?.output_token_details?.reasoning).toBeGreaterThan(0)
    expect(usageOf(answer)?.total_tokens).toBe((usageOf(answer)?.input_tokens ?? 0) + (usageOf(answer)?.output_tokens ?? 0))
  })

  test('streams, with usage once', async () => {
    const whole = await joined(await model({ streamUsage: true }).stream(THINKING))
    expect(whole.content).toBe('Hello there, 世界!')
    expect(usageOf(whole)?.output_token_details?.reasoning).toBeGreaterThan(0)
    expect(usageOf(whole)?.total_tokens).toBe((usageOf(whole)?.input_tokens ?? 0) + (usageOf(whole)?.output_tokens ?? 0))
  })

  test('has the thoughts in its raw response', async () => {
    const answer = await model({ __includeRawResponse: true }).invoke(THINKING)
    const raw = answer.additional_kwargs.__raw_response as { choices: { message: { reasoning_content?: string } }[] }
    expect(raw.choices[0]?.message.reasoning_content).toBe('First. Second.')
  })

  test.each([1, 3])('runs tools over three steps, %i calls each', async (parallel) => {
    const bound = model().bindTools([weather])
    const { answer, cities } = await agent(prompt(3, parallel), (messages) => bound.invoke(messages))
    expect(answer.content).toContain('Oslo: sunny')
    expect(cities).toEqual(Array.from({ length: 3 }, () => ['Oslo', 'Seoul', '杭州'].slice(0, parallel)).flat())
    expect(statuses()).toEqual([200, 200, 200, 200])
  })

  test.each([1, 3])('runs tools over three streamed steps, %i calls each', async (parallel) => {
    const bound = model().bindTools([weather])
    const { answer, cities } = await agent(prompt(3, parallel), async (messages) => joined(await bound.stream(messages)))
    expect(answer.content).toContain('Oslo: sunny')
    expect(cities).toEqual(Array.from({ length: 3 }, () => ['Oslo', 'Seoul', '杭州'].slice(0, parallel)).flat())
    expect(statuses()).toEqual([200, 200, 200, 200])
  })

  test.each(['jsonSchema', 'functionCalling', 'jsonMode'] as const)('gives structured output by %s', async (method) => {
    const question =
      method === 'jsonMode'
        ? `Report as JSON. simulate:${JSON.stringify({ text: '{"city":"Oslo","degrees":3,"kind":"rain","days":[]}' })}`
        : 'Report.'
    const report = await model().withStructuredOutput(REPORT, { name: 'report', method }).invoke(question)
    expect(REPORT.parse(report)).toEqual(report)
  })

  test('throws the errors of the SDK', async () => {
    proxy.simulator.next({ error: 'quota-minute', repeat: 5 })
    await expect(model().invoke('Hello')).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
  })
})
