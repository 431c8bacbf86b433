import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { pathOf, testsLeftOut } from './programs.js'

const folder = mkdtempSync(join(tmpdir(), 'programs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

test('tests whose program is missing are left out, and no others', () => {
  writeFileSync(join(folder, 'redis-server'), '')
  vi.stubEnv('CI', '')
  vi.stubEnv('PATH', `/no/such/folder:${folder}`)
  expect(testsLeftOut()).toEqual(['test/**/*.chromium.test.ts', 'test/**/*.redis.test.ts']) // a file that cannot be run is no program
  chmodSync(join(folder, 'redis-server'), 0o755)
  expect(testsLeftOut()).toEqual(['test/**/*.chromium.test.ts'])
  expect(pathOf('redis-server')).toBe(join(folder, 'redis-server'))
})

test('with CI=true nothing is left out', () => {
  vi.stubEnv('CI', 'true')
  vi.stubEnv('PATH', folder)
  expect(testsLeftOut()).toEqual([])
})
