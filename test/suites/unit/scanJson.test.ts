import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonBounds, scanJson } from '../../../src/http/body/scanJson.js'

const BOUNDS: JsonBounds = { maxBodyValues: 12, maxBodyDepth: 6 }
const LONG = 65_536

/**
 * A slow, simple version of scanJson(), with which its results are compared. @returns the number of
 * values and the positions of long strings, or the status of the error
 */
function scanSlowly(bytes: Buffer): unknown {
  const longStrings: { start: number; end: number }[] = []
  let valueCount = 0
  let depth = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const character = String.fromCharCode(bytes[at] ?? 0)
    if (character === '"') {
      const start = at + 1
      at = start
      while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1
      const end = Math.min(at, bytes.length)
      if (end - start >= LONG) longStrings.push({ start, end })
    } else if (',[{'.includes(character)) {
      valueCount += 1
      if (character !== ',') depth += 1
      if (valueCount > BOUNDS.maxBodyValues) return 413
      if (depth > BOUNDS.maxBodyDepth) return 400
    } else if (']}'.includes(character)) depth -= 1
  }
  return { valueCount, longStrings }
}

function scan(bytes: Buffer): unknown {
  try {
    return scanJson(bytes, BOUNDS)
  } catch (error) {
    // The cast is safe: scanJson() throws only ApiErrors.
    return (error as { status: number }).status
  }
}

const short = fc.constantFrom('"', '\\', '\\\\', '\\"', '[', ']', '{', '}', ',', ':', 'a', '世', '\u0000')
const repeated = fc.tuple(short, fc.constantFrom(30, 63, 64, 65, 127, 128, 129)).map(([text, count]) => text.repeat(count))
const long = fc.tuple(fc.constantFrom('a', '\\"', ',', '世'), fc.constantFrom(LONG - 1, LONG, LONG + 1))
const inString = long.map(([text, length]) => `"${text.repeat(Math.ceil(length / Buffer.byteLength(text)))}"`)
const body = fc
  .array(fc.oneof({ weight: 8, arbitrary: short }, { weight: 3, arbitrary: repeated }, { weight: 1, arbitrary: inString }), {
    maxLength: 30,
  })
  .map((pieces) => Buffer.from(pieces.join('')))

describe('a scan of a body', () => {
  test('equals reading it byte by byte, even if it is not JSON', () => {
    fc.assert(
      fc.property(body, (bytes) => {
        expect(scan(bytes)).toEqual(scanSlowly(bytes))
      }),
      { numRuns: 1_000 },
    )
  })

  test.each([0, 1, 2, 3, 62, 63, 64, 65, 66])('ends a string of %i characters at its quote, after any number of backslashes', (length) => {
    for (let backslashes = 0; backslashes < 6; backslashes += 1) {
      const text = Buffer.from(`["${'a'.repeat(length)}${'\\'.repeat(backslashes)}",1,"x"]`)
      expect(scan(text)).toEqual(scanSlowly(text))
    }
  })
})
