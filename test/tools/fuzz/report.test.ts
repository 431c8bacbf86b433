import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Counts, conclude, problemsOf, readCounts, toTable } from './report.js'

const counts = (rest: Partial<Counts>): Counts => ({ label: 'x', cases: 10, positive: 10, served: 10, statuses: { 200: 10 }, ...rest })

test.each<[what: string, counts: Counts, problems: string[]]>([
  ['all served', counts({}), []],
  ['three of ten served', counts({ served: 3, statuses: { 200: 3, 404: 7 } }), []],
  ['fewer served', counts({ served: 2, statuses: { 200: 2, 404: 8 } }), ['x: only 2 of 10 valid requests were served']],
  [
    'an operation that was not tested',
    counts({ cases: 0, positive: 0, served: 0, statuses: {} }),
    ['x: only 0 of 0 valid requests were served'],
  ],
  ['a 500', counts({ statuses: { 200: 9, 500: 1 } }), ['x: 1 times 500']],
  ['a 503 and a 429', counts({ statuses: { 200: 8, 429: 1, 503: 1 } }), ['x: 1 times 429', 'x: 1 times 503']],
  ['a request without a response', counts({ statuses: { 200: 9, none: 1 } }), ['x: 1 times none']],
])('the verdict on a fuzzing run: %s', (_what, given, problems) => {
  expect(problemsOf([given], 'native')).toEqual(problems)
})

test('an operation that requires the native API may be refused on the other API', () => {
  const refused = counts({ label: 'countInputTokens', served: 0, statuses: { 400: 10 } })
  expect(problemsOf([refused], 'compat')).toEqual([])
  expect(problemsOf([refused], 'native')).toEqual(['countInputTokens: only 0 of 10 valid requests were served'])
})

test('the shares of a short run are ignored, unless an operation with many valid requests served none', () => {
  const statuses = { 400: 10 }
  const of = (positive: number, served: number): Counts => ({ label: 'createMessage', cases: positive, positive, served, statuses })
  expect(problemsOf([of(60, 1), of(20, 0)], 'native', true)).toEqual([])
  expect(problemsOf([of(100, 0)], 'native', true)).toEqual(['createMessage: only 0 of 100 valid requests were served'])
  expect(problemsOf([of(60, 1)], 'native')).toEqual(['createMessage: only 1 of 60 valid requests were served'])
})

test('the conclusion of a run is a sentence', () => {
  expect(conclude(5_200, [])).toMatch(/^nothing broke: each of 5200 requests/)
  expect(conclude(5_200, ['x: 1 times 500'])).toMatch(/^1 problem, listed above/)
  expect(toTable([counts({ served: 8 })])[0]).toContain('8 of 10 valid ones served')
})

test('a report is grouped by operation, and includes operations without requests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  const file = join(folder, 'report.ndjson')
  const caseOf = (mode: string) => ({ value: { method: 'GET', path: '/v1/models', meta: { generation: { mode } } } })
  const recorder = {
    cases: { a: caseOf('positive'), b: caseOf('negative'), c: caseOf('positive') },
    interactions: { a: { response: { status_code: 200 } }, b: { response: { status_code: 401 } }, c: { response: null } },
  }
  writeFileSync(file, `${JSON.stringify({ Initialize: {} })}\n${JSON.stringify({ ScenarioFinished: { recorder } })}\n`)
  const found = readCounts(file)
  rmSync(folder, { recursive: true })
  expect(found.find(({ label }) => label === 'listModels')).toEqual({
    label: 'listModels',
    cases: 3,
    positive: 2,
    served: 1,
    statuses: { 200: 1, 401: 1, none: 1 },
  })
  expect(found.find(({ label }) => label === 'getHealth')?.cases).toBe(0)
})

test('operations of one path are counted separately, and other methods for the first of them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  const file = join(folder, 'report.ndjson')
  const caseOf = (method: string) => ({
    value: { method, path: '/v1/responses/{response_id}', meta: { generation: { mode: 'positive' } } },
  })
  const answered = { response: { status_code: 200 } }
  const recorder = {
    cases: { a: caseOf('GET'), b: caseOf('DELETE'), c: caseOf('DELETE'), d: caseOf('PATCH') },
    interactions: { a: answered, b: answered, c: answered, d: { response: { status_code: 405 } } },
  }
  writeFileSync(file, JSON.stringify({ ScenarioFinished: { recorder } }))
  const found = readCounts(file)
  rmSync(folder, { recursive: true })
  const casesOf = (id: string) => found.find(({ label }) => label === id)?.cases
  expect([casesOf('getResponse'), casesOf('deleteResponse')]).toEqual([2, 2])
})
