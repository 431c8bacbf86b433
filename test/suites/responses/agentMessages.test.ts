import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { lastSent, STRICT, WEATHER } from './asking.js'

// Tests the messages between Codex and the agents that it starts. With a provider other than
// OpenAI, their "encrypted" parts are plain text.
let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const NOTE = '[This part of the message is encrypted by OpenAI and cannot be read.]'
const CIPHERTEXT = 'gAAAAABpLx3kq0Zb8vC1yJm2'
const USER = { role: 'user', content: 'hi' }
const CALL = { type: 'function_call', call_id: 'c1', name: 'get_weather', arguments: '{}' }
const OUTPUT = { type: 'function_call_output', call_id: 'c1', output: 'cold' }
const text = (of: string): object => ({ type: 'input_text', text: of })
const encrypted = (of: string): object => ({ type: 'encrypted_content', encrypted_content: of })
const message = (...content: object[]): object => ({
  type: 'agent_message',
  id: 'amsg_1',
  author: '/root',
  recipient: '/root/child',
  content,
})
const head = (type: string): object => text(`Message Type: ${type}\nPayload:\n`)

const post = (input: unknown, more: object = {}) =>
  call(proxy.origin, { path: '/v1/responses', body: { model: STRICT, store: false, tools: [WEATHER], input, ...more } })
const ignoredOf = ({ headers }: Awaited<ReturnType<typeof post>>): string[] =>
  String(headers['x-gemini-proxy-ignored-params'] ?? '')
    .split(', ')
    .filter(Boolean)
/** The messages that reached Gemini, as roles and texts. */
const sent = (): [role: string, text: string][] => lastSent(proxy).messages.map(({ role, content }) => [role, textOf(content)])
const textOf = (content: unknown): string =>
  Array.isArray(content)
    ? content.map((part: { type: string; text?: string }) => part.text ?? `<${part.type}>`).join('')
    : String(content ?? '')

describe.each([false, true])('a message between agents becomes a user message for Gemini (stream: %s)', (stream) => {
  test.each(['NEW_TASK', 'MESSAGE', 'FINAL_ANSWER'])('%s', async (type) => {
    const answer = await post([message(head(type), encrypted('count the files'))], { stream })
    expect(answer.status).toBe(200)
    expect(sent()).toEqual([['user', `Message Type: ${type}\nPayload:\ncount the files`]])
    expect(ignoredOf(answer)).toEqual([])
  })

  test.each<[what: string, parts: object[], seen: string]>([
    ['one part of text', [text('FINAL_ANSWER: 7 files')], 'FINAL_ANSWER: 7 files'],
    ['one encrypted part', [encrypted('count the files')], 'count the files'],
    ['several parts', [text('a '), encrypted('b '), text('c '), encrypted('d')], 'a b c d'],
    ['a picture', [text('see '), { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=' }], 'see <image_url>'],
  ])('%s', async (_, parts, seen) => {
    expect((await post([message(...parts)], { stream })).status).toBe(200)
    expect(sent()).toEqual([['user', seen]])
  })

  test('after a call and its output', async () => {
    expect((await post([USER, CALL, OUTPUT, message(head('FINAL_ANSWER'), encrypted('7'))], { stream })).status).toBe(200)
    expect(sent().slice(1)).toEqual([
      ['assistant', ''],
      ['tool', 'cold'],
      ['user', 'Message Type: FINAL_ANSWER\nPayload:\n7'],
    ])
  })

  test('between a call and its output: the output still follows the call', async () => {
    expect((await post([USER, CALL, message(text('wait')), OUTPUT], { stream })).status).toBe(200)
    expect(sent().map(([role]) => role)).toEqual(['user', 'assistant', 'tool', 'user'])
  })

  test('in the middle of a conversation', async () => {
    const input = [USER, { role: 'assistant', content: 'Yes?' }, message(encrypted('more')), { role: 'assistant', content: 'Done.' }, USER]
    expect((await post(input, { stream })).status).toBe(200)
    expect(sent()).toEqual([
      ['user', 'hi'],
      ['assistant', 'Yes?'],
      ['user', 'more'],
      ['assistant', 'Done.'],
      ['user', 'hi'],
    ])
  })

  test('text that OpenAI encrypted is replaced with a note and listed as ignored', async () => {
    const answer = await post([USER, message(head('NEW_TASK'), encrypted(CIPHERTEXT), text('!'))], { stream })
    expect(sent().at(-1)).toEqual(['user', `Message Type: NEW_TASK\nPayload:\n${NOTE}!`])
    expect(ignoredOf(answer)).toEqual(['input[1].content[1].encrypted_content'])
    expect(JSON.stringify(proxy.simulator.requests)).not.toContain(CIPHERTEXT)
  })
})

test('a message of an earlier, stored request is sent at its original position', async () => {
  const first = await post([message(head('NEW_TASK'), encrypted('count'))], { store: true })
  const { id } = first.json as { id: string }
  expect((await post([message(text('and now?'))], { previous_response_id: id })).status).toBe(200)
  expect(sent().map(([role, seen]) => (role === 'user' ? seen : role))).toEqual([
    'Message Type: NEW_TASK\nPayload:\ncount',
    'assistant',
    'and now?',
  ])
})

test('an encrypted part of a tool output is sent as text', async () => {
  expect((await post([USER, CALL, { ...OUTPUT, output: [encrypted('cold')] }])).status).toBe(200)
  expect(sent().at(-1)).toEqual(['tool', 'cold'])
})

test.each([
  ['input[0]', message()],
  ['input[0].content', { type: 'agent_message' }],
  ['input[0].content[0].encrypted_content', message({ type: 'encrypted_content' })],
  ['input[0].content[0].type', message({ type: 'smell' })],
])('an empty message is a 400 for %s', async (param, item) => {
  expect(await post([item])).toMatchObject({ status: 400, json: { error: { param } } })
})
