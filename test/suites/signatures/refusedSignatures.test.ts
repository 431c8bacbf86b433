import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sign } from '../../doubles/simulator/index.js'
import { eventually, post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { PLACEHOLDER } from './agent.js'
import { BY_ITEMS, type Client, EVERY_KIND, KEEPING, loggedRepairs, MODEL, sentCalls, sentMessages } from './clients.js'

let proxy: ProxyUnderTest
/**
 * A proxy with MAX_RETRIES=0: the attempt without the refused signatures must not count as a retry.
 */
let withoutRetries: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
  withoutRetries = await startProxy({ MAX_RETRIES: '0' })
})
beforeEach(() => {
  proxy.simulator.reset()
  withoutRetries.simulator.reset()
})
afterAll(() => Promise.all([proxy.close(), withoutRetries.close()]))

const CORRUPTED = 'Corrupted thought signature.'
/** Google's error messages for a thought signature that it cannot read. */
const REFUSALS = [
  CORRUPTED,
  'Invalid thought signature.',
  'INVALID THOUGHT SIGNATURE',
  'Thought signature is not valid. Please pass the signature that was returned.',
  'Invalid value at \'contents[1].parts[0].thought_signature\' (TYPE_BYTES), Base64 decoding failed for "EsMC"',
  "Invalid value at 'messages[1].tool_calls[0].extra_content.google.thought_signature' (TYPE_BYTES), Base64 decoding failed",
  'base64 decoding failed for "EsMCAAAA"',
  'Unable to submit request because Thought_Signature is corrupted or belongs to another model.',
]
const TWO_CALLS = { toolCalls: [{ name: 'a' }, { name: 'b' }] }
const TOOLS = [{ type: 'function', function: { name: 'a' } }]
/** Makes a conversation with a tool call that has the given thought signature. */
const signedBy = (thought_signature: string): object[] => {
  const called = { id: 'c1', type: 'function', function: { name: 'a', arguments: '{}' }, extra_content: { google: { thought_signature } } }
  return [
    { role: 'user', content: 'hi' },
    { role: 'assistant', tool_calls: [called] },
    { role: 'tool', tool_call_id: 'c1', content: 'x' },
  ]
}
/** A thought signature from another provider than Google; the simulator refuses it. */
const FOREIGN = 'Zm9yZWlnbg=='
const bodyOf = (more: object = {}) => ({ model: MODEL, tools: TOOLS, messages: signedBy(FOREIGN), ...more })
const signaturesAt = (position: number) => sentCalls(proxy, position).map(({ signature }) => signature)

/**
 * Sends tool results while the simulator refuses all thought signatures with `message`. @returns
 * the text of the answer
 */
async function continueRefused(client: Client, message: string, at = proxy): Promise<string> {
  at.simulator.settings.behaviour = { refusesSignatures: message }
  return (await client.sendResults()).text
}

describe.each(EVERY_KIND)('$name: a thought signature that Gemini refuses', ({ start }) => {
  test('is replaced by the placeholder, on all calls, in one further attempt, and the repair is logged', async () => {
    const client = start(proxy)
    await client.ask(TWO_CALLS)
    expect(await continueRefused(client, CORRUPTED)).not.toBe('')
    expect(proxy.simulator.requests.map(({ status }) => status)).toEqual([200, 400, 200])
    expect(signaturesAt(1)).toEqual([expect.not.stringMatching(PLACEHOLDER), undefined])
    expect(signaturesAt(2)).toEqual([PLACEHOLDER, PLACEHOLDER])
    await eventually(() => expect(loggedRepairs(proxy)).toContain('refused-signatures'))
  })

  test('is replaced with MAX_RETRIES=0, too', async () => {
    const client = start(withoutRetries)
    await client.ask(TWO_CALLS)
    expect(await continueRefused(client, CORRUPTED, withoutRetries)).not.toBe('')
    expect(withoutRetries.simulator.totalRequests).toBe(3)
  })

  test('is a 400 if the placeholder is refused, too', async () => {
    const client = start(proxy)
    await client.ask(TWO_CALLS)
    proxy.simulator.settings.behaviour = { error: { code: 400, status: 'INVALID_ARGUMENT', message: CORRUPTED } }
    await expect(client.sendResults()).rejects.toThrow(/400/)
    expect(proxy.simulator.totalRequests).toBe(3)
  })
})

