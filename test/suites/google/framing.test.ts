import { describe, expect, test } from 'vitest'
import { ArrayFraming } from '../../../src/upstream/native/relay/arrayFraming.js'
import { EventFraming } from '../../../src/upstream/native/relay/eventFraming.js'
import type { Frame, Framing } from '../../../src/upstream/native/relay/framing.js'

const EVENTS = 'data: {"a": "世 \\" }"}\r\n\r\n: comment\r\n\r\ndata: {"b": [{}]}\n\ndata: {"c":\ndata: 1}\r\n\r\n{\n  "error": {}\n}\n'
const EVENT_JSON = ['{"a": "世 \\" }"}', '', '{"b": [{}]}', '{"c":\n 1}', '{\n  "error": {}\n}']
const ARRAY = '[{"a": "世 \\" }] \\\\"}\n,\r\n{"b": [{}, []]}\r\n, {}\n]\n'
const ARRAY_JSON = ['{"a": "世 \\" }] \\\\"}', '{"b": [{}, []]}', '{}', '']

function split(framing: Framing, pieces: readonly Uint8Array[]): Frame[] {
  return [...pieces.flatMap((piece) => framing.push(piece)), ...framing.end()]
}

const textOf = (frames: readonly Frame[]): string => Buffer.concat(frames.map(({ bytes }) => bytes)).toString()

describe.each([
  ['an event stream', EVENTS, EVENT_JSON, () => new EventFraming()],
  ['an array', ARRAY, ARRAY_JSON, () => new ArrayFraming()],
] as const)('%s', (_what, text, json, make) => {
  const bytes = Buffer.from(text)

  test('has the same frames and bytes for any chunk boundary', () => {
    for (let at = 0; at <= bytes.length; at += 1) {
      const frames = split(make(), [bytes.subarray(0, at), bytes.subarray(at)])
      expect(textOf(frames)).toBe(text)
      expect(frames.map((frame) => frame.json.trim())).toEqual(json)
    }
  })

  test('has the same frames and bytes if each byte arrives separately', () => {
    const frames = split(
      make(),
      [...bytes].map((byte) => Uint8Array.of(byte)),
    )
    expect(textOf(frames)).toBe(text)
    expect(frames.map((frame) => frame.json.trim())).toEqual(json)
  })
})

describe('an array', () => {
  test.each([
    ['', false],
    ['[', false],
    ['[{}', false],
    ['[{}\n,', false],
    ['[]', true],
    ['[{}]', true],
    ['{"error":{}}', true],
  ])('%j is complete: %s', (text, isWhole) => {
    const framing = new ArrayFraming()
    framing.push(Buffer.from(text))
    expect(framing.isWhole).toBe(isWhole)
  })

  test('marks its end', () => {
    expect(split(new ArrayFraming(), [Buffer.from('[{}]')]).map(({ isLast = false }) => isLast)).toEqual([false, true])
  })
})
