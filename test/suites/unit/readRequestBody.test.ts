import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { afterEach, expect, test, vi } from 'vitest'
import { readRequestBody } from '../../../src/http/body/readRequestBody.js'

const BYTES = 33_554_432

afterEach(() => vi.restoreAllMocks())

/** A request whose header announces a large body. */
const announcing = (): IncomingMessage =>
  Object.assign(new EventEmitter(), { headers: { 'content-length': String(BYTES) } }) as unknown as IncomingMessage

test('a large body uses memory once a part of it has arrived, not for its header', () => {
  const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow')
  const source = announcing()
  readRequestBody(source, BYTES, () => undefined)
  source.emit('data', Buffer.alloc(60_000))
  expect(allocate).not.toHaveBeenCalled()
  for (let piece = 0; piece < 3; piece += 1) source.emit('data', Buffer.alloc(60_000))
  expect(allocate.mock.calls).toEqual([[BYTES]])
})

test.each([1_000, 65_536, 100_000])('a large body that arrives in chunks of %i bytes is read in order', (size) => {
  const sent = Buffer.alloc(BYTES)
  for (let at = 0; at < BYTES; at += size) sent.writeUInt8((at / size) % 251, at)
  const source = announcing()
  const onBody = vi.fn()
  readRequestBody(source, BYTES, onBody)
  for (let at = 0; at < BYTES; at += size) source.emit('data', sent.subarray(at, at + size))
  source.emit('end')
  expect(onBody).toHaveBeenCalledOnce()
  expect(onBody.mock.calls[0]?.[0]).toBeUndefined()
  expect(sent.equals(onBody.mock.calls[0]?.[1])).toBe(true)
})
