import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ScriptedCall, sign } from '../../doubles/simulator/index.js'
import { post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { prompt } from '../responses/asking.js'
import { PLACEHOLDER } from './agent.js'
import { BY_ID, BY_ITEMS, DROPPING, EVERY_KIND, KEEPING, MODEL, sentCalls } from './clients.js'

let proxy: ProxyUnderTest
/** A second instance, which shares no state with the first. */
let other: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
  other = await startProxy()
})
beforeEach(() => {
  proxy.simulator.reset()
  other.simulator.reset()
})
afterAll(() => Promise.all([proxy.close(), other.close()]))

const OUR_ID = /^call_[0-9a-f]{24}$/
/**
 * The id that Gemini gives to every call in this test. Gemini's real ids are short numbers, so that
 * different calls may have equal ids.
 */
const GEMINI_ID = 'call_20038'
const callTo = (name: string, more: Omit<ScriptedCall, 'name'> = {}): ScriptedCall => ({
  name,
  arguments: { x: 'Oslo' },
  id: GEMINI_ID,
  ...more,
})
const [SIGNATURE_A, SIGNATURE_B] = [sign('a'), sign('a')]
const signedBy = (signature: string) => ({ steps: [[callTo('a', { signature })]] })
const UNSIGNED = { steps: [[callTo('a', { signature: null })]] }

describe.each(EVERY_KIND)('$name: the id of a tool call', ({ start }) => {
  test('is unique even if Gemini repeats it in two conversations, and each call has its own signature', async () => {
    const [one, two] = [start(proxy), start(proxy)]
    const first = await one.ask(signedBy(SIGNATURE_A))
    const second = await two.ask(signedBy(SIGNATURE_B))
    const ids = [...first.calls, ...second.calls].map(({ id }) => id)
    expect(ids).toEqual([expect.stringMatching(OUR_ID), expect.stringMatching(OUR_ID)])
    expect(new Set(ids).size).toBe(2)
    await one.sendResults()
    expect(sentCalls(proxy)).toMatchObject([{ id: GEMINI_ID, resultId: GEMINI_ID, result: `result of ${ids[0]}`, signature: SIGNATURE_A }])
    await two.sendResults()
    expect(sentCalls(proxy)).toMatchObject([{ id: GEMINI_ID, resultId: GEMINI_ID, result: `result of ${ids[1]}`, signature: SIGNATURE_B }])
  })

  test('is unique even if Gemini repeats it in two steps of a conversation, and each call has its own signature and result', async () => {
    const client = start(proxy)
    const first = await client.ask({ steps: [[callTo('a', { signature: SIGNATURE_A })], [callTo('a', { signature: SIGNATURE_B })]] })
    const second = await client.sendResults()
    expect((await client.sendResults()).text).not.toBe('')
    const sent = sentCalls(proxy)
    expect(sent.map(({ signature }) => signature)).toEqual([SIGNATURE_A, SIGNATURE_B])
    expect(sent.map(({ result }) => result)).toEqual([...first.calls, ...second.calls].map(({ id }) => `result of ${id}`))
    expect(sent.every(({ id, resultId }) => id === resultId)).toBe(true)
    expect(new Set(sent.map(({ id }) => id)).size).toBe(2)
  })

  test('is unique even if Gemini repeats it in two parallel calls, also in the history', async () => {
    const client = start(proxy)
    const { calls } = await client.ask({ steps: [[callTo('a'), callTo('b'), callTo('a')]] })
    expect(new Set(calls.map(({ id }) => id)).size).toBe(3)
    await client.sendResults()
    const sent = sentCalls(proxy)
    expect(sent.map(({ name, result }) => [name, result])).toEqual(calls.map(({ id, name }) => [name, `result of ${id}`]))
    expect(new Set(sent.map(({ id }) => id)).size).toBe(3)
    expect(sent.every(({ id, resultId }) => id === resultId)).toBe(true)
  })

  test.each(['', 'x'.repeat(41), '9zq1k2ab', 'function-call-123456'])('replaces the id %j of Gemini', async (id) => {
    const client = start(proxy)
    const { calls } = await client.ask({ steps: [[callTo('a', { id })]] })
    expect(calls).toEqual([{ id: expect.stringMatching(OUR_ID), name: 'a' }])
    await client.sendResults()
    expect(sentCalls(proxy)).toMatchObject([{ id: id === '' ? calls[0]?.id : id, name: 'a', result: `result of ${calls[0]?.id}` }])
  })

  test('gets no signature of another conversation if Gemini did not sign the call', async () => {
    await start(proxy).ask(signedBy(SIGNATURE_A))
    const client = start(proxy)
    await client.ask(UNSIGNED)
    await client.sendResults()
    expect(sentCalls(proxy)).toMatchObject([{ id: GEMINI_ID, signature: PLACEHOLDER }])
  })

  test('is unknown to another instance, which still matches the call with its result', async () => {
    const client = start(proxy)
    const { calls } = await client.ask(signedBy(SIGNATURE_A))
    if (BY_ID.some((kind) => kind.start === start)) return expect(calls).toHaveLength(1)
    await client.sendResults(other)
    const [sent] = sentCalls(other)
    expect(sent?.id).toBe(sent?.resultId)
    expect(sent?.signature).toBe(DROPPING.some((kind) => kind.start === start) ? PLACEHOLDER : SIGNATURE_A)
  })
})

test.each([...KEEPING, ...BY_ITEMS])(
  '$name: an answer from another instance does not mix its calls with those of this instance',
  async ({ start }) => {
    const [one, two] = [start(proxy), start(other)]
    await one.ask(signedBy(SIGNATURE_A))
    await two.ask(signedBy(SIGNATURE_B))
    await one.sendResults(other)
    expect(sentCalls(other)[0]?.signature).toBe(SIGNATURE_A)
  },
)

test.each(BY_ITEMS)("$name: the sealed item of a signed call contains Gemini's id", async ({ start }) => {
  const client = start(proxy)
  await client.ask(signedBy(SIGNATURE_A))
  await client.sendResults(other)
  expect(sentCalls(other)).toMatchObject([{ id: GEMINI_ID, resultId: GEMINI_ID, signature: SIGNATURE_A }])
})

test('a stream that is read again has the same ids, and so does the stored answer', async () => {
  const request = { model: MODEL, stream: true, messages: [{ role: 'user', content: prompt({ toolCalls: [callTo('a'), callTo('b')] }) }] }
  const response = await post(proxy, request, { headers: { 'x-stream-resume': 'true' } })
  const text = await response.text()
  const idsIn = (events: string): string[] => events.match(/call_[0-9a-f]{24}/g) ?? []
  const id = /"id":"(chatcmpl-[^"]+)"/.exec(text)?.[1] ?? ''
  const read = async (query: string): Promise<string> => {
    const url = `${proxy.baseUrl}/chat/completions/${id}${query}`
    return (await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } })).text()
  }
  expect(new Set(idsIn(text)).size).toBe(2)
  expect(idsIn(await read('?stream=true'))).toEqual(idsIn(text))
  expect(idsIn(await read(''))).toEqual(idsIn(text))
})
