import { expect, test } from 'vitest'
import { makeEmitter } from '../../../src/responses/answer/emitter.js'
import { openCall } from '../../../src/responses/answer/openItems.js'

// Words between the pieces of a call ask each time whether it is whole. Its text, read each time, once took 13 s.
test('a call that comes in very many pieces, with words between them, is read when it may be whole', () => {
  const call = openCall(makeEmitter(), 'call_1', { kind: 'function', name: 'f', namespace: undefined })
  call.write('{"a":"')
  for (let piece = 0; piece < 60_000; piece += 1) {
    call.write('x'.repeat(50))
    if (call.isWhole()) throw new Error(`whole after ${piece} pieces`)
  }
  call.write('"} ')
  expect(call.isWhole()).toBe(true)
})
