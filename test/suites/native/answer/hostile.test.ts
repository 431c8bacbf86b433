import { expect, test } from 'vitest'
import { googleOf, newChoiceState, type RawMessage, type RawToolCall } from '../../../../src/upstream/answer/repairs/context.js'
import { toolCallIndexRepair } from '../../../../src/upstream/answer/repairs/toolCalls.js'
import { NativeDecoder } from '../../../../src/upstream/native/answer/decoder.js'
import { annotationsOf, decodeStream, decodeWhole, response, TOOLS } from './native.js'

const INVALID = expect.objectContaining({ status: 502, code: 'upstream_error' })

/** What an action throws; undefined for nothing. */
function thrownBy(action: () => unknown): unknown {
  try {
    action()
    return undefined
  } catch (error) {
    return error
  }
}

/** Makes nested arrays. With many levels, JSON.parse can read them, but JSON.stringify throws. */
function nested(levels: number): unknown[] {
  let value: unknown[] = []
  for (let level = 1; level < levels; level += 1) value = [value]
  return value
}

const DEEP = nested(20_000)
const text = { text: 'hello' }

// Regression: if Gemini nested a value this deeply, the client received a 500, or a 400 that blamed
// its own request.
test.each([
  ['the arguments of a call', response([{ functionCall: { name: 'get_weather', args: { deep: DEEP } } }])],
  ['code', response([text, { executableCode: { code: '1', deep: DEEP } }])],
  ['the output of code', response([text, { codeExecutionResult: { deep: DEEP } }])],
  ['an unknown member of a part that must be sent back', response([text, { toolResponse: {}, deep: DEEP }])],
  ['grounding', response([text], { groundingMetadata: { groundingChunks: [DEEP] } })],
  ['url context', response([text], { urlContextMetadata: { deep: DEEP } })],
  ['citations', response([text], { citationMetadata: { deep: DEEP } })],
  ['safety ratings', response([text], { safetyRatings: [{ deep: DEEP }] })],
  ['the feedback on a prompt', response([text], {}, { promptFeedback: { deep: DEEP } })],
])('%s with very deep nesting is an invalid response, whole and streamed', (_, value) => {
  expect(thrownBy(() => decodeWhole(value, TOOLS))).toEqual(INVALID)
  expect(thrownBy(() => decodeStream([value], TOOLS))).toEqual(INVALID)
})

test('deep nesting that Gemini itself accepts is passed on', () => {
  const args = { deep: nested(60) }
  const { tool_calls: calls } = decodeWhole(response([{ functionCall: { name: 'get_weather', args } }]), TOOLS)
  expect(calls?.[0]?.function?.arguments).toBe(JSON.stringify(args))
  expect(new NativeDecoder({}, String).decode(response([text], { zzz: DEEP })).choices).toHaveLength(1)
})

const noNumber = { toString: 1, valueOf: 1 }
const cited = { groundingChunks: [{ web: { uri: 'https://a.example', title: 'A' } }] }

// Regression: an object whose `valueOf` and `toString` are not functions cannot be converted to a
// number, and the client received a 500.
test('citation offsets that are objects are ignored, also in a call that continues an answer', () => {
  const segment = { startIndex: noNumber, endIndex: 5, partIndex: noNumber, text: 'hello' }
  const groundingSupports = [
    { segment, groundingChunkIndices: [noNumber] },
    { segment, groundingChunkIndices: [0] },
  ]
  const citationMetadata = { citationSources: [{ startIndex: noNumber, endIndex: noNumber, uri: 'https://b.example' }] }
  const event = response([text], { groundingMetadata: { ...cited, groundingSupports }, citationMetadata })
  expect(annotationsOf(decodeWhole(event))).toHaveLength(1)
  const decoder = new NativeDecoder({}, String)
  decoder.decodeEvent(event)
  decoder.beginContinuation(false)
  decoder.decodeEvent(event)
  expect(decoder.decodeEnd().choices).toHaveLength(1)
})

// Regression: each cited passage became an argument of one function call. JavaScript does not allow
// that many, so that the client received a 500.
test('any number of cited passages in one event is read', () => {
  const groundingSupports = Array.from({ length: 300_000 }, () => ({}))
  expect(thrownBy(() => decodeStream([response([text], { groundingMetadata: { ...cited, groundingSupports } })]))).toBeUndefined()
})

// Regression: the proxy turned 192 KB of citations into 100 MB in a chat, and used 1.8 GB of memory
// for them in the Responses API.
test('a source with a very long title that is cited very often does not multiply in memory', () => {
  const title = 't'.repeat(100_000)
  const groundingSupports = Array.from({ length: 1_000 }, (_, index) => ({
    segment: { endIndex: index + 1 },
    groundingChunkIndices: [0],
  }))
  const groundingMetadata = { groundingChunks: [{ web: { uri: 'https://a.example', title } }], groundingSupports }
  const message = decodeWhole(response([{ text: 'x'.repeat(1_000) }], { groundingMetadata }))
  expect(JSON.stringify(message.annotations).length).toBeLessThan(2_000_000)
})

