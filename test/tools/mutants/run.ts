// usage: node --import tsx test/tools/mutants/run.ts [name...]
// Applies each patch of test/tools/mutants/ to a copy of the repository, builds it, and runs the
// test that must fail. Before that, these tests run on the unchanged sources and must pass. Prints
// a table and counts. Exits with 1 if a patch does not apply or build, or its test passes.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { applyChange, type Mutant, readMutants } from './patch.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
// The limit is high, because a mutant may make many tests wait until they time out.
const LIMIT_MS = 900_000
const LEFT_BEHIND = new Set(['node_modules', '.git', 'dist', 'build', 'coverage', '.cache', '.venv'])

function makeCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'))
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !LEFT_BEHIND.has(path.slice(ROOT.length).split('/')[0] ?? '') })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

interface Run {
  readonly passed: number
  readonly failed: number
  readonly output: string
}

/** Runs a test file in the copy, up to its first failure; the counts are 0 if no test ran. */
function runTests(copy: string, { test, title }: Pick<Mutant, 'test' | 'title'>): Run {
  const options = ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', test, ...(title === undefined ? [] : ['-t', escaped(title)])]
  const { stdout, stderr } = spawnSync(process.execPath, options, { cwd: copy, encoding: 'utf8', timeout: LIMIT_MS })
  const output = stdout + stderr
  const [, passed = '0', failed = '0'] = [...output.matchAll(/^(\d+) passed, (\d+) failed, \d+ skipped$/gm)].at(-1) ?? []
  return { passed: Number(passed), failed: Number(failed), output }
}

const escaped = (title: string): string => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Runs a mutant. @returns the problem; undefined if a test detects the mutant */
function problemOf(copy: string, mutant: Mutant): string | undefined {
  const touched = new Map<string, string>()
  try {
    for (const change of mutant.changes) {
      const path = join(copy, change.file)
      const text = readFileSync(path, 'utf8')
      if (!touched.has(path)) touched.set(path, text)
      writeFileSync(path, applyChange(text, change))
    }
    const built = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/bundle/build.ts'], {
      cwd: copy,
      encoding: 'utf8',
      timeout: LIMIT_MS,
    })
    if (built.status !== 0) return `does not build: ${built.stderr.slice(0, 500)}`
    const { passed, failed, output } = runTests(copy, mutant)
    if (failed > 0) return undefined
    return passed > 0 ? `survived: ${passed} tests passed` : `its test did not run:\n${output.slice(-2_000)}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    for (const [path, text] of touched) writeFileSync(path, text)
  }
}

const names = process.argv.slice(2)
const mutants = readMutants().filter(({ name }) => names.length === 0 || names.includes(name))
const copy = makeCopy()
const problems: string[] = []
const say = (verdict: string, started: number, text: string): void =>
  console.log(`mutant  ${verdict.padEnd(8)} ${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}`)
try {
  for (const one of new Map(mutants.map((mutant) => [`${mutant.test} ${mutant.title ?? ''}`.trim(), mutant]))) {
    const started = performance.now()
    const { passed, failed, output } = runTests(copy, one[1])
    const isGreen = passed > 0 && failed === 0
    if (!isGreen) problems.push(`unchanged, ${one[0]} is not green:\n${output.slice(-2_000)}`)
    say(isGreen ? 'green' : 'NOT GREEN', started, `unchanged: ${one[0]}`)
  }
  for (const mutant of mutants) {
    const started = performance.now()
    const problem = problemOf(copy, mutant)
    if (problem !== undefined) problems.push(`${mutant.name}: ${problem}`)
    say(problem === undefined ? 'found' : 'NOT FOUND', started, `${mutant.name}: ${mutant.what}`)
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
for (const problem of problems) console.error(`mutants: ${problem}`)
const failures = problems.length
console.log(`mutants: ${mutants.length} in all, ${failures} problems`)
if (failures > 0 || mutants.length === 0) process.exitCode = 1
