import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { OPERATIONS } from '../../support/contractHook.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const read = (name: string): string => readFileSync(`${ROOT}/${name}`, 'utf8')
const TABLE = read('test/README.md')

/** The cells of the rows below a heading. */
const rowsOf = (document: string, heading: string): string[][] =>
  (document.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .slice(1)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )

/** What must have a row: the test cases of the issue. */
const REQUIRED = {
  Functional: ['health', 'models', 'chat', 'stream', 'SDK compatibility', 'auth', 'errors', 'CORS'],
  Performance: ['single user', 'concurrent', 'long-running', 'streaming'],
  Security: ['auth bypass', 'invalid tokens', 'malicious requests', 'key leakage'],
}

/** References that lead nowhere: a file that is not there, words that it does not have, a cell without any reference. */
function deadReferences(cell: string): string[] {
  const references = cell.split('; ').map((text) => /^\[([\w./-]+)\]\(([\w./-]+)\)((?:,? `[^`]+`)*)$/.exec(text))
  return references.flatMap((match) => {
    const [, label = '', target = '', words = ''] = match ?? []
    if (match === null || label !== target) return [`no reference: ${cell}`]
    if (!existsSync(`${ROOT}/test/${target}`)) return [`no file test/${target}`]
    const text = read(`test/${target}`).replaceAll(/\\(['"`])/g, '$1')
    return [...words.matchAll(/`([^`]+)`/g)]
      .filter(([, title = '']) => !text.includes(title))
      .map(([, title]) => `${target} has no ${title}`)
  })
}

/** Pairs of operation and status that the contract has and the table lacks, and the other way round. */
function missing(document: string): string[] {
  const documented = OPERATIONS.flatMap(({ operationId, responses }) => Object.keys(responses).map((status) => `${operationId} ${status}`))
  const rows = rowsOf(document, 'Every operation and status')
  const told = rows.flatMap(([status = '', operations = '']) => operations.split(', ').map((operation) => `${operation} ${status}`))
  return [
    ...documented.filter((pair) => !told.includes(pair)),
    ...told.filter((pair) => !documented.includes(pair)).map((pair) => `unknown: ${pair}`),
  ]
}

describe('test/README.md', () => {
  const cases = rowsOf(TABLE, 'Required cases')

  test('has a row for every required case', () => {
    const wanted = Object.entries(REQUIRED).flatMap(([kind, names]) => names.map((name) => `${kind}: ${name}`))
    expect(cases.map(([name]) => name)).toEqual(expect.arrayContaining(wanted))
  })

  test('has a row for every operation and every documented status of it, and no other', () => {
    expect(missing(TABLE)).toEqual([])
    expect(missing(TABLE.replace(', getHealth, ', ', ')).length).toBeGreaterThan(0)
    expect(missing(TABLE.replace('| 429 |', '| 418 |'))).toEqual(
      expect.arrayContaining(['createChatCompletion 429', 'unknown: createChatCompletion 418']),
    )
  })

  test('names operations that the contract has', () => {
    const ids = OPERATIONS.map(({ operationId }) => operationId)
    const named = cases.flatMap(([, contract = '']) => contract.match(/\b(?:get|create|list|retrieve|delete)[A-Z]\w+/g) ?? [])
    expect(named.filter((id) => !ids.includes(id))).toEqual([])
    expect(ids.filter((id) => !named.includes(id))).toEqual([])
  })

  test('names files and tests that exist', () => {
    const cells = [...cases.map(([, , cell = '']) => cell), ...rowsOf(TABLE, 'Every operation and status').map(([, , cell = '']) => cell)]
    expect(cells.length).toBeGreaterThan(30)
    expect(cells.flatMap(deadReferences)).toEqual([])
  })

  test('names commands that make has', () => {
    const targets = [...read('Makefile').matchAll(/^([a-z-]+):.*## /gm)].map(([, name]) => `\`make ${name}\``)
    expect(cases.map(([, , , command = '']) => command).filter((command) => !targets.includes(command))).toEqual([])
  })

  test.each([
    ['a file that is not there', '[sdk/none.test.ts](sdk/none.test.ts)', 'no file test/suites/sdk/none.test.ts'],
    ['a title that is not there', '[sdk/suite.ts](sdk/suite.ts) `flies`', 'sdk/suite.ts has no flies'],
    [
      'the second of two titles',
      '[sdk/versions.test.ts](sdk/versions.test.ts) `are of the major`, `flies`',
      'sdk/versions.test.ts has no flies',
    ],
    ['no reference', 'later', 'no reference: later'],
    ['a label of another file', '[sdk/suite.ts](sdk/cases.ts)', 'no reference: [sdk/suite.ts](sdk/cases.ts)'],
  ])('would not pass with %s', (_what, cell, problem) => {
    expect(deadReferences(cell)).toEqual([problem])
  })
})
