import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chat, contentOf, PLAIN, parseStream, post, streamed } from '../../support/calls.js'
import { DONE, onWire, toEvent } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy(PLAIN)
})
afterAll(() => proxy.close())

const piece = (said: object): object => ({ choices: [{ finish_reason: 'stop', ...said }] })

const candidate = (more: object): object => ({ candidates: [{ finishReason: 'STOP', ...more }] })
const counted = (usageMetadata: object): object => ({ ...candidate({ content: { parts: [{ text: 'a' }] } }), usageMetadata })
const NATIVE: readonly (readonly [string, unknown])[] = [
  ['no candidate', { candidates: [] }],
  ['a candidate that is null', { candidates: [null] }],
  ['candidates that are an object', { candidates: {} }],
  ['candidates that are a text', { candidates: 'x' }],
  ['a finish reason that is a number', candidate({ content: { parts: [{ text: 'a' }] }, finishReason: 7 })],
  ['parts that are an object', candidate({ content: { parts: {} } })],
  ['a part that is null', candidate({ content: { parts: [null] } })],
  ['a function call that is a text', candidate({ content: { parts: [{ functionCall: 'x' }] } })],
  ['a count that is no integer of JavaScript', counted({ promptTokenCount: 1e300 })],
  ['a negative count of a modality', counted({ promptTokensDetails: [{ modality: 'AUDIO', tokenCount: -7 }] })],
]

describe('JSON of Gemini that is no answer is 502 upstream_error, in one piece and as a stream', () => {
  test.each<readonly [string, unknown]>([
    ['null', null],
    ['a number', 42],
    ['a list', []],
    ['an empty object', {}],
    ['no choice', { choices: [] }],
    ['a choice that is null', { choices: [null] }],
    ['choices that are an object', { choices: {} }],
    ['choices that are a text', { choices: 'x' }],
    ['a finish reason that is a number', piece({ message: { content: 'a' }, delta: { content: 'a' }, finish_reason: 7 })],
    ['tool calls that are an object', piece({ message: { tool_calls: {} }, delta: { tool_calls: {} } })],
    ['a tool call that is null', piece({ message: { tool_calls: [null] }, delta: { tool_calls: [null] } })],
    ['an error that is a text', { error: 'failed' }],
    ...(isOnNative ? NATIVE : []),
  ])('%s', async (_, value) => {
    const text = JSON.stringify(value)
    for (const body of [streamed({ rawBody: `data: ${text}\n\n${DONE}` }), chat({ rawBody: text })]) {
      const response = await post(proxy, body)
      expect([response.status, await response.json()]).toMatchObject([502, { error: { type: 'server_error', code: 'upstream_error' } }])
    }
  })
})

test('a byte order mark before an answer is no part of it, in one piece and as a stream', async () => {
  const choice = { index: 0, finish_reason: 'stop' }
  const whole = JSON.stringify(onWire({ choices: [{ ...choice, message: { content: 'Hi' } }] }))
  const events = `${toEvent({ choices: [{ ...choice, delta: { content: 'Hi' } }] })}${DONE}`
  expect(contentOf(await (await post(proxy, chat({ rawBody: `\ufeff${whole}` }))).json())).toBe('Hi')
  expect(parseStream(await (await post(proxy, streamed({ rawBody: `\ufeff${events}` }))).text()).content).toBe('Hi')
})

test('an answer longer than any of Gemini can be is given up, and held no longer', async () => {
  proxy.simulator.next({ rawBody: 'x'.repeat(50_331_649) })
  const response = await post(proxy, chat({}))
  expect([response.status, await response.json()]).toMatchObject([502, { error: { code: 'upstream_error' } }])
  expect(response.headers.get('x-should-retry')).toBe('false')
})
