import fc from 'fast-check'
import { expect, test } from 'vitest'
import { annotationsOf, decodeStream, decodeWhole, response } from './native.js'

const unit = fc.oneof(
  fc.constantFrom(
    'a',
    ' ',
    '\n',
    '°',
    'é',
    '–',
    '你好',
    '，',
    '中文文本',
    '👩‍👩‍👧',
    '😀',
    '𠮷',
    'e\u0301',
    '\u0308',
    '\u{1F1E8}\u{1F1F3}',
    '\u2028',
    '\ufeff',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const texts = fc
  .array(unit, { minLength: 1, maxLength: 40 })
  .map((units) => units.join(''))
  .filter((text) => text !== '')
/** Numbers from 0 to 1, from which positions in a text are made. */
const places = fc.array(
  fc.integer({ min: 0, max: 1_000 }).map((number) => number / 1_000),
  { minLength: 2, maxLength: 12 },
)

/**
 * Converts numbers from 0 to 1 to positions between the characters of a text, in UTF-16 units and
 * ascending.
 */
function positionsIn(text: string, numbers: readonly number[]): number[] {
  const characters = [...text]
  return numbers
    .map((number) => characters.slice(0, Math.round(number * characters.length)).join('').length)
    .sort((one, other) => one - other)
}

/**
 * Makes a segment with positions in bytes, as Gemini sends it: without `startIndex` if that is 0.
 */
function segmentOf(text: string, start: number, end: number): object {
  const startIndex = Buffer.byteLength(text.slice(0, start))
  return { ...(startIndex === 0 ? {} : { startIndex }), endIndex: Buffer.byteLength(text.slice(0, end)), text: text.slice(start, end) }
}

const source = (index: number): object => ({ web: { uri: `https://example.com/${index}`, title: `Source ${index}` } })

test('in 10,000 texts each annotation is exactly the passage that Gemini cites, whole and streamed', () => {
  let cited = 0
  fc.assert(
    fc.property(texts, places, places, fc.boolean(), (text, numbers, cuts, hasThoughts) => {
      const bounds = positionsIn(text, numbers)
      const ranges = bounds.slice(1).flatMap((end, index): [number, number][] => {
        const start = bounds[index] ?? 0
        return start < end ? [[start, end]] : []
      })
      const grounding = {
        groundingChunks: ranges.map((_, index) => source(index)),
        groundingSupports: ranges.map(([start, end], index) => ({ segment: segmentOf(text, start, end), groundingChunkIndices: [index] })),
      }
      const end = { finishReason: 'STOP', groundingMetadata: grounding }
      const thought = hasThoughts ? [{ text: '思考 😀', thought: true }] : []
      const ends = [...positionsIn(text, cuts), text.length]
      const pieces = ends.map((to, index) => text.slice(index === 0 ? 0 : ends[index - 1], to))
      const streamed = decodeStream([
        ...pieces.map((piece) => response([...thought, { text: piece }], { groundingMetadata: {} })),
        response([{ text: '' }], end),
      ])
      const whole = decodeWhole(response([...thought, { text }], end))
      expect([whole.content ?? '', streamed.content]).toEqual([text, text])
      const expected = ranges.map(([from, to], index) => [text.slice(from, to), `https://example.com/${index}`])
      for (const annotations of [annotationsOf(whole), streamed.deltas.flatMap(annotationsOf)]) {
        const found = annotations.map(({ url_citation: { start_index, end_index, url } }) => [text.slice(start_index, end_index), url])
        expect(found).toEqual(expected)
      }
      cited += ranges.length
    }),
    { numRuns: 10_000, seed: 16 },
  )
  expect(cited).toBeGreaterThan(20_000)
})

test('in 2,000 texts with wrong offsets, each annotation is still the passage that Gemini cites', () => {
  fc.assert(
    fc.property(texts, places, fc.integer({ min: -9, max: 9 }), (text, numbers, drift) => {
      const [from = 0, to = 0] = positionsIn(text, numbers)
      const [start, end] = from < to ? [from, to] : [0, text.length]
      const segment = segmentOf(text, start, end) as { startIndex?: number; endIndex: number }
      const moved = {
        ...segment,
        startIndex: Math.max(0, (segment.startIndex ?? 0) + drift),
        endIndex: Math.max(0, segment.endIndex + drift),
      }
      const metadata = { groundingChunks: [source(0)], groundingSupports: [{ segment: moved, groundingChunkIndices: [0] }] }
      const message = decodeWhole(response([{ text }], { finishReason: 'STOP', groundingMetadata: metadata }))
      const found = annotationsOf(message).map(({ url_citation: { start_index, end_index } }) => text.slice(start_index, end_index))
      expect(found).toEqual([text.slice(start, end)])
    }),
    { numRuns: 2_000, seed: 16 },
  )
})
