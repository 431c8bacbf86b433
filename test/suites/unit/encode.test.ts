import { describe, expect, test } from 'vitest'
import { CHAT_FORMAT, DONE } from '../../../src/sse/chatFormat.js'
import { HEARTBEAT, toEvent, toStreamResult } from '../../../src/sse/encode.js'
import { EventSplitter } from '../../../src/sse/parse.js'

const VALUES = [{}, { a: null }, 'line\nline\r\n\r', 'data: [DONE]\n\n', '世界 😀 \u2028\u2029\u0000', [1, [2]], '\ud800', 0]

const toEvents = (values: readonly unknown[]): string =>
  toStreamResult((async function* () {})() as AsyncGenerator<never>, CHAT_FORMAT).frame(values as never[])

describe('encode', () => {
  test.each(VALUES)('%j is one event on one line', (value) => {
    expect(toEvent(JSON.stringify(value))).toMatch(/^data: [^\n\r]*\n\n$/)
  })

  test('every value comes back from a reader as it was', () => {
    const read = new EventSplitter(10_000).push(new TextEncoder().encode(toEvents(VALUES)))
    expect(read.map((data) => JSON.parse(data))).toEqual(VALUES)
  })

  test.each([[[]], [[1]], [[1, 2, 3]]])('several events are the same text as one after the other: %j', (values) => {
    expect(toEvents(values)).toBe(values.map((value) => toEvent(JSON.stringify(value))).join(''))
  })

  test('the end mark is an event, the heartbeat is not', () => {
    const splitter = new EventSplitter(1_000)
    expect(splitter.push(new TextEncoder().encode(HEARTBEAT + toEvent(DONE) + HEARTBEAT))).toEqual(['[DONE]'])
    expect(splitter.stray()).toBe('')
  })
})