describe.each([...KEEPING, ...BY_ITEMS])('$name: the thought signature of a text that Gemini refuses', ({ start }) => {
  test('is dropped in one further attempt', async () => {
    const client = start(proxy)
    await client.ask({ text: 'Hello.' })
    proxy.simulator.settings.behaviour = { refusesSignatures: CORRUPTED }
    expect((await client.ask({ text: 'Again.' })).text).toBe('Again.')
    expect(proxy.simulator.totalRequests).toBe(3)
    const textSignatures = [1, 2].map((position) => sentMessages(proxy, position)[1]?.extra_content?.google.thought_signature)
    expect(textSignatures).toEqual([expect.any(String), undefined])
  })
})

describe.each([false, true])('with stream: %s', (stream) => {
  test.each(REFUSALS)("Google's refusal of a signature is recognised: %s", async (message) => {
    proxy.simulator.settings.behaviour = { refusesSignatures: message }
    const response = await post(proxy, bodyOf({ stream, messages: signedBy(sign('a')) }))
    await response.text()
    expect([response.status, proxy.simulator.totalRequests, signaturesAt(1)]).toEqual([200, 2, [PLACEHOLDER]])
  })

  test('a signature of another provider is replaced', async () => {
    const response = await post(proxy, bodyOf({ stream }))
    await response.text()
    expect([response.status, signaturesAt(0), signaturesAt(1)]).toEqual([200, [FOREIGN], [PLACEHOLDER]])
  })

  test('a refusal as the first event of a stream, or as the body of a 200, is recognised', async () => {
    const error = JSON.stringify({ error: { code: 400, status: 'INVALID_ARGUMENT', message: CORRUPTED } })
    proxy.simulator.next({ rawBody: stream ? `data: ${error}\n\n` : error })
    const response = await post(proxy, bodyOf({ stream, messages: signedBy(sign('a')) }))
    const text = await response.text()
    expect([response.status, proxy.simulator.totalRequests]).toEqual([200, 2])
    expect(text).not.toContain('error')
  })

  test.each([
    ['another refusal', 'Request contains an invalid argument.', signedBy(sign('a'))],
    ['media', "Invalid value at 'messages[0].content[0].image_url.url' (TYPE_BYTES), Base64 decoding failed", signedBy(sign('a'))],
    ['signatures, if the request has none', CORRUPTED, [{ role: 'user', content: 'hi' }]],
    ['the placeholder', CORRUPTED, signedBy(PLACEHOLDER)],
  ])('there is no further attempt after a 400 about %s', async (_, message, messages) => {
    proxy.simulator.settings.behaviour = { error: { code: 400, status: 'INVALID_ARGUMENT', message } }
    const response = await post(proxy, bodyOf({ stream, messages }))
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'invalid_request' } }])
    expect(proxy.simulator.totalRequests).toBe(1)
  })

  test('each of several choices makes its own further attempt', async () => {
    const response = await post(proxy, bodyOf({ stream, n: 2 }))
    await response.text()
    expect([response.status, proxy.simulator.totalRequests]).toEqual([200, 4])
  })

  test('if the further attempt is overloaded, it is repeated without the signature', async () => {
    proxy.simulator.next({}, { error: 'unavailable' })
    const response = await post(proxy, bodyOf({ stream }))
    await response.text()
    expect([response.status, proxy.simulator.totalRequests]).toEqual([200, 3])
    expect([signaturesAt(1), signaturesAt(2)]).toEqual([[PLACEHOLDER], [PLACEHOLDER]])
  })
})
