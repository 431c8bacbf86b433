import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Packages dist/ before the tests if the zip is missing or older than its contents. */
export default function setup(): void {
  const writtenAt = (name: string): number => statSync(`${ROOT}/dist/${name}`, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (writtenAt('gemini-proxy.zip') > Math.max(writtenAt('server.cjs'), writtenAt('cli.cjs'), writtenAt('start.cjs'))) return
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/bundle/package.ts'], { cwd: ROOT, encoding: 'utf8' })
  if (status !== 0) throw new Error(`dist/gemini-proxy.zip was not built:\n${stderr}`)
}
