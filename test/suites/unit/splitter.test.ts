import { describe, expect, test } from 'vitest'
import { EventSplitter, EventTooLarge, MalformedText } from '../../../src/sse/parse.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/**
 * Splits a text that arrives in pieces of the given size.
 *
 * @returns all events, and the stray lines that belong to no event
 */
function split(input: string | Uint8Array, size = Number.POSITIVE_INFINITY, limit = 1_000_000): { events: string[]; stray: string } {
  const all = typeof input === 'string' ? bytes(input) : input
  const splitter = new EventSplitter(limit)
  const events: string[] = []
  for (let at = 0; at < all.length; at += size) events.push(...splitter.push(all.subarray(at, at + size)))
  events.push(...splitter.end())
  return { events, stray: splitter.strayLines() }
}

const SOUND: readonly (readonly [what: string, text: string, events: readonly string[]])[] = [
  ['nothing', '', []],
  ['blank lines only', '\n\n\n\r\n\r\r', []],
  ['one event', 'data: a\n\n', ['a']],
  ['two events', 'data: a\n\ndata: b\n\n', ['a', 'b']],
  ['CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
  ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
  ['mixed line ends', 'data: a\r\n\ndata: b\r\r\ndata: c\n\r\ndata: d\n\r', ['a', 'b', 'c', 'd']],
  ['a byte order mark', '\uFEFFdata: a\n\n', ['a']],
  ['a byte order mark inside', 'data: a\uFEFF\n\n', ['a\uFEFF']],
  ['no space after the colon', 'data:a\n\n', ['a']],
  ['two spaces after the colon', 'data:  a\n\n', [' a']],
  ['several data lines', 'data: a\ndata: b\ndata:\ndata: c\n\n', ['a\nb\n\nc']],
  ['empty data', 'data:\n\n', ['']],
  ['data without a colon', 'data\n\n', ['']],
  ['data without a colon, twice', 'data\ndata\n\n', ['\n']],
  ['comments', ': hello\n\n:\ndata: a\n: within\n\n', ['a']],
  ['other fields', 'event: x\nid: 1\nretry: 5\ndata: a\n\nid\nevent\nretry\n\n', ['a']],
  ['a colon in the data', 'data: a: b\n\n', ['a: b']],
  ['[DONE]', 'data: {"a":1}\n\ndata: [DONE]\n\n', ['{"a":1}', '[DONE]']],
  ['[DONE] inside content', 'data: {"content":"data: [DONE]\\n\\n"}\n\ndata: [DONE]\n\n', ['{"content":"data: [DONE]\\n\\n"}', '[DONE]']],
  ['no blank line at the end', 'data: a\n\ndata: b\n', ['a', 'b']],
  ['no line end at the end', 'data: a\n\ndata: b', ['a', 'b']],
  ['a lone CR at the end', 'data: a\r', ['a']],
  ['many scripts', 'data: é 世界 😀 \u2028 \u0000\n\n', ['é 世界 😀 \u2028 \u0000']],
  ['an event without data', 'event: ping\n\ndata: a\n\n', ['a']],
]

describe('splitter', () => {
  test.each(SOUND)('reads %s', (_what, text, events) => {
    expect(split(text)).toEqual({ events, stray: '' })
  })

  test.each(SOUND)('reads %s the same in pieces of any size', (_what, text, events) => {
    for (let size = 1; size <= 12; size += 1) expect(split(text, size)).toEqual({ events, stray: '' })
  })

  test.each(SOUND)('reads %s the same when cut in two anywhere', (_what, text, events) => {
    const all = bytes(text)
    for (let at = 0; at <= all.length; at += 1) {
      const splitter = new EventSplitter(1_000)
      const found = [...splitter.push(all.subarray(0, at)), ...splitter.push(all.subarray(at)), ...splitter.end()]
      expect(found).toEqual(events)
    }
  })

  test('returns an event as soon as its blank line arrives', () => {
    const splitter = new EventSplitter(1_000)
    expect(splitter.push(bytes('data: a\n'))).toEqual([])
    expect(splitter.push(bytes('\ndata: b'))).toEqual(['a'])
    expect(splitter.push(bytes('\r\r'))).toEqual(['b'])
    expect(splitter.push(bytes('\n'))).toEqual([])
    expect(splitter.end()).toEqual([])
  })

  test('ignores an empty read, even between CR and LF', () => {
    const splitter = new EventSplitter(1_000)
    const found = ['data: a\r', '', '\ndata: b\r', '', '\n\r\n'].flatMap((piece) => splitter.push(bytes(piece)))
    expect(found).toEqual(['a\nb'])
  })

  test('collects lines outside of events', () => {
    expect(split('data: a\n\n[{\n  "error": {}\n}]')).toEqual({ events: ['a'], stray: '[{\n  "error": {}\n}]' })
    expect(split('datax: a\n\n<html>\n\ndata : b\n')).toEqual({ events: [], stray: 'datax: a\n<html>\ndata : b' })
  })

  test.each([
    ['a lone continuation byte', [0x80]],
    ['a byte that never occurs', [0xff]],
    ['an overlong encoding', [0xc0, 0xaf]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a truncated character', [0xe4, 0xb8, 0x0a]],
  ])('throws for invalid UTF-8: %s', (_what, wrong) => {
    expect(() => split(Uint8Array.from([...bytes('data: a'), ...wrong, 10, 10]))).toThrow(MalformedText)
  })

  test.each([
    ['a blank line', 'data: [DONE]\n\n'],
    ['a line end', 'data:[DONE] \r\n'],
    ['empty data before it', 'data:\ndata: [DONE]\n'],
  ])('ends at the end marker, and discards the rest: %s', (_what, end) => {
    const all = Uint8Array.from([...bytes(`data: 世\n\n${end}`), ...bytes('stray\n\ndata: b\n\n'), 0xff, 0xe4, ...bytes('x'.repeat(2_000))])
    for (const size of [1, 5, all.length]) {
      const splitter = new EventSplitter(1_000, '[DONE]')
      const events: string[] = []
      for (let at = 0; at < all.length; at += size) events.push(...splitter.push(all.subarray(at, at + size)))
      expect([events.concat(splitter.end()), splitter.hasEnded, splitter.strayLines()]).toEqual([['世'], true, ''])
    }
  })

  test.each(['data: a\ndata: [DONE]\n\n', 'data: [DONE]!\n\n', ': [DONE]\n\n', 'event: [DONE]\n\n', 'data: "[DONE]"\n\n'])(
    'does not end at data that only contains the end marker: %j',
    (text) => {
      const splitter = new EventSplitter(1_000, '[DONE]')
      splitter.push(bytes(text))
      expect([splitter.hasEnded, splitter.push(bytes('data: b\n\n'))]).toEqual([false, ['b']])
    },
  )

  test('throws for a character that the end of the stream truncates', () => {
    expect(() => split(Uint8Array.from([...bytes('data: a'), 0xe4, 0xb8]))).toThrow(MalformedText)
  })

  test.each([
    ['one line', `data: ${'x'.repeat(200)}\n\n`],
    ['a line that does not end', 'x'.repeat(200)],
    ['many data lines', 'data: xxxxxxxxx\n'.repeat(20)],
    ['many stray lines', 'stray-line\n'.repeat(20)],
    ['stray lines across events', 'stray-line\n\ndata: a\n\n'.repeat(20)],
  ])('throws if an event exceeds the limit: %s', (_what, text) => {
    for (const size of [1, 7, 1_000]) expect(() => split(text, size, 100)).toThrow(EventTooLarge)
  })

  test('accepts many events that together exceed the limit', () => {
    expect(split(`data: ${'x'.repeat(90)}\n\n`.repeat(50), 1_000, 100).events).toHaveLength(50)
    expect(split(`data: ${'x'.repeat(90)}\n\n`.repeat(50), 13, 100).events).toHaveLength(50)
  })

  test('reads a large event in small reads in linear time', () => {
    // CPU time, not wall-clock time: other processes may be busy on this machine.
    const time = (length: number): number => {
      const before = process.cpuUsage()
      expect(split(`data: ${'x'.repeat(length)}\n\n`, 64, 10_000_000).events).toHaveLength(1)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    }
    time(100_000)
    expect(time(2_000_000)).toBeLessThan(2_000)
  })
})
