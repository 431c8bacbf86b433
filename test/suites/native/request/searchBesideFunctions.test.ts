import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { simulate } from '../../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../../support/proxy.js'

type Message = OpenAI.ChatCompletionMessageParam
type ResponseItem = OpenAI.Responses.ResponseInputItem

let proxy: ProxyUnderTest
let client: OpenAI
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
  client = new OpenAI({ apiKey: TOKEN, baseURL: proxy.baseUrl, maxRetries: 0 })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const MODEL = 'gemini-3.5-flash'
const QUESTION = `use get_weather ${simulate({ grounding: {} })}`
const PARAMETERS = { type: 'object', properties: { city: { type: 'string' } } }
const WEATHER: OpenAI.ChatCompletionTool = { type: 'function', function: { name: 'get_weather', parameters: PARAMETERS } }
// The cast is needed because the SDK's types do not declare Google's tools.
const CHAT_TOOLS = [WEATHER, { type: 'google_search' }] as unknown as OpenAI.ChatCompletionTool[]
const RESPONSE_TOOLS: OpenAI.Responses.Tool[] = [
  { type: 'function', name: 'get_weather', parameters: PARAMETERS, strict: false },
  { type: 'web_search' },
]

interface SentPart {
  readonly functionResponse?: { readonly response?: unknown }
  readonly thoughtSignature?: string
}

/** The last request that Gemini got. */
function lastSent(): { contents: { role: string; parts: SentPart[] }[]; tools: object[]; toolConfig: object } {
  const { body } = proxy.simulator.requests.at(-1) ?? {}
  return body as ReturnType<typeof lastSent>
}

const kindsOf = (parts: readonly object[] = []): string[][] => parts.map((part) => Object.keys(part))
const SEARCHED = [
  ['toolCall', 'thoughtSignature'],
  ['toolResponse', 'thoughtSignature'],
  ['functionCall', 'thoughtSignature'],
]

/**
 * Expects that the last request repeats the search with its signatures. The simulator checks them.
 */
function expectSearchRepeated(): void {
  const { contents } = lastSent()
  expect(contents.map(({ role }) => role)).toEqual(['user', 'model', 'user'])
  expect(kindsOf(contents[1]?.parts)).toEqual(SEARCHED)
  expect(contents[2]?.parts[0]?.functionResponse?.response).toEqual({ result: 'sunny' })
}

describe('Google Search beside functions', () => {
  const messages: Message[] = [{ role: 'user', content: QUESTION }]
  const next = ({ content, tool_calls: calls }: OpenAI.ChatCompletionMessage, said = content): Message[] => [
    ...messages,
    { role: 'assistant', content: said, ...(calls === undefined ? {} : { tool_calls: calls }) },
    ...(calls ?? []).map(({ id }): Message => ({ role: 'tool', tool_call_id: id, content: 'sunny' })),
  ]

  test('is sent as a separate tool, with the flag and the mode that Google requires', async () => {
    await client.chat.completions.create({ model: MODEL, messages, tools: CHAT_TOOLS })
    const { tools, toolConfig } = lastSent()
    expect(tools).toEqual([
      { functionDeclarations: [{ name: 'get_weather', description: '', parametersJsonSchema: PARAMETERS }] },
      { googleSearch: {} },
    ])
    expect(toolConfig).toEqual({ functionCallingConfig: { mode: 'VALIDATED' }, includeServerSideToolInvocations: true })
  })

  test('is replayed in the next step of a chat', async () => {
    const { choices } = await client.chat.completions.create({ model: MODEL, messages, tools: CHAT_TOOLS })
    const [choice] = choices
    if (choice === undefined) throw new Error('There is no choice.')
    const answer = await client.chat.completions.create({ model: MODEL, messages: next(choice.message), tools: CHAT_TOOLS })
    expect(answer.choices[0]?.message.content).toBeTruthy()
    expectSearchRepeated()
  })

  test('is replayed in the next step of a streamed chat', async () => {
    const stream = client.chat.completions.stream({ model: MODEL, messages, tools: CHAT_TOOLS })
    const message = await stream.finalMessage()
    await client.chat.completions.create({ model: MODEL, messages: next(message), tools: CHAT_TOOLS })
    expectSearchRepeated()
  })

  test('is replayed if the client changed the text', async () => {
    const { choices } = await client.chat.completions.create({ model: MODEL, messages, tools: CHAT_TOOLS })
    const [choice] = choices
    if (choice === undefined) throw new Error('There is no choice.')
    await client.chat.completions.create({ model: MODEL, messages: next(choice.message, 'Let me see.'), tools: CHAT_TOOLS })
    expect(kindsOf(lastSent().contents[1]?.parts)).toEqual([['text'], ...SEARCHED])
  })

  test('is replayed if requested by web_search_options', async () => {
    const request = { model: MODEL, tools: [WEATHER], web_search_options: {} }
    const { choices } = await client.chat.completions.create({ ...request, messages })
    const [choice] = choices
    if (choice === undefined) throw new Error('There is no choice.')
    await client.chat.completions.create({ ...request, messages: next(choice.message) })
    expectSearchRepeated()
  })

  test('is refused for models before Gemini 3', async () => {
    const failed = client.chat.completions.create({ model: 'gemini-2.5-flash', messages, tools: CHAT_TOOLS })
    await expect(failed).rejects.toMatchObject({ status: 400, code: 'unsupported_value', param: 'tools' })
    expect(proxy.simulator.requests).toHaveLength(0)
  })
})