// Regression: for each of any number of passages, the decoder searched the whole text twice.
test('the search for very many passages that are not in the text is limited', () => {
  const groundingSupports = Array.from({ length: 100_000 }, (_, index) => ({
    segment: { partIndex: 0, startIndex: index, endIndex: index + 2, text: `bab${index}` },
    groundingChunkIndices: [0],
  }))
  const groundingMetadata = { ...cited, groundingSupports }
  expect(annotationsOf(decodeWhole(response([{ text: 'ab'.repeat(200_000) }], { groundingMetadata })))).toEqual([])
})

// Joining the items one by one once took 10 s for 20,000 calls, and 14 s for as many images.
test.each([
  ['images', { inlineData: { mimeType: 'image/png', data: 'AA==' } }, ({ images }: RawMessage) => images],
  ['calls', { functionCall: { name: 'get_weather' } }, ({ tool_calls: calls }: RawMessage) => calls],
  ['code parts', { executableCode: { code: '1' } }, ({ extra_content: extra }: RawMessage) => googleOf(extra).code_execution],
])('300,000 %s of one answer are joined in one pass', (_, part, itemsOf) => {
  expect(itemsOf(decodeWhole(response(Array.from({ length: 300_000 }, () => part)), TOOLS))).toHaveLength(300_000)
})

test('300,000 parts of 1,000 candidates are assigned in one pass', () => {
  const candidates = Array.from({ length: 300_000 }, (_, index) => ({ index: index % 1_000 }))
  expect(new NativeDecoder({}, String).decode({ candidates }).choices).toHaveLength(1_000)
})

// The repair compares each call with all earlier ones, so that 20,000 calls would take 18 s.
test('more calls than any model makes are an invalid response, whole and streamed', () => {
  const calls = Array.from(
    { length: 2_000 },
    (_, index): RawToolCall => ({ id: `call_${index}`, function: { name: 'f', arguments: '{}' } }),
  )
  const apply = (parts: readonly RawToolCall[][]): void => {
    const memory = newChoiceState(() => 'call_0')
    for (const part of parts) toolCallIndexRepair.apply({ message: { tool_calls: part }, finishReason: undefined }, memory)
  }
  expect(thrownBy(() => apply([calls]))).toEqual(INVALID)
  expect(thrownBy(() => apply(calls.map((call) => [call])))).toEqual(INVALID)
  expect(thrownBy(() => apply([calls.slice(0, 1_000)]))).toBeUndefined()
})

// Regression: the decoder took 3 s for a megabyte of passages that cite nothing.
test('of very many cited passages, only the first 10,000 are used', () => {
  const groundingSupports = Array.from({ length: 30_000 }, (_, index) => ({ segment: { endIndex: index + 1 }, groundingChunkIndices: [0] }))
  const message = decodeWhole(response([{ text: 'x'.repeat(30_000) }], { groundingMetadata: { ...cited, groundingSupports } }))
  expect(annotationsOf(message)).toHaveLength(10_000)
})

// Regression: each event copied the lists of all events before it, so that 40,000 took 69 s.
test('of sources and passages in separate events, only the first 10,000 of each kind are used', () => {
  const uri = (index: number): string => `https://a.example/${index}`
  const events = Array.from({ length: 40_000 }, (_, index) =>
    response([{ text: 'x' }], {
      groundingMetadata: {
        groundingChunks: [{ web: { uri: uri(index) } }],
        groundingSupports: [{ segment: { startIndex: index, endIndex: index + 1 }, groundingChunkIndices: [index] }],
      },
      citationMetadata: { citationSources: [{ startIndex: index, endIndex: index + 1, uri: uri(index) }] },
    }),
  )
  const { deltas } = decodeStream(events)
  const { grounding_metadata: grounding, citation_metadata: citations } = googleOf(deltas.at(-1)?.extra_content)
  const lists = { ...(grounding as object), ...(citations as object) }
  expect(Object.entries(lists).map(([name, list]) => [name, (list as object[]).length])).toEqual([
    ['groundingChunks', 10_000],
    ['groundingSupports', 10_000],
    ['citationSources', 10_000],
  ])
  expect(deltas.flatMap(annotationsOf)).toHaveLength(10_000)
})

test('members of a report in separate events are limited', () => {
  const events = Array.from({ length: 40_000 }, (_, index) => response([text], { groundingMetadata: { [`m${index}`]: [index] } }))
  const { grounding_metadata: grounding } = googleOf(decodeStream(events).deltas.at(-1)?.extra_content)
  expect(Object.keys(grounding as object)).toHaveLength(100)
})

test("Google's messages in an answer are passed on redacted", () => {
  const decode = (value: object) => JSON.stringify(new NativeDecoder({}, (text) => text.replaceAll('the-key', '[redacted]')).decode(value))
  const finished = decode(response([{ text: 'Hi' }], { finishReason: 'SAFETY', finishMessage: 'Refused for the-key.' }))
  expect(finished).toContain('"finish_message":"Refused for [redacted]."')
  const blocked = decode({ promptFeedback: { blockReason: 'OTHER', blockReasonMessage: 'Blocked for the-key.' } })
  expect(blocked).toContain('"blockReasonMessage":"Blocked for [redacted]."')
})
