import { expect, test } from 'vitest'
import { ResponseEmitter } from '../../../src/responses/answer/emitter.js'
import { startToolCallItem } from '../../../src/responses/answer/openItems.js'

// If text comes between the deltas of a tool call, the proxy checks whether the arguments of the
// call are complete. Parsing them at each check once took 13 s in all.
test('a call with very many deltas, with text between them, is parsed only when it may be complete', () => {
  const call = startToolCallItem(new ResponseEmitter(), 'call_1', { kind: 'function', name: 'f', namespace: undefined })
  call.write('{"a":"')
  for (let piece = 0; piece < 60_000; piece += 1) {
    call.write('x'.repeat(50))
    if (call.isComplete()) throw new Error(`complete after ${piece} pieces`)
  }
  call.write('"} ')
  expect(call.isComplete()).toBe(true)
})