describe('Google Search beside functions in the Responses API', () => {
  const outputsOf = (output: readonly OpenAI.Responses.ResponseOutputItem[]): ResponseItem[] =>
    output.flatMap((item): ResponseItem[] =>
      item.type === 'function_call' ? [{ type: 'function_call_output', call_id: item.call_id, output: 'sunny' }] : [],
    )

  test('is replayed after previous_response_id', async () => {
    const first = await client.responses.create({ model: MODEL, input: QUESTION, tools: RESPONSE_TOOLS })
    const input = outputsOf(first.output)
    await client.responses.create({ model: MODEL, previous_response_id: first.id, input, tools: RESPONSE_TOOLS })
    expectSearchRepeated()
  })

  test('is replayed in the next step of streamed responses', async () => {
    const request = { model: MODEL, tools: RESPONSE_TOOLS, store: false, include: ['reasoning.encrypted_content' as const] }
    const user: ResponseItem = { role: 'user', content: QUESTION }
    const first = await client.responses.stream({ ...request, input: [user] }).finalResponse()
    const calls = outputsOf(first.output)
    expect(calls).toHaveLength(1)
    // The cast is safe: the SDK's types of outputs and inputs differ only in members that the proxy
    // never sends.
    const sent = [user, ...(first.output as ResponseItem[]), ...calls]
    const second = await client.responses.stream({ ...request, input: sent }).finalResponse()
    expectSearchRepeated()
    expect([second.status, second.output_text.length > 0]).toEqual(['completed', true])
  })

  test('is replayed in a stream after previous_response_id', async () => {
    const first = await client.responses.stream({ model: MODEL, input: QUESTION, tools: RESPONSE_TOOLS }).finalResponse()
    const next = { model: MODEL, previous_response_id: first.id, input: outputsOf(first.output), tools: RESPONSE_TOOLS }
    await client.responses.stream(next).finalResponse()
    expectSearchRepeated()
  })

  test('is replayed if the client sends the items back', async () => {
    const request = { model: MODEL, tools: RESPONSE_TOOLS, store: false, include: ['reasoning.encrypted_content' as const] }
    const first = await client.responses.create({ ...request, input: QUESTION })
    const user: ResponseItem = { role: 'user', content: QUESTION }
    // The cast is safe: the SDK's types of outputs and inputs differ only in members that the proxy
    // never sends.
    const sent = [user, ...(first.output as ResponseItem[]), ...outputsOf(first.output)]
    await client.responses.create({ ...request, input: sent })
    expectSearchRepeated()
  })
})

describe("Google's own tools on the compatible API", () => {
  test('are refused with a message that names the setting', async () => {
    const compat = await startProxy({ GEMINI_UPSTREAM: 'compat' })
    try {
      const other = new OpenAI({ apiKey: TOKEN, baseURL: compat.baseUrl, maxRetries: 0 })
      const failed = other.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: 'Hi' }], tools: CHAT_TOOLS })
      await expect(failed).rejects.toMatchObject({ status: 400, code: 'unsupported_value', param: 'tools[1].type' })
    } finally {
      await compat.close()
    }
  })
})
