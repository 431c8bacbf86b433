import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ApiError } from '../../../../src/contract/errors.js'
import type { ChunkChoice } from '../../../../src/contract/types.js'
import { toChoice } from '../../../../src/upstream/answer/choice.js'
import { ChunkConverter } from '../../../../src/upstream/answer/choiceStream.js'
import { assembled, type Message } from './assembled.js'

/** An answer of Gemini, before the test encodes it as JSON or as a stream. */
interface Said {
  readonly thought: string
  readonly text: string
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
  readonly finish: string
  readonly signature: string | undefined
}

const OPEN = '<thought>'
const CLOSE = '</thought>'
const TEXT = fc.string({ unit: fc.constantFrom('a', ' ', '<', '/', 'thought', '>', '世', '\n'), maxLength: 12 })
const SAID: fc.Arbitrary<Said> = fc.record({
  thought: TEXT.filter((text) => `${text}${CLOSE}`.indexOf(CLOSE) === text.length),
  text: TEXT,
  calls: fc.array(
    fc.record({
      id: fc.constantFrom('', 'a1', 'a1', 'a2', 'x'.repeat(41)),
      name: fc.constantFrom('get_weather', 'get_time'),
      arguments: fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.stringify({ value })),
    }),
    { maxLength: 4 },
  ),
  finish: fc.constantFrom(
    'stop',
    'tool_calls',
    'length',
    'MAX_TOKENS',
    'content_filter: SAFETY',
    'SAFETY',
    'STOP',
    'function_call_filter: MALFORMED_FUNCTION_CALL',
    'gone',
  ),
  signature: fc.option(fc.constant('S1'), { nil: undefined }),
})

const wire = ({ id, name, arguments: text }: Said['calls'][number], signature?: string): object => ({
  ...(signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }),
  function: { arguments: text, name },
  id,
  type: 'function',
})

const inJson = ({ thought, text, calls, finish, signature }: Said): object => ({
  finish_reason: finish,
  message: {
    role: 'assistant',
    ...(thought === '' && text === '' ? {} : { content: thought === '' ? text : `${OPEN}${thought}${CLOSE}${text}` }),
    ...(thought === '' ? {} : { extra_content: { google: { thought: true } } }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call, place) => wire(call, place === 0 ? signature : undefined)) }),
  },
})

/** Cuts a text at the given indexes. */
function cut(text: string, places: readonly number[]): string[] {
  const cuts = [...new Set([0, ...places.map((place) => place % (text.length + 1)), text.length])].sort((a, b) => a - b)
  return cuts.slice(1).map((end, index) => text.slice(cuts[index], end))
}

interface Cutting {
  readonly places: readonly number[]
  readonly placement: 'one-delta' | 'one-per-chunk' | 'split-arguments'
  readonly hasOwnEnd: boolean
}

function inStream({ thought, text, calls, finish, signature }: Said, { places, placement, hasOwnEnd }: Cutting): object[] {
  const deltas: object[] = []
  if (thought !== '')
    for (const content of cut(`${OPEN}${thought}`, places)) deltas.push({ content, extra_content: { google: { thought: true } } })
  const answer = thought === '' ? text : `${CLOSE}${text}`
  if (answer !== '') for (const content of cut(answer, places)) deltas.push({ content })
  const signed = calls.map((call, place) => ({ call, signature: place === 0 ? signature : undefined }))
  if (placement === 'one-delta' && calls.length > 0) deltas.push({ tool_calls: signed.map((each) => wire(each.call, each.signature)) })
  if (placement === 'one-per-chunk') for (const each of signed) deltas.push({ tool_calls: [wire(each.call, each.signature)] })
  if (placement === 'split-arguments') {
    for (const each of signed) {
      const [first = '', ...rest] = cut(each.call.arguments, places)
      deltas.push({ tool_calls: [wire({ ...each.call, arguments: first }, each.signature)] })
      for (const more of rest) deltas.push({ tool_calls: [{ function: { arguments: more } }] })
    }
  }
  if (hasOwnEnd || deltas.length === 0) deltas.push({})
  return deltas.map((delta, place) => ({
    index: 0,
    delta: { role: 'assistant', ...delta },
    ...(place === deltas.length - 1 ? { finish_reason: finish } : {}),
  }))
}

const style = {
  isLegacy: false,
  mayBeEmpty: false,
  clientNames: new Map(),
  onRepair: () => undefined,
  onCall: () => undefined,
  onCallsEnd: () => undefined,
}

/**
 * Returns the choice or the error code, without permitted differences: new ids, and empty content,
 * which a stream leaves out.
 */
function outcome(work: () => { message: object; finish_reason: unknown }): unknown {
  try {
    const { message, finish_reason: finish } = work()
    const { content, tool_calls: calls, ...rest } = message as Message
    const named = calls?.map((call) => ({ ...call, id: /^call_[0-9a-f]{24}$/.test(call.id) ? 'new' : call.id }))
    expect(new Set(calls?.map(({ id }) => id)).size).toBe(calls?.length ?? 0)
    return { finish, content: content || null, calls: named, ...rest }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { error: [error.status, error.code] }
  }
}

test('an answer is the same in JSON and in a stream, however Gemini splits it', () => {
  const cutting = fc.record({
    places: fc.array(fc.nat(40), { maxLength: 4 }),
    placement: fc.constantFrom('one-delta' as const, 'one-per-chunk' as const, 'split-arguments' as const),
    hasOwnEnd: fc.boolean(),
  })
  const seen = { answers: 0, errors: 0 }
  fc.assert(
    fc.property(SAID, cutting, (said, cuts) => {
      const whole = outcome(() => toChoice(inJson(said) as never, 0, style))
      const streamed = outcome(() => {
        const out: ChunkChoice[] = []
        const stream = new ChunkConverter(0, style)
        for (const raw of inStream(said, cuts)) stream.add(raw as never, out)
        stream.end(out, true)
        return assembled(out)
      })
      expect(streamed).toEqual(whole)
      seen[typeof whole === 'object' && whole !== null && 'error' in whole ? 'errors' : 'answers'] += 1
    }),
    { numRuns: 3000 },
  )
  expect(Math.min(seen.answers, seen.errors)).toBeGreaterThan(300)
})
