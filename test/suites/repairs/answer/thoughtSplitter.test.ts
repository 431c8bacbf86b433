import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endThoughts, newThoughtState, splitThoughts } from '../../../../src/upstream/answer/repairs/thoughtSplitter.js'

const CLOSE = '</thought>'

interface Piece {
  readonly text: string
  readonly isThought: boolean
}

/** Splits pieces into reasoning and content, as the repair does. */
function read(pieces: readonly Piece[]): { reasoning: string; content: string } {
  const memory = newThoughtState()
  const split = [...pieces.map(({ text, isThought }) => splitThoughts(memory, text, isThought)), endThoughts(memory)]
  return { reasoning: split.map(({ reasoning }) => reasoning).join(''), content: split.map(({ content }) => content).join('') }
}

/**
 * Cuts a text at the given positions and at `flagged`. The pieces before `flagged` are marked as
 * thoughts.
 */
function cut(text: string, flagged: number, at: readonly number[]): Piece[] {
  const cuts = [...new Set([0, flagged, ...at, text.length])].filter((place) => place <= text.length).sort((a, b) => a - b)
  return cuts.slice(1).map((end, index) => ({ text: text.slice(cuts[index], end), isThought: (cuts[index] ?? 0) < flagged }))
}

// Random texts of the characters in `<thought>`, so that they often look like a part of a tag.
const NEAR = fc.string({ unit: fc.constantFrom('<', '/', 't', 'h', 'o', 'u', 'g', '>', 'a', '世'), maxLength: 14 })
const THOUGHT = NEAR.filter((thought) => `${thought}${CLOSE}`.indexOf(CLOSE) === thought.length)

describe('thoughts', () => {
  test('are separated from the answer wherever chunks are split, at every pair of positions', () => {
    const [thought, answer] = ['a <b', 'c </thought> <thought>d']
    const text = `<thought>${thought}${CLOSE}${answer}`
    const flagged = '<thought>'.length + thought.length
    const seen = new Set<string>()
    for (let first = 0; first <= text.length; first++)
      for (let second = first; second <= text.length; second++) seen.add(JSON.stringify(read(cut(text, flagged, [first, second]))))
    expect([...seen]).toEqual([JSON.stringify({ reasoning: thought, content: answer })])
  })

  test('are separated from the answer for any content, and however much of the closing tag is flagged', () => {
    fc.assert(
      fc.property(THOUGHT, NEAR, fc.nat(CLOSE.length), fc.array(fc.nat(60)), (thought, answer, over, at) => {
        const text = `<thought>${thought}${CLOSE}${answer}`
        expect(read(cut(text, '<thought>'.length + thought.length + over, at))).toEqual({
          reasoning: thought,
          content: answer,
        })
      }),
      { numRuns: 2000 },
    )
  })

  test('end with the flag if there is no closing tag', () => {
    fc.assert(
      fc.property(THOUGHT, NEAR, fc.array(fc.nat(60)), (thought, answer, at) => {
        fc.pre(!`${thought}${answer}`.includes(CLOSE))
        expect(read(cut(`<thought>${thought}${answer}`, '<thought>'.length + thought.length, at))).toEqual({
          reasoning: thought,
          content: answer,
        })
      }),
      { numRuns: 2000 },
    )
  })

  test('are not recognised if no piece is flagged', () => {
    fc.assert(
      fc.property(NEAR, fc.array(fc.nat(60)), (text, at) => {
        const answer = `<thought>${text}${CLOSE}`
        expect(read(cut(answer, 0, at))).toEqual({ reasoning: '', content: answer })
      }),
    )
  })

  test('do not end at an empty unflagged piece', () => {
    const pieces = [
      { text: '<thought>a', isThought: true },
      { text: '', isThought: false },
      { text: '</thought>b', isThought: false },
    ]
    expect(read(pieces)).toEqual({ reasoning: 'a', content: 'b' })
  })
})
