import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SCHEMATHESIS_RUNNERS = /^(docker|podman|python[\d.]*|uvx?|pipx?[\d.]*|st|schemathesis)$/
const bin = mkdtempSync(join(tmpdir(), 'without-'))
afterAll(() => rmSync(bin, { recursive: true }))

/** Makes a folder with all programs of PATH except those that can run Schemathesis. */
function hide(): void {
  for (const folder of (process.env.PATH ?? '').split(':').filter((name) => name !== '')) {
    for (const name of namesIn(folder)) {
      if (SCHEMATHESIS_RUNNERS.test(name)) continue
      try {
        accessSync(join(folder, name), constants.X_OK)
        symlinkSync(join(folder, name), join(bin, name))
      } catch {
        // Skips a file that is not executable or that an earlier folder of PATH has, too.
      }
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // a PATH may name folders that do not exist
  }
}

test('make fuzz runs the property test if neither docker nor Python is available, and reports it', () => {
  hide()
  const env = { PATH: bin, HOME: process.env.HOME, FUZZ_RUNS: '30' }
  expect(spawnSync('sh', ['-c', 'command -v python3 docker uvx pipx st'], { env, encoding: 'utf8' }).stdout).toBe('')
  const { status, stdout, stderr } = spawnSync('make', ['fuzz'], { cwd: ROOT, env, encoding: 'utf8' })
  expect(stdout).toContain('fuzz: SCHEMATHESIS IS NOT AVAILABLE; running the property test over the same schemas instead')
  expect(stdout, stderr).toMatch(/^[1-9]\d* passed, 0 failed, 0 skipped$/m)
  expect(status).toBe(0)
})
