import type OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openai } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'

// Users without a Gemini key first try a plain question: these prompts contain no directive for the
// simulator.
let proxy: ProxyUnderTest
let client: OpenAI
beforeAll(async () => {
  proxy = await startProxy()
  client = openai(proxy)
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const model = 'gemini-3.8-flash'
const declared = {
  name: 'get_weather',
  description: 'Get current temperature for a given location.',
  parameters: {
    type: 'object',
    properties: { location: { type: 'string', description: 'City and country e.g. Bogotá, Colombia' } },
    required: ['location'],
    additionalProperties: false,
  },
}
const QUESTION = 'What is the weather like in Paris and Oslo?'
const PLACES = [{ location: 'Paris' }, { location: 'Oslo' }]

describe('chat completions', () => {
  const tools: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: { ...declared, strict: true } }]
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: QUESTION }]
  const argumentsOf = (message: OpenAI.ChatCompletionMessage | undefined) =>
    (message?.tool_calls ?? []).map((call) => call.type === 'function' && JSON.parse(call.function.arguments))

  const ask = async (isStream: boolean, more: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {}) => {
    const body = { model, messages, tools, ...more }
    if (isStream) return client.chat.completions.stream({ ...body, stream: true }).finalChatCompletion()
    return client.chat.completions.create(body)
  }

  test.each([false, true])('call the tool for each city, and answer with the results (stream: %s)', async (isStream) => {
    const { choices } = await ask(isStream)
    const message = choices[0]?.message
    expect(choices[0]?.finish_reason).toBe('tool_calls')
    expect(argumentsOf(message)).toEqual(PLACES)
    if (message === undefined) throw new Error('no message')
    const results = (message.tool_calls ?? []).map(({ id }, index) => ({
      role: 'tool' as const,
      tool_call_id: id,
      content: `${18 + index} degrees`,
    }))
    const last = await ask(isStream, { messages: [...messages, message, ...results] })
    expect(last.choices[0]?.finish_reason).toBe('stop')
    expect(last.choices[0]?.message.content).toBe(
      'According to get_weather for Paris: 18 degrees. According to get_weather for Oslo: 19 degrees.',
    )
  })

  test.each([false, true])('call the tool in each of several choices (stream: %s)', async (isStream) => {
    const { choices } = await ask(isStream, { n: 2 })
    expect(choices.map(({ message }) => argumentsOf(message))).toEqual([PLACES, PLACES])
  })

  test('respect tool_choice and parallel_tool_calls', async () => {
    expect(argumentsOf((await ask(false, { tool_choice: 'none' })).choices[0]?.message)).toEqual([])
    // The native API has no equivalent of `parallel_tool_calls: false`, so Gemini still makes all
    // calls in one step.
    const inOneStep = isOnNative ? PLACES : PLACES.slice(0, 1)
    expect(argumentsOf((await ask(false, { parallel_tool_calls: false })).choices[0]?.message)).toEqual(inOneStep)
    const named = { type: 'function', function: { name: 'get_weather' } } as const
    expect(argumentsOf((await ask(false, { tool_choice: named })).choices[0]?.message)).toEqual(PLACES)
    const greeting: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Say hello.' }]
    expect(argumentsOf((await ask(false, { messages: greeting })).choices[0]?.message)).toEqual([])
    expect(argumentsOf((await ask(false, { messages: greeting, tool_choice: 'required' })).choices[0]?.message)).toHaveLength(1)
  })

  test('fill a schema with values from the text', async () => {
    const properties = { name: { type: 'string' }, people: { type: 'array', items: { type: 'string' } } }
    const schema = { type: 'object', properties, required: ['name', 'people'], additionalProperties: false }
    const { choices } = await client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Alice and Bob meet at the "Science Fair".' }],
      response_format: { type: 'json_schema', json_schema: { name: 'event', strict: true, schema } },
    })
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ name: 'Science Fair', people: ['Alice', 'Bob'] })
  })

  test('describe the media in the request', async () => {
    const file = { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${btoa('%PDF-1.7\n')}` } } as const
    const audio = { type: 'input_audio', input_audio: { data: btoa('RIFF\x04\0\0\0WAVEfmt '), format: 'wav' } } as const
    const { choices } = await client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Summarize.' }, file, audio] }],
    })
    expect(choices[0]?.message.content).toBe('You said: Summarize. I received a file (application/pdf, 9 bytes); audio (wav, 16 bytes).')
  })
})

describe('the Responses API', () => {
  const tools: OpenAI.Responses.Tool[] = [{ type: 'function', ...declared, strict: true }]
  const respond = async (input: OpenAI.Responses.ResponseInput, isStream: boolean): Promise<OpenAI.Responses.Response> => {
    const body = { model, input, tools, store: false, include: ['reasoning.encrypted_content' as const] }
    return isStream ? client.responses.stream(body).finalResponse() : client.responses.create(body)
  }

  test.each([false, true])('calls the tool for each city, and answers with the results (stream: %s)', async (isStream) => {
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: QUESTION }]
    const first = await respond(input, isStream)
    const calls = first.output.filter((item) => item.type === 'function_call')
    expect(calls.map((call) => JSON.parse(call.arguments))).toEqual(PLACES)
    // The next request's input includes the output of this response, as in OpenAI's guide.
    input.push(...(first.output as OpenAI.Responses.ResponseInput))
    for (const { call_id } of calls) input.push({ type: 'function_call_output', call_id, output: 'sunny' })
    const last = await respond(input, isStream)
    expect(last.output_text).toBe('According to get_weather for Paris: sunny. According to get_weather for Oslo: sunny.')
  })

  test('streams the arguments of calls as events', async () => {
    const stream = await client.responses.create({ model, input: QUESTION, tools, stream: true })
    const done: string[] = []
    for await (const event of stream) if (event.type === 'response.function_call_arguments.done') done.push(event.arguments)
    expect(done.map((text) => JSON.parse(text))).toEqual(PLACES)
  })
})
