import { createOpenAI } from '@ai-sdk/openai'
import { generateText, Output, stepCountIs, streamText, tool } from 'ai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { TOKEN } from '../../support/proxy.js'
import { CITY, MODEL, REPORT, THINKING } from '../frameworks/weather.js'
import { asked, expectSigned, scripted, WEATHER_STEPS } from './loop.js'
import { type ProxyRotation, startProxyRotation } from './proxyRotation.js'

// The AI SDK sends the system prompt as an input item, and no `store`. Later requests contain
// `item_reference` instead of reasoning and messages, and calls without their id. With
// `store: false`, they contain the items themselves, messages without `type`.
let rotation: ProxyRotation
beforeAll(async () => {
  rotation = await startProxyRotation(4)
})
beforeEach(() => rotation.simulator.reset())
afterAll(() => rotation.close())

const shared = (baseURL = rotation.baseUrl) => ({
  model: createOpenAI({ baseURL, apiKey: TOKEN })(MODEL),
  maxRetries: 0,
  stopWhen: stepCountIs(6),
  system: 'You know the weather.',
})
const weather = (cities: string[]) => ({
  get_weather: tool({
    description: 'Weather of a city',
    inputSchema: CITY,
    execute: async ({ city }) => {
      cities.push(city)
      return `${city}: sunny`
    },
  }),
})
const STATELESS = { store: false, include: ['reasoning.encrypted_content'] }
/** Name, base URL and settings of the SDK, and whether it sends Gemini's signatures back. */
const CONFIGURATIONS = [
  ['default settings, one proxy', () => rotation.proxies[0]?.baseUrl, {}, true],
  ['default settings, proxies that share no state', () => rotation.baseUrl, {}, false],
  ['without storage, proxies that share no state', () => rotation.baseUrl, STATELESS, true],
] as const

describe.each(CONFIGURATIONS)("Vercel's default OpenAI model, %s", (_, address, openai, isSigned) => {
  const expectTaken = () => {
    if (isSigned) return expectSigned(rotation.simulator, 3)
    // The SDK does not send signatures back; Gemini accepts the placeholders that the proxy sends.
    return expect(rotation.simulator.requests.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  }

  test.each([1, 3])('runs tools over three steps, %i calls each', async (parallel) => {
    const cities: string[] = []
    const prompt = scripted(WEATHER_STEPS(parallel))
    const { text, steps } = await generateText({ ...shared(address()), providerOptions: { openai }, tools: weather(cities), prompt })
    expect(text).toContain('Oslo: sunny')
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'tool-calls', 'tool-calls', 'stop'])
    expect(cities).toEqual(asked(parallel))
    expectTaken()
  })

  test.each([1, 3])('runs tools over three streamed steps, %i calls each', async (parallel) => {
    const cities: string[] = []
    const prompt = scripted(WEATHER_STEPS(parallel), { text: 'One moment.' })
    const result = streamText({ ...shared(address()), providerOptions: { openai }, tools: weather(cities), prompt })
    for await (const part of result.fullStream) if (part.type === 'error') throw part.error
    expect(await result.text).toBe('One moment.')
    expect(cities).toEqual(asked(parallel))
    expectTaken()
  })

  test('shows the thoughts, and continues the conversation', async () => {
    const openaiOptions = { forceReasoning: true, reasoningSummary: 'auto', reasoningEffort: 'low', ...openai }
    const thinking = { ...shared(address()), providerOptions: { openai: openaiOptions } }
    const { reasoningText, response } = await generateText({ ...thinking, prompt: THINKING })
    expect(reasoningText).toBe('First. Second.')
    const messages = [{ role: 'user' as const, content: 'Think.' }, ...response.messages, { role: 'user' as const, content: 'And now?' }]
    expect((await generateText({ ...thinking, messages })).text).toBe('You said: And now?')
  })
})

describe("Vercel's default OpenAI model", () => {
  test('generates text with usage', async () => {
    const { text, finishReason, usage } = await generateText({ ...shared(), prompt: THINKING })
    expect([text, finishReason]).toEqual(['Hello there, 世界!', 'stop'])
    expect(usage.reasoningTokens).toBeGreaterThan(0)
    expect(usage.totalTokens).toBe((usage.inputTokens ?? 0) + (usage.outputTokens ?? 0))
  })

  test('returns structured output, whole and as a stream', async () => {
    const output = Output.object({ schema: REPORT })
    const whole = await generateText({ ...shared(), output, prompt: 'Report.' })
    expect(REPORT.parse(whole.output)).toEqual(whole.output)
    const result = streamText({ ...shared(), output, prompt: 'Report.' })
    const partial = []
    for await (const part of result.partialOutputStream) partial.push(part)
    expect(REPORT.parse(await result.output)).toEqual(partial.at(-1))
  })

  test('reports a failure with its message', async () => {
    rotation.simulator.next({ error: 'quota-minute', repeat: 5 })
    await expect(generateText({ ...shared(), prompt: 'Hello' })).rejects.toThrow('Gemini limits the rate of requests')
  })

  test('cancels the upstream request if the call is aborted', async () => {
    const leaving = new AbortController()
    const prompt = `Hello simulate:${JSON.stringify({ chunks: 500, chunkDelayMs: 20 })}`
    const result = streamText({ ...shared(), prompt, abortSignal: leaving.signal })
    for await (const part of result.fullStream) if (part.type === 'text-delta') leaving.abort()
    await expect.poll(() => rotation.simulator.abortedRequests).toBe(1)
  })
})
