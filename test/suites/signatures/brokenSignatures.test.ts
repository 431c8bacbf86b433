import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sign } from '../../doubles/simulator/index.js'
import { eventually, post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { askForMessage, PLACEHOLDER } from './agent.js'
import { loggedRepairs, MODEL, sentCalls, sentMessages } from './clients.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const TOOLS = [{ type: 'function', function: { name: 'a' } }]
const QUESTION = { role: 'user', content: 'hi' }
const extra = (signature: unknown) => ({ extra_content: { google: { thought_signature: signature } } })
const callOf = (id: string, signature?: unknown) => ({
  id,
  type: 'function',
  function: { name: 'a', arguments: '{}' },
  ...(signature === undefined ? {} : extra(signature)),
})
const step = (...calls: readonly { readonly id: string }[]) => [
  { role: 'assistant', tool_calls: calls },
  ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'x' })),
]
const sendStep = async (stream: boolean, ...calls: readonly { readonly id: string }[]): Promise<(string | undefined)[]> => {
  const response = await post(proxy, { model: MODEL, tools: TOOLS, stream, messages: [QUESTION, ...step(...calls)] })
  const text = await response.text()
  expect([response.status, text.slice(0, 300)]).toEqual([200, text.slice(0, 300)])
  return sentCalls(proxy).map(({ signature }) => signature)
}

const SIGNATURE = sign('a')
/** Thought signatures as clients damage them before they send them back. */
const BROKEN = [
  ['cut, with an ellipsis', 'EsMCAAAAAAAAAAAA…'],
  ['cut, with three dots', `${SIGNATURE.slice(0, 20)}...`],
  ['cut to a length that base64 cannot have', SIGNATURE.slice(0, 21)],
  ['cut within the padding', 'QUJD='],
  ['with a line break', `${SIGNATURE.slice(0, 30)}\n${SIGNATURE.slice(30)}`],
  ['with a space for a plus sign', `${SIGNATURE.slice(0, 30)} ${SIGNATURE.slice(31)}`],
  ['encoded for a URL', encodeURIComponent(`${SIGNATURE.slice(0, 12)}+/=`)],
  ['in quotes', JSON.stringify(SIGNATURE)],
  ['a text', '[signature removed]'],
  ['`undefined`', 'undefined'],
  ['padding alone', '=='],
] as const

describe.each([false, true])('with stream: %s, an invalid thought signature', (stream) => {
  test.each(BROKEN)('is replaced by the placeholder: %s', async (_, broken) => {
    expect(await sendStep(stream, callOf('c1', broken))).toEqual([PLACEHOLDER])
    expect(proxy.simulator.totalRequests).toBe(1)
    await eventually(() => expect(loggedRepairs(proxy)).toContain('invalid-signatures'))
  })

  test.each(BROKEN)('is replaced by the stored one of the same call: %s', async (_, broken) => {
    proxy.simulator.next({ toolCalls: [{ name: 'a', signature: SIGNATURE }] })
    const { calls } = await askForMessage(proxy, { model: MODEL, tools: TOOLS, messages: [QUESTION] }, stream)
    expect(await sendStep(stream, callOf(calls[0]?.id ?? '', broken))).toEqual([SIGNATURE])
  })

  test('is replaced on each of several calls', async () => {
    expect(await sendStep(stream, callOf('c1', '…'), callOf('c2', '…'), callOf('c3'))).toEqual([PLACEHOLDER, PLACEHOLDER, undefined])
  })

  test('is removed from further calls if it is empty', async () => {
    expect(await sendStep(stream, callOf('c1', ''), callOf('c2', ''), callOf('c3'))).toEqual([PLACEHOLDER, undefined, undefined])
  })

  test('is not replaced for a model that needs none', async () => {
    const messages = [QUESTION, ...step(callOf('c1', ''))]
    const response = await post(proxy, { model: 'gemini-2.5-flash', tools: TOOLS, stream, messages })
    await response.text()
    expect([response.status, sentMessages(proxy)[1]]).toEqual([200, expect.not.objectContaining({ extra_content: expect.anything() })])
    expect(sentCalls(proxy).map(({ signature }) => signature)).toEqual([undefined])
  })

  test.each(['EsMC…', ''])('is removed from a text: %j', async (broken) => {
    const messages = [QUESTION, { role: 'assistant', content: 'Hello.', ...extra(broken) }, QUESTION]
    const response = await post(proxy, { model: MODEL, stream, messages })
    await response.text()
    expect([response.status, sentMessages(proxy)[1]]).toEqual([200, { role: 'assistant', content: 'Hello.' }])
  })

  test.each([
    ['with padding', SIGNATURE],
    ['without padding', SIGNATURE.replace(/=+$/, '')],
    ['in the URL-safe alphabet', SIGNATURE.replaceAll('+', '-').replaceAll('/', '_')],
  ])('is not assumed %s, which is sent unchanged', async (_, valid) => {
    const messages = [QUESTION, ...step(callOf('c1', valid)), QUESTION]
    const response = await post(proxy, { model: MODEL, tools: TOOLS, stream, messages })
    await response.text()
    expect(sentCalls(proxy, 0).map(({ signature }) => signature)).toEqual([valid])
  })
})
