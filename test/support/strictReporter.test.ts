import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

function runFixture(name: string) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/support/fixtures/vitest.config.ts'],
    { cwd: ROOT, encoding: 'utf8', env: { PATH: process.env.PATH, NO_COLOR: '1', FIXTURE: name } },
  )
  return { status, output: stdout + stderr, lines: stdout.trimEnd().split('\n'), closing: stdout.trimEnd().split('\n').at(-1) }
}

test('a run of complete tests passes and ends with the closing line', () => {
  expect(runFixture('good')).toMatchObject({ status: 0, closing: '1 passed, 0 failed, 0 skipped' })
})

test.each([
  ['skipped', 'strict: skipped test: test/support/fixtures/strict/skipped.ts > a test left out', '1 passed, 0 failed, 1 skipped'],
  ['skippedWhileRunning', 'strict: skipped test', '0 passed, 0 failed, 1 skipped'],
  ['todo', 'strict: todo test', '1 passed, 0 failed, 1 skipped'],
  ['focused', 'Unexpected .only modifier', '0 passed, 1 failed, 0 skipped'],
  ['assertionless', 'expected any number of assertion, but got none', '0 passed, 1 failed, 0 skipped'],
  ['repeated', 'strict: test that passed only when repeated', '1 passed, 1 failed, 0 skipped'],
  ['failing', 'expected 2 to be 3', '0 passed, 1 failed, 0 skipped'],
  ['empty', 'strict: no test in test/support/fixtures/strict/empty.ts', '0 passed, 1 failed, 0 skipped'],
  ['emptySuite', 'No test found in suite a suite without tests', '1 passed, 1 failed, 0 skipped'],
  ['absent', 'strict: no test file ran', '0 passed, 1 failed, 0 skipped'],
])('a run fails and prints the reason: %s', (name, reason, closing) => {
  const run = runFixture(name)
  expect(run.output).toContain(reason)
  expect(run).toMatchObject({ status: 1, closing })
})

test('the last lines name each failed test, its error and the command that repeats it', () => {
  const { lines } = runFixture('failing')
  expect(lines.at(-3)).toMatch(/^failed: test\/support\/fixtures\/strict\/failing\.ts > a test that fails: expected 2 to be 3/)
  expect(lines.at(-2)).toBe("repeat: node_modules/.bin/vitest run test/support/fixtures/strict/failing.ts -t '^a test that fails$'")
})
