import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'

const MODEL = 'gemini-2.5-flash'
const EMOJI = '\ud83d\ude00'
// Lone halves of emojis, which the proxy must replace; a whole emoji, and text that only looks like
// the escape sequence of a half, which it must not change.
const TEXT = `cut \ud83d ${EMOJI} \ude00 \\ud83d \\\\ud83d\udc00`
const SENT = `cut \ufffd ${EMOJI} \ufffd \\ud83d \\\\ud83d\ufffd`

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const sent = (): string => JSON.stringify(proxy.simulator.requests.at(-1)?.body)
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

describe('a lone surrogate', () => {
  test.each([
    ['/v1/chat/completions', { messages: [{ role: 'user', content: TEXT }] }],
    ['/v1/chat/completions', { messages: [{ role: 'user', content: TEXT }], stream: true }],
    ['/v1/responses', { input: TEXT }],
    ['/v1/messages', { messages: [{ role: 'user', content: TEXT }], max_tokens: 9 }],
    ['/v1/completions', { prompt: TEXT }],
    ['/v1/embeddings', { model: 'gemini-embedding-001', input: [TEXT] }],
  ])('reaches Gemini as U+FFFD, and the rest of the text unchanged: %s', async (path, body) => {
    const { status } = await call(proxy.origin, { path, body: { model: MODEL, ...body } })
    expect(status).toBe(200)
    expect(sent()).toContain(inJson(SENT))
  })

  test.each([
    ['\\ud8\ud83d', '\\ud8\ufffd'],
    ['\\uda\ude00 x', '\\uda\ufffd x'],
    ['\\ud83d\\u\ud83d', '\\ud83d\\u\ufffd'],
  ])('is replaced after text that resembles an escape, too: %j', async (text, expected) => {
    await call(proxy.origin, { body: { model: MODEL, messages: [{ role: 'user', content: text }] } })
    expect(sent()).toContain(inJson(expected))
  })

  test.each(['/v1/chat/completions', '/v1/responses'])('is replaced in the input of a custom tool, too: %s', async (path) => {
    const user = { role: 'user', content: 'Hi' }
    const custom = { name: 'patch', input: 'x \ud83d' }
    const messages = [
      user,
      { role: 'assistant', tool_calls: [{ id: 'c1', type: 'custom', custom }] },
      { role: 'tool', tool_call_id: 'c1', content: 'done' },
    ]
    const input = [
      user,
      { type: 'custom_tool_call', call_id: 'c1', ...custom },
      { type: 'custom_tool_call_output', call_id: 'c1', output: 'done' },
    ]
    const { status } = await call(proxy.origin, {
      path,
      body: { model: MODEL, ...(path.endsWith('responses') ? { input } : { messages }) },
    })
    expect(status).toBe(200)
    expect(sent()).toContain('x \ufffd')
    expect(sent()).not.toMatch(/\\ud83d/i)
  })

  test('is replaced beside long media, too', async () => {
    const url = `data:image/png;base64,${'A'.repeat(400_000)}`
    const content = [
      { type: 'text', text: TEXT },
      { type: 'image_url', image_url: { url } },
    ]
    await call(proxy.origin, { body: { model: MODEL, messages: [{ role: 'user', content }] } })
    expect(sent()).toContain(inJson(SENT))
  })

  test.each([
    ['escaped', JSON.stringify({ text: '\ud83d' })],
    ['escaped in capitals beside a pair', '{"text":"\\uD83D","pair":"\\uD83D\\uDE00"}'],
    ['outside of a JSON object', 'cut \ud83d'],
  ])('is replaced in the arguments of an earlier call, too: %s', async (_what, args) => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: args } }] },
      { role: 'tool', tool_call_id: 'call_1', content: 'done' },
    ]
    const tools = [{ type: 'function', function: { name: 'look' } }]
    expect((await call(proxy.origin, { body: { model: MODEL, messages, tools } })).status).toBe(200)
    expect(sent()).toContain('\ufffd')
    expect(sent().replaceAll('\\\\uD83D\\\\uDE00', '')).not.toMatch(/\\ud/i)
  })
})
