import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'commands-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let run: ChildProcess | undefined
afterEach(() => {
  run?.kill('SIGTERM') // has no effect if the process has already exited
})

/** Starts scripts/run.ts and reads its output until the server listens. */
async function startRun(env: Readonly<Record<string, string>>) {
  const started = spawn(process.execPath, ['--import', 'tsx', 'scripts/run.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PORT: '0', ...env },
  })
  run = started
  let output = ''
  for await (const line of createInterface(started.stdout)) {
    output += `${line}\n`
    if (line.includes('"msg":"listening"')) return { started, output, address: (JSON.parse(line) as { address: string }).address }
  }
  throw new Error(`exited before it listened:\n${output}`)
}

function make(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('make', args, { cwd: ROOT, encoding: 'utf8', env: { PATH: process.env.PATH } })
  return { status, output: stdout + stderr }
}

describe('make', () => {
  test('without a target lists the available targets', () => {
    const { status, output } = make()
    expect(status).toBe(0)
    for (const target of [
      'run',
      'test',
      'check',
      'generate',
      'build',
      'oracle',
      'release-contract',
      'conformance',
      'live',
      'bench-quick',
      'audit',
      'clean',
      'help',
    ])
      expect(output).toMatch(new RegExp(`^  ${target} +\\S`, 'm'))
  })

  test.each([[[]], [['SHARED=']], [['SHARED=/no/such/folder']]])('oracle fails when it has no recordings: %s', (args) => {
    const { status, output } = make('oracle', ...args)
    expect(output).toMatch(/SHARED=/)
    expect(status).toBeGreaterThan(0)
  })
})

describe('scripts/run.ts without GEMINI_API_KEY', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('serves the simulator, says so, and leaves nothing behind after %s', async (signal) => {
    const { started, output, address } = await startRun({})
    expect(output).toContain('SIMULATOR')
    const answer = await fetch(`${address}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gemini-2.5-flash', messages: [{ role: 'user', content: 'simulate:{"text":"simulated"}' }] }),
    })
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'simulated' } }] })
    const children = childrenOf(started.pid)
    expect(children).toHaveLength(2)
    started.kill(signal)
    expect(await once(started, 'exit')).toEqual([0, null])
    expect(children.filter(isRunning)).toEqual([])
  })
})

describe('scripts/run.ts with GEMINI_API_KEY', () => {
  test('starts the server only', async () => {
    const { started, output } = await startRun({ GEMINI_API_KEY: 'a-key' })
    expect(output).not.toContain('SIMULATOR')
    expect(childrenOf(started.pid)).toHaveLength(1)
    started.kill('SIGTERM')
    expect(await once(started, 'exit')).toEqual([0, null])
  })
})

function childrenOf(pid: number | undefined): number[] {
  const { stdout } = spawnSync('ps', ['-e', '-o', 'ppid=,pid=,args='], { encoding: 'utf8' })
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/))
  return rows.filter(([parent, , command]) => parent === String(pid) && !command?.includes('esbuild')).map(([, child]) => Number(child))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false // no such process
  }
}

describe('scripts/install.cjs', () => {
  const lock = (packages: Record<string, object>) => JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } })
  const install = (wanted: Record<string, object>, installed: Record<string, object> | undefined) => {
    const project = mkdtempSync(join(folder, 'project-'))
    for (const name of ['scripts', 'bin', 'node_modules']) mkdirSync(join(project, name))
    cpSync(join(ROOT, 'scripts/install.cjs'), join(project, 'scripts/install.cjs'))
    writeFileSync(join(project, 'bin/npm'), '#!/bin/sh\necho "npm $*"\n', { mode: 0o755 })
    writeFileSync(join(project, 'package-lock.json'), lock(wanted))
    if (installed !== undefined) writeFileSync(join(project, 'node_modules/.package-lock.json'), lock(installed))
    const env = { PATH: `${join(project, 'bin')}:${process.env.PATH}` }
    return spawnSync(process.execPath, [join(project, 'scripts/install.cjs')], { encoding: 'utf8', env }).stdout
  }
  const one = { 'node_modules/a': { version: '1.0.0' } }
  const other = { 'node_modules/b': { version: '1.0.0', optional: true } }

  test('prints the required version on a Node.js that is too old', () => {
    const pretend = join(folder, 'pretend.cjs')
    writeFileSync(pretend, `Object.defineProperty(process, 'versions', { value: { node: '20.18.3' } })`)
    const { status, stderr } = spawnSync(process.execPath, ['--require', pretend, join(ROOT, 'scripts/install.cjs')], { encoding: 'utf8' })
    expect(stderr).toContain('needs Node >= 20.19, this is 20.18.3')
    expect(status).toBe(1)
  })

  test.each([
    ['all packages are installed', one, one],
    ['only a package of another platform is missing', { ...one, ...other }, one],
  ])('does nothing when %s', (_case, wanted, installed) => {
    expect(install(wanted, installed)).toBe('')
  })

  test.each([
    ['nothing is installed', one, undefined],
    ['a package is missing', { ...one, 'node_modules/c': { version: '1.0.0' } }, one],
    ['a version differs', one, { 'node_modules/a': { version: '1.0.1' } }],
    ['a package is superfluous', one, { ...one, ...other }],
  ])('installs without scripts when %s', (_case, wanted, installed) => {
    expect(install(wanted, installed)).toContain('npm ci --ignore-scripts')
  })
})
