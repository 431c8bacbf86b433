import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Content, GenerateContentRequest, Part } from '../../../../src/upstream/native/wire/types.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../../support/proxy.js'

let proxy: ProxyUnderTest
let client: OpenAI
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
  client = new OpenAI({ apiKey: TOKEN, baseURL: proxy.baseUrl, maxRetries: 0 })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const MODEL = 'gemini-3.5-flash'
const ASK = { role: 'user', content: 'Go.' } as const
const CODE: Part = { executableCode: { language: 'PYTHON', code: 'print(1)' }, thoughtSignature: 'Q09ERQ==' }
const RESULT: Part = { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1\n' } }
const SEARCH: Part = { toolCall: { toolType: 'GOOGLE_SEARCH_WEB', id: 's' }, thoughtSignature: 'Qg==' }
const FOUND: Part = { toolResponse: { toolType: 'GOOGLE_SEARCH_WEB', id: 's' }, thoughtSignature: 'Qw==' }
const CALL: Part = { functionCall: { id: 'u', name: 'f', args: { a: 1 } }, thoughtSignature: 'RA==' }

/** Makes Gemini's next answer consist of these parts. */
const answerWith = (...parts: Part[]): void =>
  proxy.simulator.next({ nativeAnswer: [{ candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }] }] })

/**
 * Returns the contents of the first request to Gemini. The simulator refuses signatures that it has
 * not made itself, so that further requests may follow.
 */
function sent(): readonly Content[] {
  const { body } = proxy.simulator.requests[0] ?? {}
  return (body as GenerateContentRequest).contents
}
/** Returns the parts of each turn of the model in the contents that {@link sent} returns. */
const turns = (): (readonly Part[])[] => sent().flatMap(({ role, parts }) => (role === 'model' ? [parts] : []))

/** Resets the simulator, and posts a request with members that the SDK's types do not declare. */
function post(path: string, body: object): Promise<unknown> {
  proxy.simulator.reset()
  return client.post(path, { body: { model: MODEL, ...body } })
}

const F = { name: 'f', parameters: { type: 'object', properties: { a: { type: 'integer' } } } }

describe('a turn of the Responses API with executed code and a function call', () => {
  const tools: OpenAI.Responses.Tool[] = [
    { type: 'function', ...F, strict: false },
    { type: 'code_interpreter', container: { type: 'auto' } },
  ]
  const PARTS = [{ text: 'One. ' }, CODE, RESULT, { text: 'Two.' }, CALL]
  const outputs = ({ output }: OpenAI.Responses.Response) =>
    output.flatMap((item) => (item.type === 'function_call' ? [{ type: 'function_call_output', call_id: item.call_id, output: '{}' }] : []))

  test.each([
    ['its outputs', ['code_interpreter_call.outputs' as const], PARTS],
    ['no outputs', [], PARTS],
    ['signed texts', [], [{ text: 'One. ', thoughtSignature: 'T05F' }, ...PARTS.slice(1)]],
    ['no text before the code', [], PARTS.slice(1)],
    ['no text after the code', [], [...PARTS.slice(0, 3), CALL]],
    ['no text', [], [CODE, RESULT, CALL]],
    ['the call first', [], [CALL, CODE, RESULT, { text: 'Two.' }]],
  ])('is replayed unchanged, with %s', async (_, include, parts) => {
    for (const isStream of [false, true]) {
      answerWith(...parts)
      const request = { model: MODEL, input: [ASK], tools, include: [...include, 'reasoning.encrypted_content' as const] }
      const answer = isStream ? await client.responses.stream(request).finalResponse() : await client.responses.create(request)
      await post('/responses', { input: [ASK, ...answer.output, ...outputs(answer)], tools })
      expect(turns()).toEqual([parts])
      await post('/responses', { input: outputs(answer), previous_response_id: answer.id, tools })
      expect(turns()).toEqual([parts])
    }
  })

  test('keeps the code if the client changed a text', async () => {
    answerWith(...PARTS)
    const answer = await client.responses.create({ model: MODEL, input: [ASK], tools })
    const output = JSON.parse(JSON.stringify(answer.output).replace('Two.', 'Three.'))
    await post('/responses', { input: [ASK, ...output, ...outputs(answer)], tools })
    expect(turns()).toEqual([[{ text: 'One. Three.' }, CODE, RESULT, CALL]])
  })
})

