import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChatCompletion } from '../../../src/contract/types.js'
import { chat, contentOf, PLAIN, parseStream, post, streamed } from '../../support/calls.js'
import { call } from '../../support/contractHook.js'
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
  ['candidates that are a string', { candidates: 'x' }],
  ['a finish reason that is a number', candidate({ content: { parts: [{ text: 'a' }] }, finishReason: 7 })],
  ['parts that are an object', candidate({ content: { parts: {} } })],
  ['a part that is null', candidate({ content: { parts: [null] } })],
  ['a function call that is a string', candidate({ content: { parts: [{ functionCall: 'x' }] } })],
  ['a count beyond safe integers', counted({ promptTokenCount: 1e300 })],
  ['a negative count of a modality', counted({ promptTokensDetails: [{ modality: 'AUDIO', tokenCount: -7 }] })],
]

describe('invalid JSON of Gemini is a 502 upstream_error, in JSON and as a stream', () => {
  test.each<readonly [string, unknown]>([
    ['null', null],
    ['a number', 42],
    ['a list', []],
    ['an empty object', {}],
    ['no choice', { choices: [] }],
    ['a choice that is null', { choices: [null] }],
    ['choices that are an object', { choices: {} }],
    ['choices that are a string', { choices: 'x' }],
    ['a finish reason that is a number', piece({ message: { content: 'a' }, delta: { content: 'a' }, finish_reason: 7 })],
    ['tool calls that are an object', piece({ message: { tool_calls: {} }, delta: { tool_calls: {} } })],
    ['a tool call that is null', piece({ message: { tool_calls: [null] }, delta: { tool_calls: [null] } })],
    ['an error that is a string', { error: 'failed' }],
    ...(isOnNative ? NATIVE : []),
  ])('%s', async (_, value) => {
    const text = JSON.stringify(value)
    for (const body of [streamed({ rawBody: `data: ${text}\n\n${DONE}` }), chat({ rawBody: text })]) {
      const response = await post(proxy, body)
      expect([response.status, await response.json()]).toMatchObject([502, { error: { type: 'server_error', code: 'upstream_error' } }])
    }
  })
})

test('a byte order mark before an answer is ignored, in JSON and as a stream', async () => {
  const choice = { index: 0, finish_reason: 'stop' }
  const whole = JSON.stringify(onWire({ choices: [{ ...choice, message: { content: 'Hi' } }] }))
  const events = `${toEvent({ choices: [{ ...choice, delta: { content: 'Hi' } }] })}${DONE}`
  expect(contentOf(await (await post(proxy, chat({ rawBody: `\ufeff${whole}` }))).json())).toBe('Hi')
  expect(parseStream(await (await post(proxy, streamed({ rawBody: `\ufeff${events}` }))).text()).content).toBe('Hi')
})

// Only relays in front of the compatible API send these malformed members.
if (!isOnNative)
  describe('an answer is complete without invalid optional members:', () => {
    const CITED = { type: 'url_citation', url_citation: { url: 'https://a.example/', title: 'a', start_index: 0, end_index: 2 } }
    const FLAT = { type: 'url_citation', url: 'https://a.example/', title: 'a', start_index: 0, end_index: 2 }
    const TOKEN = { token: 'Hi', logprob: -1, bytes: null, top_logprobs: [] }
    const LOGPROBS = { content: [TOKEN], refusal: null }
    test.each<[what: string, member: object, logprobs: unknown, expected: object]>([
      ['annotations that are an object', { annotations: {} }, LOGPROBS, { logprobs: LOGPROBS }],
      ['annotations of another format', { annotations: [FLAT, CITED] }, null, { annotations: [CITED] }],
      ['log probabilities that are a string', { annotations: [CITED] }, 'x', { annotations: [CITED] }],
      ['log probabilities without a list', {}, { content: {} }, {}],
      ['log probabilities without numbers', {}, { content: [{ token: 'Hi' }] }, {}],
    ])('%s, in every API, even if the answer is cut', async (_, member, logprobs, expected) => {
      const choice = { index: 0, finish_reason: 'stop', logprobs }
      const content = `Hi${' there'.repeat(200)}`
      const event = { choices: [{ ...choice, delta: { content, ...member } }] }
      // The event has the optional members without text, because citations may arrive after the
      // text.
      const late = { choices: [{ ...choice, delta: member }] }
      const whole = JSON.stringify({ choices: [{ ...choice, message: { content, ...member } }] })
      const limited = { model: 'gemini-3.5-flash', max_tokens: 20 }
      const { choices } = (await (await post(proxy, chat({ rawBody: whole }, limited))).json()) as ChatCompletion
      expect({ logprobs: null, annotations: undefined, ...choices[0]?.message, ...choices[0] }).toMatchObject({
        finish_reason: 'length',
        logprobs: null,
        annotations: undefined,
        ...expected,
      })
      for (const more of [limited, {}]) {
        const rawBody = `${toEvent(event)}${toEvent(late)}${DONE}`
        const { errors, dones } = parseStream(await (await post(proxy, streamed({ rawBody }, more))).text())
        expect([errors, dones]).toEqual([[], 1])
      }
      for (const [path, body] of [
        ['/v1/responses', { input: `simulate:${JSON.stringify({ rawBody: whole })}` }],
        ['/v1/messages', { messages: [{ role: 'user', content: `simulate:${JSON.stringify({ rawBody: whole })}` }], max_tokens: 9_000 }],
      ] as const)
        expect((await call(proxy.origin, { path, body: { model: 'gemini-3.5-flash', ...body } })).status).toBe(200)
    })
  })

test('an answer longer than any possible one is a 502', async () => {
  proxy.simulator.next({ rawBody: 'x'.repeat(50_331_649) })
  const response = await post(proxy, chat({}))
  expect([response.status, await response.json()]).toMatchObject([502, { error: { code: 'upstream_error' } }])
  expect(response.headers.get('x-should-retry')).toBe('false')
})
