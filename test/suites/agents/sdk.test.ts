import OpenAI from 'openai'
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { collect, failureOf, openai } from '../../support/calls.js'
import { sentChat } from '../../support/sentChat.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { CITY, MODEL, REPORT, THINKING } from '../frameworks/weather.js'
import { asked, expectSigned, loop, scripted, WEATHER_STEPS } from './loop.js'
import { type ProxyRotation, startProxyRotation } from './proxyRotation.js'

let rotation: ProxyRotation
beforeAll(async () => {
  rotation = await startProxyRotation(4)
})
beforeEach(() => rotation.simulator.reset())
afterAll(() => rotation.close())

const responses = () => openai(rotation).responses
const TOOLS = [zodResponsesFunction({ name: 'get_weather', description: 'Weather of a city', parameters: CITY })]
const include: OpenAI.Responses.ResponseIncludable[] = ['reasoning.encrypted_content']
const usual = { model: MODEL, store: false, include }
const format = { format: zodTextFormat(REPORT, 'report') }

describe("the JavaScript SDK's responses.create()", () => {
  test('answers, with separate thoughts and usage', async () => {
    const response = await responses().create({ ...usual, input: THINKING, reasoning: { summary: 'auto' } })
    expect([response.status, response.output_text]).toEqual(['completed', 'Hello there, 世界!'])
    expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'message'])
    expect(response.output[0]).toMatchObject({ summary: [{ type: 'summary_text', text: 'First. Second.' }] })
    const { input_tokens, output_tokens, output_tokens_details, total_tokens } = response.usage ?? {}
    expect(output_tokens_details?.reasoning_tokens).toBeGreaterThan(0)
    expect(total_tokens).toBe((input_tokens ?? 0) + (output_tokens ?? 0))
  })

  test('streams every event in order, with one final event', async () => {
    const events = await collect(responses().create({ ...usual, input: THINKING, reasoning: { summary: 'auto' }, stream: true }))
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, place) => place))
    expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress'])
    const text = events.flatMap((event) => (event.type === 'response.output_text.delta' ? event.delta : [])).join('')
    expect(text).toBe('Hello there, 世界!')
    const ends = events.filter(({ type }) => ['response.completed', 'response.incomplete', 'response.failed', 'error'].includes(type))
    expect(ends).toEqual([expect.objectContaining({ type: 'response.completed' })])
    expect(events.at(-1)).toBe(ends[0])
  })

  test.each([1, 3])('runs tools over three steps at proxies that share no state, %i calls each', async (parallel) => {
    const ran = await loop(scripted(WEATHER_STEPS(parallel)), (input) => responses().create({ ...usual, input, tools: TOOLS }))
    expect(ran).toMatchObject({ text: expect.stringContaining('Oslo: sunny'), cities: asked(parallel) })
    expectSigned(rotation.simulator, 3)
  })

  test('runs tools for clients that do not request encrypted reasoning', async () => {
    const ran = await loop(scripted(WEATHER_STEPS()), (input) => responses().create({ model: MODEL, input, tools: TOOLS }))
    expect(ran).toMatchObject({ text: expect.stringContaining('Oslo: sunny'), cities: asked() })
    expectSigned(rotation.simulator, 3)
  })

  test('calls one tool at a time if requested, or reports the parameter as ignored if Gemini does not support it', async () => {
    const input = scripted(WEATHER_STEPS(3))
    const request = { ...usual, input, tools: TOOLS, parallel_tool_calls: false }
    const { data, response } = await responses().create(request).withResponse()
    expect(data.output.filter(({ type }) => type === 'function_call')).toHaveLength(isOnNative ? 3 : 1)
    expect(response.headers.get('x-gemini-proxy-ignored-params')).toBe(isOnNative ? 'parallel_tool_calls' : 'tools[0].strict')
  })

  test('uses tools from the input items, in their latest definition and by their original names', async () => {
    const code = (description: string) => ({ type: 'custom', name: 'exec', description })
    const added = (description: string) => ({
      type: 'additional_tools',
      tools: [{ type: 'namespace', name: 'js', tools: [code(description)] }],
    })
    const steps = scripted([[{ name: 'js__exec', arguments: { input: 'return 1' } }]])
    const input = [added('Old.'), { role: 'user', content: steps }, added('New.')] as unknown as OpenAI.Responses.ResponseInput
    const { output } = await responses().create({ ...usual, input })
    expect(output.at(-1)).toMatchObject({ type: 'custom_tool_call', namespace: 'js', name: 'exec', input: 'return 1' })
    const tool = { function: { name: 'js__exec', description: 'New.' } }
    expect(rotation.simulator.requests.slice(-1).map(sentChat)[0]).toMatchObject({ tools: [tool] })
  })

  test('throws the errors of the SDK', async () => {
    rotation.simulator.next({ error: 'quota-minute', repeat: 5 })
    const limited = await failureOf(responses().create({ ...usual, input: 'Hello' }))
    expect(limited).toBeInstanceOf(OpenAI.RateLimitError)
    const unknown = await failureOf(responses().create({ ...usual, model: 'no-such-model', input: 'Hello' }))
    expect(unknown).toBeInstanceOf(OpenAI.NotFoundError)
    const wrong = await failureOf(responses().create({ ...usual, input: 'Hello', temperature: 9 }))
    expect(wrong).toBeInstanceOf(OpenAI.BadRequestError)
    expect(wrong).toMatchObject({ param: 'temperature' })
    const stranger = await failureOf(openai(rotation, { apiKey: 'nobody' }).responses.create({ ...usual, input: 'Hello' }))
    expect(stranger).toBeInstanceOf(OpenAI.AuthenticationError)
  })

  test('reports a failure in the middle of a stream', async () => {
    const input = `Hello simulate:${JSON.stringify({ chunks: 6, errorMidStream: { name: 'overloaded', afterChunks: 3 } })}`
    const events = await collect(responses().create({ ...usual, input, stream: true })).catch((error: unknown) => [error])
    expect(JSON.stringify(events.at(-1))).toContain('upstream_overloaded')
  })

  test('cancels the upstream request if the call is aborted', async () => {
    const leaving = new AbortController()
    const input = `Hello simulate:${JSON.stringify({ chunks: 500, chunkDelayMs: 20 })}`
    const stream = await responses().create({ ...usual, input, stream: true }, { signal: leaving.signal })
    for await (const { type } of stream) if (type === 'response.output_text.delta') leaving.abort()
    await expect.poll(() => rotation.simulator.abortedRequests).toBe(1)
  })
})

