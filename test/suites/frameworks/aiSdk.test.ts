import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateObject, generateText, stepCountIs, streamObject, streamText, tool } from 'ai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { CITY, MODEL, prompt, REPORT, THINKING } from './weather.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const model = () =>
  createOpenAICompatible({ name: 'gemini', baseURL: proxy.baseUrl, apiKey: TOKEN, includeUsage: true, supportsStructuredOutputs: true })(
    MODEL,
  )
const statuses = (): unknown[] => proxy.simulator.requests.map(({ status }) => status)
const weather = (asked: string[] = []) => ({
  get_weather: tool({
    description: 'Weather of a city',
    inputSchema: CITY,
    execute: async ({ city }) => {
      asked.push(city)
      return `${city}: sunny`
    },
  }),
})
const EXPECTED = (parallel: number): string[] => Array.from({ length: 3 }, () => ['Oslo', 'Seoul', '杭州'].slice(0, parallel)).flat()
const shared = () => ({ model: model(), maxRetries: 0, stopWhen: stepCountIs(6) })

describe("Vercel's AI SDK", () => {
  test('generates text, with separate thoughts and usage', async () => {
    const { text, reasoningText, finishReason, usage } = await generateText({ ...shared(), prompt: THINKING })
    expect([text, reasoningText, finishReason]).toEqual(['Hello there, 世界!', 'First. Second.', 'stop'])
    expect(usage.reasoningTokens).toBeGreaterThan(0)
    expect(usage.totalTokens).toBe((usage.inputTokens ?? 0) + (usage.outputTokens ?? 0))
  })

  test('streams text, with separate thoughts and usage', async () => {
    const result = streamText({ ...shared(), prompt: THINKING })
    const parts: Record<string, string> = {}
    for await (const part of result.fullStream) {
      if (part.type === 'text-delta' || part.type === 'reasoning-delta') parts[part.type] = (parts[part.type] ?? '') + part.text
      if (part.type === 'error') throw part.error
    }
    expect(parts).toEqual({ 'reasoning-delta': 'First. Second.', 'text-delta': 'Hello there, 世界!' })
    expect(await result.finishReason).toBe('stop')
    expect((await result.usage).reasoningTokens).toBeGreaterThan(0)
  })

  test.each([1, 3])('runs tools over three steps, %i calls each', async (parallel) => {
    const asked: string[] = []
    const { text, steps } = await generateText({ ...shared(), tools: weather(asked), prompt: prompt(3, parallel) })
    expect(text).toContain('Oslo: sunny')
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'tool-calls', 'tool-calls', 'stop'])
    expect(asked).toEqual(EXPECTED(parallel))
    expect(statuses()).toEqual([200, 200, 200, 200])
  })

  test.each([1, 3])('runs tools over three streamed steps, %i calls each', async (parallel) => {
    const asked: string[] = []
    const result = streamText({ ...shared(), tools: weather(asked), prompt: prompt(3, parallel) })
    expect(await result.text).toContain('Oslo: sunny')
    expect((await result.steps).map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'tool-calls', 'tool-calls', 'stop'])
    expect(asked.sort()).toEqual(EXPECTED(parallel).sort())
    expect(statuses()).toEqual([200, 200, 200, 200])
  })

  test('generates and streams an object that matches its schema', async () => {
    const { object } = await generateObject({ model: model(), schema: REPORT, prompt: 'Report.', maxRetries: 0 })
    expect(REPORT.parse(object)).toEqual(object)
    const streamed = streamObject({ model: model(), schema: REPORT, prompt: 'Report.', maxRetries: 0 })
    const partial: unknown[] = []
    for await (const each of streamed.partialObjectStream) partial.push(each)
    expect(REPORT.parse(await streamed.object)).toEqual(partial.at(-1))
  })

  test('reports a filtered answer, and an error with its message', async () => {
    proxy.simulator.next({ finish: 'content_filter: PROHIBITED_CONTENT' }, { error: 'quota-minute', repeat: 5 })
    expect((await generateText({ ...shared(), prompt: 'Hello' })).finishReason).toBe('content-filter')
    await expect(generateText({ ...shared(), prompt: 'Hello' })).rejects.toThrow('Gemini limits the rate of requests')
  })
})
