import { expect, test } from 'vitest'
import { apiError } from '../../../src/contract/errors.js'
import { Hops } from '../../../src/upstream/answer/hops.js'
import type { RawAnswer } from '../../../src/upstream/answer/rawAnswer.js'
import type { UpstreamResponse } from '../../../src/upstream/wire/upstreamCall.js'

const BROKEN = apiError('upstream_error', 'The connection to Gemini failed.')
const CONTINUED = { finish_reason: 'CONTINUATION', delta: {} }

/** Makes the calls of an answer, and records the tokens of those that follow the first. */
function makeHops(hidesThoughts = false): { hops: Hops; tokens: string[] } {
  const tokens: string[] = []
  const hops = new Hops({
    most: 2,
    call: async (token) => {
      tokens.push(token)
      return {} as UpstreamResponse // not read here
    },
    waitToRepeat: async (failure) => {
      throw failure
    },
    onContinuation: () => undefined,
    onResumption: () => undefined,
    hidesThoughts,
  })
  return { hops, tokens }
}

const event = (delta: object): RawAnswer => ({ choices: [{ delta }] })
const place = (token: string, delta: object = {}): RawAnswer => ({ choices: [{ delta }], continuation: { token, isEnd: false } })
const end = (token?: string): RawAnswer => ({ choices: [CONTINUED], continuation: { token, isEnd: true } })

test('a call that ends with the token that it was made with is the last one', async () => {
  const { hops, tokens } = makeHops()
  hops.add(end('a'))
  expect(hops.isUnfinished).toBe(true)
  await hops.next()
  hops.add(end('a'))
  expect([hops.isUnfinished, tokens]).toEqual([false, ['a']])
})

test('a call that ends without a token is the last one, even after a place to go on from', () => {
  const { hops } = makeHops()
  hops.add(place('a'))
  hops.add(end())
  expect(hops.isUnfinished).toBe(false)
})

test('no call follows the limit', async () => {
  const { hops } = makeHops()
  hops.add(end('a'))
  await hops.next()
  hops.add(end('b'))
  await hops.next()
  hops.add(end('c'))
  expect(hops.isUnfinished).toBe(false)
})

test('a broken call goes on from its last place', async () => {
  const { hops, tokens } = makeHops()
  hops.add(place('a', { content: 'text' }))
  hops.add(event({ content: 'more' }))
  hops.add(place('b', { content: 'text' }))
  hops.add(event({ role: 'assistant' }))
  await hops.resume(BROKEN)
  expect(tokens).toEqual(['b'])
})

const OUTPUTS: readonly (readonly [string, RawAnswer])[] = [
  ['text', event({ content: 'text' })],
  ['thoughts', event({ reasoning_content: 'thought' })],
  ['a call', event({ tool_calls: [{}] })],
  ['a signature', event({ extra_content: { google: { thought_signature: 'c2ln' } } })],
  ['the end', { choices: [{ delta: {}, finish_reason: 'STOP' }] }],
]

test.each(OUTPUTS)('a broken call does not go on where a place was followed by %s', async (_, output) => {
  const { hops, tokens } = makeHops()
  hops.add(place('a'))
  hops.add(output)
  await expect(hops.resume(BROKEN)).rejects.toBe(BROKEN)
  expect(tokens).toEqual([])
})

test('a broken call goes on after thoughts that the client does not get', async () => {
  const { hops, tokens } = makeHops(true)
  hops.add(place('a'))
  hops.add(event({ reasoning_content: 'thought' }))
  await hops.resume(BROKEN)
  expect(tokens).toEqual(['a'])
})

test('a call that breaks three times without progress goes on, and a fourth time fails', async () => {
  const { hops, tokens } = makeHops()
  hops.add(place('a'))
  for (let time = 0; time < 3; time += 1) await hops.resume(BROKEN)
  await expect(hops.resume(BROKEN)).rejects.toBe(BROKEN)
  expect(tokens).toEqual(['a', 'a', 'a'])
})

test('progress allows three more', async () => {
  const { hops, tokens } = makeHops()
  hops.add(place('a'))
  for (let time = 0; time < 3; time += 1) await hops.resume(BROKEN)
  hops.add(place('b'))
  for (let time = 0; time < 3; time += 1) await hops.resume(BROKEN)
  expect(tokens).toEqual(['a', 'a', 'a', 'b', 'b', 'b'])
})

test('a call that breaks after each place does not go on for ever', async () => {
  const { hops, tokens } = makeHops()
  for (let time = 0; time < 24; time += 1) {
    hops.add(place(`${time}`))
    await hops.resume(BROKEN)
  }
  hops.add(place('last'))
  await expect(hops.resume(BROKEN)).rejects.toBe(BROKEN)
  expect(tokens).toHaveLength(24)
})

test('a call that breaks after its end has ended, once', async () => {
  const { hops, tokens } = makeHops()
  hops.add(end('a'))
  expect([hops.hadEnded(BROKEN), hops.isUnfinished]).toEqual([true, true])
  expect(hops.hadEnded(BROKEN)).toBe(false)
  await expect(hops.resume(BROKEN)).rejects.toBe(BROKEN)
  await hops.next()
  expect([hops.hadEnded(BROKEN), tokens]).toEqual([false, ['a']])
})

test.each(OUTPUTS)('a call that breaks after its end, which was followed by %s, has not ended', (_, output) => {
  const { hops } = makeHops()
  hops.add(end('a'))
  hops.add(output)
  expect(hops.hadEnded(BROKEN)).toBe(false)
})

test('a call that breaks after a place has not ended', () => {
  const { hops } = makeHops()
  hops.add(place('a'))
  expect(hops.hadEnded(BROKEN)).toBe(false)
})

test('an error that no retry resolves is final', async () => {
  const { hops, tokens } = makeHops()
  const refused = apiError('invalid_request', 'Gemini refused the request.')
  hops.add(place('a'))
  await expect(hops.resume(refused)).rejects.toBe(refused)
  expect(tokens).toEqual([])
})