describe("the JavaScript SDK's responses.stream()", () => {
  test.each([1, 3])('runs tools over three steps at proxies that share no state, %i calls each', async (parallel) => {
    const ran = await loop(scripted(WEATHER_STEPS(parallel)), (input) =>
      responses()
        .stream({ ...usual, input, tools: TOOLS })
        .finalResponse(),
    )
    expect(ran).toMatchObject({ text: expect.stringContaining('Oslo: sunny'), cities: asked(parallel) })
    expectSigned(rotation.simulator, 3)
  })

  test('reports the text so far with each delta, and parses the whole', async () => {
    const stream = responses().stream({ ...usual, input: 'Report.', text: format })
    let snapshot = ''
    stream.on('response.output_text.delta', (event) => {
      snapshot = event.snapshot
    })
    const { output_parsed: parsed, output_text: text } = await stream.finalResponse()
    expect(REPORT.parse(parsed)).toEqual(parsed)
    expect(snapshot).toBe(text)
  })
})

describe("the JavaScript SDK's responses.parse()", () => {
  test('returns a structured answer that matches its zod schema', async () => {
    const { output_parsed: parsed } = await responses().parse({ ...usual, input: 'Report.', text: format })
    expect(REPORT.parse(parsed)).toEqual(parsed)
  })

  test('returns parsed arguments of parallel calls', async () => {
    const { output } = await responses().parse({ ...usual, input: scripted(WEATHER_STEPS(2)), tools: TOOLS })
    const calls = output.flatMap((item) => (item.type === 'function_call' ? item.parsed_arguments : []))
    expect(calls).toEqual([{ city: 'Oslo' }, { city: 'Seoul' }])
  })
})
