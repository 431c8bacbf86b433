import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { pathOf, testsLeftOut } from './programs.js'

const folder = mkdtempSync(join(tmpdir(), 'programs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

test('tests whose program is missing are skipped, and no others', () => {
  const within = ['/no/such/folder', folder]
  writeFileSync(join(folder, 'redis-server'), '')
  vi.stubEnv('CI', '')
  // A file that is not executable does not count as an installed program.
  expect(testsLeftOut(within)).toEqual(['chromium', 'nginx', 'promtool', 'redis'].map((name) => `test/**/*.${name}.test.ts`))
  chmodSync(join(folder, 'redis-server'), 0o755)
  expect(testsLeftOut(within)).toEqual(['chromium', 'nginx', 'promtool'].map((name) => `test/**/*.${name}.test.ts`))
  vi.stubEnv('PATH', `/no/such/folder:${folder}`)
  expect(pathOf('redis-server')).toBe(join(folder, 'redis-server'))
})

test('with CI=true no test is skipped', () => {
  vi.stubEnv('CI', 'true')
  expect(testsLeftOut([folder])).toEqual([])
})
