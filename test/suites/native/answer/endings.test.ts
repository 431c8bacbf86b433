import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChatAnnotation, ChatMessage, Completion } from '../../../../src/contract/types.js'
import { call } from '../../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { ask, REQUEST_KINDS } from '../../longAnswers/ask.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const MODEL = 'gemini-2.5-flash'
const IMAGE = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }
const CODE = { executableCode: { language: 'PYTHON', code: 'save()' } }
const USAGE = { promptTokenCount: 10, candidatesTokenCount: 6, totalTokenCount: 16 }
const event = (parts: readonly object[], candidate: object = {}): Record<string, unknown> => ({
  candidates: [{ index: 0, content: { role: 'model', parts }, ...candidate }],
  usageMetadata: USAGE,
  modelVersion: MODEL,
  responseId: 'r1',
})
const STOP = { finishReason: 'STOP' }
const logprobsOf = (...tokens: string[]): object => ({
  logprobsResult: { chosenCandidates: tokens.map((token) => ({ token, logProbability: -0.5 })) },
})
const functionsFor = (path: string): object => {
  const declared = { name: 'get_weather', parameters: { type: 'object', properties: {} } }
  return { model: MODEL, tools: [path === 'responses' ? { type: 'function', ...declared } : { type: 'function', function: declared }] }
}
const toolsFor = (path: string): object => ({ model: MODEL, tools: [{ type: path === 'responses' ? 'web_search' : 'google_search' }] })
/** Returns the choices in all chunks of a streamed chat. */
const deltasOf = (body: string) => [...body.matchAll(/^data: (\{.*)$/gm)].flatMap(([, text = '']) => JSON.parse(text).choices)
const calling = (name: string): object => ({ functionCall: { id: 'abc', name, args: { all: true } }, thoughtSignature: 'c2ln' })

describe.each(REQUEST_KINDS)('%s that Google ends with a Gemini-specific finish reason', (_, path, stream) => {
  test.each([
    ['TOO_MANY_TOOL_CALLS', 'too many calls of its built-in tools'],
    ['MISSING_THOUGHT_SIGNATURE', 'thought signature of an earlier tool call is missing'],
  ])('is retried once, and then is an error with an explanation: %s', async (finishReason, words) => {
    proxy.simulator.next({ nativeAnswer: [event([], { finishReason })], repeat: 2 })
    const { body } = await ask(proxy, path, stream, functionsFor(path))
    expect(body).toContain(words)
    expect(body).toContain('upstream_error')
    expect(proxy.simulator.totalRequests).toBe(2)
  })
})

test.each([false, true])('an answer that fails for a missing signature is retried with a placeholder, stream: %s', async (stream) => {
  proxy.simulator.next(
    { nativeAnswer: [event([], { finishReason: 'MISSING_THOUGHT_SIGNATURE' })] },
    { nativeAnswer: [event([{ text: 'Cold.' }], STOP)] },
  )
  const called = {
    id: 'call_1',
    type: 'function',
    function: { name: 'get_weather', arguments: '{}' },
    extra_content: { google: { thought_signature: 'c2lnbmVk' } },
  }
  const messages = [
    { role: 'user', content: 'How is it?' },
    { role: 'assistant', content: null, tool_calls: [called] },
    { role: 'tool', tool_call_id: 'call_1', content: '{}' },
  ]
  const body = { ...functionsFor('chat/completions'), model: 'gemini-3.5-flash', messages, stream }
  const answer = await call(proxy.origin, { method: 'POST', path: '/v1/chat/completions', body })
  expect(answer.text).toContain('Cold.')
  const sent = proxy.simulator.requests.map(({ body: each }) => JSON.stringify(each))
  expect(sent.map((each) => each.includes('c2lnbmVk'))).toEqual([true, false])
  expect(sent[1]).toContain('"thoughtSignature"')
})

describe.each(REQUEST_KINDS)('%s whose model calls an undeclared function', (_, path, stream) => {
  const wrong = [event([calling('rm_all')]), event([{ text: '' }], { finishReason: 'UNEXPECTED_TOOL_CALL' })]

  test.each([
    ['functions', functionsFor(path)],
    ["Google's tools only", toolsFor(path)],
  ])('is retried once, with %s', async (__, more) => {
    proxy.simulator.next({ nativeAnswer: wrong }, { nativeAnswer: [event([{ text: 'Cold.' }], STOP)] })
    const { status, content, finishes, errors, body } = await ask(proxy, path, stream, more)
    expect([status, content, finishes, errors]).toEqual([200, 'Cold.', ['stop'], []])
    expect(body).not.toContain('rm_all')
    expect(proxy.simulator.totalRequests).toBe(2)
  })

  test('does not pass on the call, even after text', async () => {
    proxy.simulator.next({ nativeAnswer: [event([{ text: 'I call ' }]), ...wrong], repeat: 2 })
    const { body } = await ask(proxy, path, stream, functionsFor(path))
    expect(body).toContain('malformed_function_call')
    expect(body).not.toContain('rm_all')
  })

  test('passes on the call, in order, if the answer ends successfully', async () => {
    proxy.simulator.next({ nativeAnswer: [event([calling('get_time')]), event([calling('get_weather')], STOP)] })
    const { status, body } = await ask(proxy, path, stream, functionsFor(path))
    const [first, second] = [body.indexOf('"get_time"'), body.indexOf('"get_weather"', body.indexOf('"get_time"'))]
    expect([status, first > -1, second > first]).toEqual([200, true, true])
  })
})

describe.each(REQUEST_KINDS)('%s with a function call without a name', (_, path, stream) => {
  const mark = { functionCall: {} }

  test.each([
    ['in a separate event', [event([calling('get_weather')]), event([mark], STOP)]],
    ['in the same event', [event([calling('get_weather'), mark, { functionCall: { name: '', args: {} } }], STOP)]],
  ])('has the calls before it unchanged, if it only marks their end %s', async (__, nativeAnswer) => {
    proxy.simulator.next({ nativeAnswer })
    const { status, errors, body } = await ask(proxy, path, stream, functionsFor(path))
    expect([status, errors, body.includes('}{')]).toEqual([200, [], false])
    if (path === 'responses') return expect(body).toContain(JSON.stringify(JSON.stringify({ all: true })))
    const calls = stream ? deltasOf(body).flatMap(({ delta }) => delta.tool_calls ?? []) : JSON.parse(body).choices[0].message.tool_calls
    expect(calls).toMatchObject([{ function: { name: 'get_weather', arguments: '{"all":true}' } }])
  })

  test.each([
    ['arguments', { functionCall: { id: 'x', args: { a: 1 } } }],
    ['a fragment of arguments', { functionCall: { partialArgs: [{ jsonPath: '$.a', stringValue: 'x' }], willContinue: true } }],
  ])('is retried once if it has %s', async (__, part) => {
    proxy.simulator.next({ nativeAnswer: [event([part]), event([mark], STOP)] }, { nativeAnswer: [event([{ text: 'Cold.' }], STOP)] })
    const { status, content, finishes, errors } = await ask(proxy, path, stream, functionsFor(path))
    expect([status, content, finishes, errors]).toEqual([200, 'Cold.', ['stop'], []])
  })

  test('is an error after a call', async () => {
    const broken = [event([calling('get_weather')]), event([{ functionCall: { args: { a: 1 } } }]), event([{ text: '' }], STOP)]
    proxy.simulator.next({ nativeAnswer: broken, repeat: 2 })
    const { finishes, body } = await ask(proxy, path, stream, functionsFor(path))
    expect([finishes, body]).toEqual([[], expect.stringContaining('upstream_error')])
  })
})

describe.each(REQUEST_KINDS)('%s whose unset members are null', (_, path, stream) => {
  const unset = {
    text: null,
    thought: null,
    thoughtSignature: null,
    functionCall: null,
    inlineData: null,
    executableCode: null,
    toolCall: null,
  }

  test('has its code and the result of the code', async () => {
    const result = { codeExecutionResult: { outcome: 'OUTCOME_OK', output: 'saved' } }
    const nativeAnswer = [event([CODE, result].map((part) => ({ ...unset, ...part }))), event([{ ...unset, text: 'Done.' }], STOP)]
    proxy.simulator.next({ nativeAnswer })
    const tool = path === 'responses' ? { type: 'code_interpreter', container: { type: 'auto' } } : { type: 'code_execution' }
    const { content, body } = await ask(proxy, path, stream, { model: MODEL, tools: [tool], include: undefined })
    expect([content, body.includes('save()')]).toEqual(['Done.', true])
    if (path !== 'responses') expect(body).toContain('"output":"saved"')
  })
})

describe.each(REQUEST_KINDS)('%s that ends with an undocumented finish reason', (_, path, stream) => {
  test.each(['CONTINUATION_REFUSED', 'LENGTH', 'TOOL_CALLS', 'FUNCTION_CALL', 'CONTENT_FILTER', 'stop', 'NEW_REASON'])(
    'is an error: %s',
    async (finishReason) => {
      proxy.simulator.next({ nativeAnswer: [event([{ text: 'half' }], { finishReason })], repeat: 2 })
      const { finishes, body } = await ask(proxy, path, stream, { model: MODEL })
      expect([finishes, body]).toEqual([[], expect.stringContaining('Gemini ended its answer early')])
    },
  )
})

describe.each(REQUEST_KINDS)('%s that Google blocks after some content', (_, path, stream) => {
  test.each([
    ['an image', 'IMAGE_SAFETY', [IMAGE]],
    ['code', 'SAFETY', [CODE]],
    ['a call of an undeclared function', 'OTHER', [calling('other')]],
  ])('has no refusal in addition to %s', async (__, finishReason, parts) => {
    const model = path === 'responses' ? {} : { model: 'gemini-3.1-flash-image' }
    proxy.simulator.next({ nativeAnswer: [event(parts), event([{ text: '' }], { finishReason })] })
    const { status, body } = await ask(proxy, path, stream, { ...model })
    expect([status, body.includes('withheld')]).toEqual([200, false])
  })
})

describe.each(REQUEST_KINDS)('%s with a file written by code', (_, path, stream) => {
  test.each([
    ['a small one', 1],
    ['a large one', 200_000],
  ])('has the file, and no image: %s', async (__, times) => {
    const inlineData = { mimeType: 'text/csv', data: 'YSxi'.repeat(times) }
    proxy.simulator.next({ nativeAnswer: [event([CODE, { inlineData }, { text: 'Saved.' }], STOP)] })
    const { content, body } = await ask(proxy, path, stream, { model: MODEL })
    expect([content, body.includes('image')]).toEqual(['Saved.', false])
    if (path === 'responses') return
    const messages: ChatMessage[] = stream ? deltasOf(body).map(({ delta }) => delta) : [JSON.parse(body).choices[0].message]
    expect(messages.flatMap(({ extra_content: extra }) => extra?.google?.code_execution ?? [])).toEqual([
      { executable_code: CODE.executableCode, index: 0 },
      { inline_data: inlineData, index: 1 },
    ])
  })
})

describe('log probabilities', () => {
  const TOKENS = ['one', ' two', ' three', ' four', ' five', ' six']
  const limited = { model: MODEL, logprobs: true, max_tokens: 3 }

  test('of a whole answer end with its text if the limit truncates it', async () => {
    proxy.simulator.next({ nativeAnswer: [event([{ text: TOKENS.join('') }], { ...STOP, ...logprobsOf(...TOKENS) })] })
    const [choice] = JSON.parse((await ask(proxy, 'chat/completions', false, limited)).body).choices
    expect(choice).toMatchObject({ message: { content: 'one two three' }, finish_reason: 'length' })
    expect(choice.logprobs.content.map(({ token }: { token: string }) => token)).toEqual(TOKENS.slice(0, 3))
  })

  test('of a stream end with its text as well', async () => {
    const count = (parts: readonly object[], candidatesTokenCount: number, candidate: object): Record<string, unknown> => ({
      ...event(parts, candidate),
      usageMetadata: { ...USAGE, candidatesTokenCount, totalTokenCount: 10 + candidatesTokenCount },
    })
    const [first = '', ...others] = TOKENS
    const nativeAnswer = [
      count([{ text: first }], 1, logprobsOf(first)),
      count([{ text: others.join('') }], 6, { ...STOP, ...logprobsOf(...others) }),
    ]
    proxy.simulator.next({ nativeAnswer })
    const { body, content } = await ask(proxy, 'chat/completions', true, limited)
    const tokens = deltasOf(body).flatMap(({ logprobs }) => (logprobs?.content ?? []).map(({ token }: { token: string }) => token))
    expect(content.length).toBeLessThan(TOKENS.join('').length)
    const kept = TOKENS.filter((_, at) => TOKENS.slice(0, at).join('').length < content.length)
    expect(tokens).toEqual(kept)
  })

  test('of a completion have the offsets of their tokens, even if they arrive after the text', async () => {
    const nativeAnswer = [
      event([{ text: 'Hello' }], logprobsOf('Hel', 'lo')),
      event([{ text: ' w' }]),
      event([{ text: '' }], { ...STOP, ...logprobsOf(' w') }),
    ]
    proxy.simulator.next({ nativeAnswer })
    const { events } = await call(proxy.origin, {
      path: '/v1/completions',
      body: { model: MODEL, prompt: 'x', logprobs: 0, stream: true },
    })
    const choices = (events.slice(0, -1) as Completion[]).flatMap((chunk) => chunk.choices)
    expect(choices.flatMap(({ logprobs }) => logprobs?.text_offset ?? [])).toEqual([0, 3, 5])
  })
})

test('a citation with slightly wrong offsets refers to the right passage, also with multi-byte characters', async () => {
  const passage = '好的。'
  const rest = '今天天气很好。'.repeat(30)
  const text = [passage, passage, passage].join(rest)
  const at = Buffer.byteLength(passage + rest)
  for (const drift of [-2, -1, 0, 1, 2, 4]) {
    const segment = { startIndex: at + drift, endIndex: at + drift + Buffer.byteLength(passage), text: passage }
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: 'https://a.example/', title: 'a' } }],
      groundingSupports: [{ segment, groundingChunkIndices: [0] }],
    }
    proxy.simulator.next({ nativeAnswer: [event([{ text }], { ...STOP, groundingMetadata })] })
    const { body } = await ask(proxy, 'chat/completions', false, { model: MODEL, web_search_options: {} })
    const annotations: ChatAnnotation[] = JSON.parse(body).choices[0].message.annotations
    expect(annotations.map(({ url_citation: { start_index: start } }) => start)).toEqual([passage.length + rest.length])
  }
})