describe('a stored turn', () => {
  const tools = [{ type: 'function', function: F }, { type: 'google_search' }] as unknown as OpenAI.ChatCompletionTool[]
  const PARTS = [{ text: 'One. ', thoughtSignature: 'T05F' }, SEARCH, FOUND, { text: 'Two.' }, CALL]

  test.each<[string, object[]]>([
    ['unchanged', [{ content: 'One. Two.' }]],
    [
      'in text parts',
      [
        {
          content: [
            { type: 'text', text: 'One. ' },
            { type: 'text', text: 'Two.' },
          ],
        },
      ],
    ],
    ['trimmed', [{ content: '\n One.Two. ' }]],
    ['in two messages', [{ content: 'One.' }, { content: 'Two.' }]],
    ['in two messages, the calls in the third', [{ content: 'One. ' }, { content: 'Two.' }, { content: null }]],
  ])('is replayed unchanged: %s', async (_, said) => {
    answerWith(...PARTS)
    const { choices } = await client.chat.completions.create({ model: MODEL, messages: [ASK], tools })
    const calls = choices[0]?.message.tool_calls ?? []
    const assistant = said.map((each, index) => ({
      role: 'assistant',
      ...each,
      ...(index === said.length - 1 ? { tool_calls: calls } : {}),
    }))
    const results = calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: '{}' }))
    await post('/chat/completions', { messages: [ASK, ...assistant, ...results], tools })
    expect(turns()).toEqual([PARTS])
    const earlier = { role: 'assistant', content: 'Before.' }
    await post('/chat/completions', { messages: [ASK, earlier, ...assistant, ...results], tools })
    expect(turns()).toEqual([[{ text: 'Before.' }, ...PARTS]])
  })
})

describe('assistant messages in a row', () => {
  const said = (content: string, signature?: string) => ({
    role: 'assistant',
    content,
    ...(signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }),
  })

  test.each<[string, object[], Part[]]>([
    [
      'both signed',
      [said('A', 'UzE='), said('B', 'UzI=')],
      [
        { text: 'A', thoughtSignature: 'UzE=' },
        { text: 'B', thoughtSignature: 'UzI=' },
      ],
    ],
    ['the first signed', [said('A', 'UzE='), said('B')], [{ text: 'A', thoughtSignature: 'UzE=' }, { text: 'B' }]],
    ['the last signed', [said('A'), said('B', 'UzI=')], [{ text: 'A' }, { text: 'B', thoughtSignature: 'UzI=' }]],
    ['unsigned', [said('A'), said('B')], [{ text: 'A\n\nB' }]],
  ])('are sent as one turn whose signatures stay with their texts: %s', async (_, messages, parts) => {
    await post('/chat/completions', { messages: [ASK, ...messages, ASK] })
    expect(turns()).toEqual([parts])
  })

  test('get a user message before their calls if they begin the conversation', async () => {
    const tool_calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }]
    const messages = [said('A', 'UzE='), { ...said('B'), tool_calls }, { role: 'tool', tool_call_id: 'c', content: '{}' }]
    await post('/chat/completions', { messages, tools: [{ type: 'function', function: F }] })
    expect(sent().map(({ role }) => role)).toEqual(['user', 'model', 'user'])
  })
})

describe('code that Google executed for a chat', () => {
  const tools = [{ type: 'code_execution' }]
  const TEXT: Part = { text: 'It is 1.', thoughtSignature: 'VEVYVA==' }
  const { thoughtSignature: _, ...UNSIGNED } = CODE

  test('is sent back before the text if the client returns the message', async () => {
    answerWith(CODE, RESULT, TEXT)
    const { choices } = await client.chat.completions.create({ model: MODEL, messages: [ASK], tools: tools as never })
    await post('/chat/completions', { messages: [ASK, choices[0]?.message, ASK], tools })
    expect(turns()).toEqual([[UNSIGNED, RESULT, TEXT]])
  })

  test('is sent back if the answer consisted of code only', async () => {
    answerWith(CODE, RESULT)
    const { choices } = await client.chat.completions.create({ model: MODEL, messages: [ASK], tools: tools as never })
    await post('/chat/completions', { messages: [ASK, choices[0]?.message, ASK], tools })
    expect(turns()).toEqual([[UNSIGNED, RESULT]])
  })

  const codes = [{ executable_code: { language: 'PYTHON', code: 'x' } }, { code_execution_result: { outcome: 'OUTCOME_OK' } }]
  test.each<[string, unknown, object]>([
    ['the request does not enable code execution', codes, { tools: [] }],
    ['the code has no result', codes.slice(0, 1), { tools }],
    ['the result has no code', codes.slice(1), { tools }],
    ['the client changed its format', [{ executable_code: { code: 1 } }, { code_execution_result: {} }, {}], { tools }],
    ['the outcome is unknown', [codes[0], { code_execution_result: { outcome: 'x"y' } }], { tools }],
  ])('is not sent back if %s', async (_name, code_execution, more) => {
    const extra_content = { google: { code_execution } }
    await post('/chat/completions', { messages: [ASK, { role: 'assistant', content: 'A', extra_content }, ASK], ...more })
    expect(turns()).toEqual([[{ text: 'A' }]])
    await post('/chat/completions', { messages: [ASK, { role: 'assistant', content: null, extra_content }, ASK], ...more })
    expect(turns()).toEqual([])
  })
})
