import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { OPERATIONS } from '../../support/contractHook.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const read = (name: string): string => readFileSync(`${ROOT}/${name}`, 'utf8')
const TABLE = read('test/README.md')

/** Returns the rows of the table below a heading, each as its cells. */
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

/** Required cases, each of which must have a row in test/README.md. */
const REQUIRED = {
  Functional: ['health', 'models', 'chat', 'stream', 'SDK compatibility', 'auth', 'errors', 'CORS'],
  Performance: ['single user', 'concurrent', 'long-running', 'streaming'],
  Security: ['auth bypass', 'invalid tokens', 'malicious requests', 'key leakage'],
}

/**
 * Finds dead references: a missing file, a title that its file does not contain, a cell without a
 * reference.
 */
function findDeadReferences(cell: string): string[] {
  const references = cell.split('; ').map((text) => /^\[([\w./-]+)\]\(([\w./-]+)\)((?:,? `[^`]+`)*)$/.exec(text))
  return references.flatMap((match) => {
    const [, label = '', target = '', titles = ''] = match ?? []
    if (match === null || label !== target) return [`no reference: ${cell}`]
    if (!existsSync(`${ROOT}/test/${target}`)) return [`no file test/${target}`]
    const text = read(`test/${target}`).replaceAll(/\\(['"`])/g, '$1')
    return [...titles.matchAll(/`([^`]+)`/g)]
      .filter(([, title = '']) => !text.includes(title))
      .map(([, title]) => `${target} has no ${title}`)
  })
}

describe('test/README.md', () => {
  const cases = rowsOf(TABLE, 'Required cases')
  const statuses = rowsOf(TABLE, 'Every operation and status')

  test('has a row for every required case', () => {
    const wanted = Object.entries(REQUIRED).flatMap(([kind, names]) => names.map((name) => `${kind}: ${name}`))
    expect(cases.map(([name]) => name)).toEqual(expect.arrayContaining(wanted))
  })

  test('has a row for every documented status, with the operations of the contract in it', () => {
    const documented = new Set(OPERATIONS.flatMap(({ responses }) => Object.keys(responses)))
    expect(statuses.map(([status]) => status)).toEqual([...documented].sort())
    // Only empty cells are an error here: `make generate` writes this column, `make check` compares
    // it.
    expect(statuses.filter(([, operations]) => operations === '')).toEqual([])
  })

  test('names each operation of the contract in a required case, and no other', () => {
    const named = cases.flatMap(([, contract = '']) => contract.split(', ').filter((name) => !name.includes(' ') && name !== 'none'))
    expect([...new Set(named)].sort()).toEqual(OPERATIONS.map(({ operationId }) => operationId).sort())
  })

  test('references only files and tests that exist', () => {
    const cells = [...cases, ...statuses].map(([, , cell = '']) => cell)
    expect(cells.length).toBeGreaterThan(30)
    expect(cells.flatMap(findDeadReferences)).toEqual([])
  })

  test('names only make targets that exist', () => {
    const targets = [...read('Makefile').matchAll(/^([a-z-]+):.*## /gm)].map(([, name]) => `\`make ${name}\``)
    expect(cases.map(([, , , command = '']) => command).filter((command) => !targets.includes(command))).toEqual([])
  })

  test.each([
    ['a missing file', '[suites/sdk/none.test.ts](suites/sdk/none.test.ts)', 'no file test/suites/sdk/none.test.ts'],
    ['a missing title', '[suites/sdk/suite.ts](suites/sdk/suite.ts) `flies`', 'suites/sdk/suite.ts has no flies'],
    [
      'a missing second title',
      '[suites/sdk/versions.test.ts](suites/sdk/versions.test.ts) `are of the major`, `flies`',
      'suites/sdk/versions.test.ts has no flies',
    ],
    ['no reference', 'later', 'no reference: later'],
    ['the label of another file', '[sdk/suite.ts](suites/sdk/suite.ts)', 'no reference: [sdk/suite.ts](suites/sdk/suite.ts)'],
  ])('would fail with %s', (_what, cell, problem) => {
    expect(findDeadReferences(cell)).toEqual([problem])
  })
})
