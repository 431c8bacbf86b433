import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { bundle } from '../../scripts/bundle/build.js'
import { runBundle, startBundle } from './bundle.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const { version } = (await import('../../package.json', { with: { type: 'json' } })).default
mkdirSync(join(ROOT, 'build'), { recursive: true })
const planted = mkdtempSync(join(ROOT, 'build/planted-'))
const elsewhere = mkdtempSync(join(tmpdir(), 'bundle-'))
afterAll(() => {
  for (const folder of [planted, elsewhere]) rmSync(folder, { recursive: true, force: true })
})

describe('the build', () => {
  test('refuses test code in the production server', async () => {
    const entry = join(planted, 'main.ts')
    const outfile = join(planted, 'server.cjs')
    writeFileSync(entry, "import { startSimulator } from '../../test/doubles/simulator/index.js'\nstartSimulator()\n")
    await expect(bundle(entry, outfile)).rejects.toThrow(/must not be in production.*test\/doubles\/simulator\/index\.ts/)
    expect(existsSync(outfile)).toBe(false)
  })
})

describe('dist/server.cjs', () => {
  const server = join(elsewhere, 'server.cjs')
  copyFileSync(join(ROOT, 'dist/server.cjs'), server)

  test('runs alone in an empty folder, reports its version and ends on SIGTERM', async () => {
    const running = await startBundle({ GEMINI_API_KEY: 'unused' }, server)
    const health = await fetch(`${running.address}/health`)
    expect(await health.json()).toMatchObject({ status: 'ok', version })
    expect(await running.stop()).toEqual({ code: 0, signal: null })
  })

  test('does not start without GEMINI_API_KEY, and prints the reason', async () => {
    const { code, output } = await runBundle({}, server)
    expect(output).toContain('GEMINI_API_KEY')
    expect(code).toBeGreaterThan(0)
  })
})
