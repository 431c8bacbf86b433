import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { applyChange, parseMutant, readMutants } from './patch.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const mutants = readMutants()

test('there are at least twenty mutants', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(20)
})

test.each(mutants)('the mutant $name applies to the sources, and its test exists', ({ changes, test: file, what }) => {
  for (const change of changes) {
    const text = readFileSync(ROOT + change.file, 'utf8')
    expect(applyChange(text, change)).not.toBe(text)
  }
  expect(existsSync(ROOT + file)).toBe(true)
  expect(what).toMatch(/\.$/)
})

describe('a patch', () => {
  const PATCH = 'Something is wrong.\n\nTest: test/a.test.ts\n\n--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n'
  const [change] = parseMutant('x', PATCH).changes

  test('replaces its text at any line', () => {
    expect(change && applyChange('zero\none\ntwo\nfour\n', change)).toBe('zero\none\nthree\nfour\n')
  })

  test.each([
    ['is missing', 'one\nfour\n', 0],
    ['occurs twice', 'one\ntwo\none\ntwo\n', 2],
  ])('fails if its text %s', (_what, text, count) => {
    expect(() => change && applyChange(text, change)).toThrow(`does not apply: its text occurs ${count} times in src/a.ts`)
  })

  test.each(['Test: test/a.test.ts\n', PATCH.replace('Test:', 'Tests:')])('is refused without a test or a change', (text) => {
    expect(() => parseMutant('x', text)).toThrow('the Test: line or the diff is missing')
  })
})
