import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sign } from '../../doubles/simulator/index.js'
import { eventually, post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { sentAt } from '../../support/sentChat.js'
import { PLACEHOLDER } from './agent.js'
import { BY_ITEMS, EVERY_KIND, KEEPING, loggedRepairs, MODEL, sentCalls, sentMessages } from './clients.js'

const FALLBACK = 'gemini-3.6-flash'
const RETIRED = 'gemini-2.5-flash'
const REPLACEMENT = 'gemini-3.5-flash-lite'
const ENV = { MAX_RETRIES: '0', MODEL_FALLBACKS: `${MODEL}>${FALLBACK}` }

let proxy: ProxyUnderTest
/** A second instance, which shares no state with the first. */
let other: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy(ENV)
  other = await startProxy(ENV)
})
beforeEach(() => {
  proxy.simulator.reset()
  other.simulator.reset()
})
afterAll(() => Promise.all([proxy.close(), other.close()]))

const [FIRST, SECOND, THIRD] = [sign('a'), sign('a'), sign('a')]
const signedStep = (signature: string) => [{ name: 'a', signature }]
const overload = { error: 'unavailable' } as const
const sent = (position: number, from = proxy) => {
  const { model } = sentAt(from.simulator.requests, position) as { model?: string }
  return { model, signatures: sentCalls(from, position).map(({ signature }) => signature) }
}

describe.each(EVERY_KIND)('$name: a thought signature', ({ start }) => {
  test('is replaced by the placeholder for another model than the one that made it', async () => {
    const client = start(proxy)
    await client.ask({ steps: [FIRST, SECOND, THIRD].map(signedStep) })
    proxy.simulator.next(overload)
    await client.sendResults()
    expect([sent(1), sent(2)]).toEqual([
      { model: MODEL, signatures: [FIRST] },
      { model: FALLBACK, signatures: [PLACEHOLDER] },
    ])
    await eventually(() => expect(loggedRepairs(proxy)).toContain('foreign-signatures'))
    // The first model serves again. It gets no signature for the second call, which its fallback
    // made.
    await client.sendResults()
    expect(sent(3)).toEqual({ model: MODEL, signatures: [FIRST, PLACEHOLDER] })
    // The fallback serves again. It gets only the signature that it made itself.
    proxy.simulator.next(overload)
    await client.sendResults()
    expect(sent(5)).toEqual({ model: FALLBACK, signatures: [PLACEHOLDER, SECOND, PLACEHOLDER] })
    expect(proxy.simulator.requests.filter(({ status }) => status === 400)).toEqual([])
  })

  test('is replaced for the replacement of a retired model, at once and later', async () => {
    const own = await startProxy()
    const client = start(own, RETIRED)
    await client.ask({ steps: [FIRST, SECOND, THIRD].map(signedStep) })
    own.simulator.settings.models = { [RETIRED]: 'retired' }
    await client.sendResults()
    await client.sendResults()
    expect([2, 3].map((position) => sent(position, own))).toEqual([
      { model: REPLACEMENT, signatures: [PLACEHOLDER] },
      { model: REPLACEMENT, signatures: [PLACEHOLDER, SECOND] },
    ])
    await own.close()
  })
})

test.each(BY_ITEMS)('$name: sealed items name the model that made a signature, on any instance', async ({ start }) => {
  const client = start(proxy)
  proxy.simulator.next(overload)
  await client.ask({ steps: [FIRST, SECOND].map(signedStep) })
  await client.sendResults(other)
  expect(sent(0, other)).toEqual({ model: MODEL, signatures: [PLACEHOLDER] })
})

test.each([...KEEPING, ...BY_ITEMS])('$name: the signature of a text is dropped for another model', async ({ start }) => {
  const client = start(proxy)
  await client.ask({ text: 'Hello.' })
  proxy.simulator.next(overload)
  await client.ask({ text: 'Again.' })
  const textSignatures = [1, 2].map((position) => sentMessages(proxy, position)[1]?.extra_content?.google.thought_signature)
  expect(textSignatures).toEqual([expect.any(String), undefined])
})

test.each(BY_ITEMS)('$name: the signature of a text from the fallback is dropped for the first model', async ({ start }) => {
  const client = start(proxy)
  proxy.simulator.next(overload)
  await client.ask({ text: 'Hello.' })
  await client.ask({ text: 'Again.' })
  expect(sentMessages(proxy)[1]?.extra_content).toBeUndefined()
})

describe.each([false, true])('with stream: %s, a signature of unknown origin', (stream) => {
  const call = {
    id: 'c1',
    type: 'function',
    function: { name: 'a', arguments: '{}' },
    extra_content: { google: { thought_signature: FIRST } },
  }
  const messages = [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: 'Hello.', extra_content: { google: { thought_signature: sign('') } } },
    { role: 'user', content: 'hi' },
    { role: 'assistant', tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c1', content: 'x' },
  ]
  const ask = async (model: string, at = proxy): Promise<unknown> => {
    const response = await post(at, { model, messages, stream, tools: [{ type: 'function', function: { name: 'a' } }] })
    await response.text()
    return response.status
  }

  test('is treated as made by the requested model, if a fallback serves', async () => {
    proxy.simulator.next(overload)
    expect([await ask(MODEL), sent(0), sent(1)]).toEqual([
      200,
      { model: MODEL, signatures: [FIRST] },
      { model: FALLBACK, signatures: [PLACEHOLDER] },
    ])
    expect(sentMessages(proxy)[1]?.extra_content).toBeUndefined()
  })

  test('is treated as made by the model that an alias stands for', async () => {
    const own = await startProxy({ ...ENV, MODEL_ALIASES: `gpt-*=${MODEL}` })
    expect([await ask('gpt-4o', own), sent(0, own)]).toEqual([200, { model: MODEL, signatures: [FIRST] }])
    await own.close()
  })

  test('is treated as made by a retired model if its replacement serves', async () => {
    const own = await startProxy({}, { models: { [RETIRED]: 'retired' } })
    const statuses = [await ask(RETIRED, own), await ask(RETIRED, own)]
    expect([statuses, sent(1, own), sent(2, own)]).toEqual([
      [200, 200],
      { model: REPLACEMENT, signatures: [PLACEHOLDER] },
      { model: REPLACEMENT, signatures: [PLACEHOLDER] },
    ])
    await own.close()
  })
})
