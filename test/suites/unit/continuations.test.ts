import { expect, test } from 'vitest'
import { apiError } from '../../../src/contract/errors.js'
import { Continuations } from '../../../src/upstream/answer/continuations.js'
import type { RawAnswer } from '../../../src/upstream/answer/rawAnswer.js'
import type { UpstreamResponse } from '../../../src/upstream/wire/upstreamCall.js'

const BROKEN = apiError('upstream_error', 'The connection to Gemini failed.')
const CONTINUED = { finish_reason: 'CONTINUATION', delta: {} }

/** Makes the continuations of one answer, and records the tokens with which they are requested. */
function makeContinuations(hidesThoughts = false): { continuations: Continuations; tokens: string[] } {
  const tokens: string[] = []
  const continuations = new Continuations({
    maxContinuations: 2,
    call: async (token) => {
      tokens.push(token)
      return {} as UpstreamResponse // the cast is safe: Continuations does not read the response
    },
    waitToRepeat: async (failure) => {
      throw failure
    },
    onContinuation: () => undefined,
    onResumption: () => undefined,
    hidesThoughts,
  })
  return { continuations, tokens }
}

const event = (delta: object): RawAnswer => ({ choices: [{ delta }] })
const resumePoint = (token: string, delta: object = {}): RawAnswer => ({
  choices: [{ delta }],
  resumePoint: { token, endsResponse: false },
})
const end = (token?: string): RawAnswer => ({ choices: [CONTINUED], resumePoint: { token, endsResponse: true } })

test('a response that ends with the token of its own request is the last one', async () => {
  const { continuations, tokens } = makeContinuations()
  continuations.add(end('a'))
  expect(continuations.isUnfinished).toBe(true)
  await continuations.next()
  continuations.add(end('a'))
  expect([continuations.isUnfinished, tokens]).toEqual([false, ['a']])
})

test('a response that ends without a token is the last one, even after a resume point', () => {
  const { continuations } = makeContinuations()
  continuations.add(resumePoint('a'))
  continuations.add(end())
  expect(continuations.isUnfinished).toBe(false)
})

test('no continuation is requested beyond the limit', async () => {
  const { continuations } = makeContinuations()
  continuations.add(end('a'))
  await continuations.next()
  continuations.add(end('b'))
  await continuations.next()
  continuations.add(end('c'))
  expect(continuations.isUnfinished).toBe(false)
})

test('a broken response is resumed from its last token', async () => {
  const { continuations, tokens } = makeContinuations()
  continuations.add(resumePoint('a', { content: 'text' }))
  continuations.add(event({ content: 'more' }))
  continuations.add(resumePoint('b', { content: 'text' }))
  continuations.add(event({ role: 'assistant' }))
  await continuations.resume(BROKEN)
  expect(tokens).toEqual(['b'])
})

const OUTPUTS: readonly (readonly [string, RawAnswer])[] = [
  ['text', event({ content: 'text' })],
  ['thoughts', event({ reasoning_content: 'thought' })],
  ['a call', event({ tool_calls: [{}] })],
  ['a signature', event({ extra_content: { google: { thought_signature: 'c2ln' } } })],
  ['the end', { choices: [{ delta: {}, finish_reason: 'STOP' }] }],
]

test.each(OUTPUTS)('a broken response is not resumed if %s followed its last token', async (_, output) => {
  const { continuations, tokens } = makeContinuations()
  continuations.add(resumePoint('a'))
  continuations.add(output)
  await expect(continuations.resume(BROKEN)).rejects.toBe(BROKEN)
  expect(tokens).toEqual([])
})

test('a broken response is resumed after thoughts that the client does not get', async () => {
  const { continuations, tokens } = makeContinuations(true)
  continuations.add(resumePoint('a'))
  continuations.add(event({ reasoning_content: 'thought' }))
  await continuations.resume(BROKEN)
  expect(tokens).toEqual(['a'])
})

test('an answer that breaks three times without progress is resumed, and fails the fourth time', async () => {
  const { continuations, tokens } = makeContinuations()
  continuations.add(resumePoint('a'))
  for (let time = 0; time < 3; time += 1) await continuations.resume(BROKEN)
  await expect(continuations.resume(BROKEN)).rejects.toBe(BROKEN)
  expect(tokens).toEqual(['a', 'a', 'a'])
})

test('a new token allows three more resumptions', async () => {
  const { continuations, tokens } = makeContinuations()
  continuations.add(resumePoint('a'))
  for (let time = 0; time < 3; time += 1) await continuations.resume(BROKEN)
  continuations.add(resumePoint('b'))
  for (let time = 0; time < 3; time += 1) await continuations.resume(BROKEN)
  expect(tokens).toEqual(['a', 'a', 'a', 'b', 'b', 'b'])
})

test('an answer that breaks after each new token is resumed 24 times at most', async () => {
  const { continuations, tokens } = makeContinuations()
  for (let time = 0; time < 24; time += 1) {
    continuations.add(resumePoint(`${time}`))
    await continuations.resume(BROKEN)
  }
  continuations.add(resumePoint('last'))
  await expect(continuations.resume(BROKEN)).rejects.toBe(BROKEN)
  expect(tokens).toHaveLength(24)
})

test('a response that breaks after its final token has ended, once', async () => {
  const { continuations, tokens } = makeContinuations()
  continuations.add(end('a'))
  expect([continuations.canIgnore(BROKEN), continuations.isUnfinished]).toEqual([true, true])
  expect(continuations.canIgnore(BROKEN)).toBe(false)
  await expect(continuations.resume(BROKEN)).rejects.toBe(BROKEN)
  await continuations.next()
  expect([continuations.canIgnore(BROKEN), tokens]).toEqual([false, ['a']])
})

test.each(OUTPUTS)('a response that breaks after its final token and %s has not ended', (_, output) => {
  const { continuations } = makeContinuations()
  continuations.add(end('a'))
  continuations.add(output)
  expect(continuations.canIgnore(BROKEN)).toBe(false)
})

test('a response that breaks after a resume point has not ended', () => {
  const { continuations } = makeContinuations()
  continuations.add(resumePoint('a'))
  expect(continuations.canIgnore(BROKEN)).toBe(false)
})

test('an error that a retry cannot resolve is final', async () => {
  const { continuations, tokens } = makeContinuations()
  const refused = apiError('invalid_request', 'Gemini refused the request.')
  continuations.add(resumePoint('a'))
  await expect(continuations.resume(refused)).rejects.toBe(refused)
  expect(tokens).toEqual([])
})
