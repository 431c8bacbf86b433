import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
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

/**
 * Starts scripts/run.ts and reads its output up to the last line that it prints.
 *
 * @param project - the repository, or a copy of it
 */
async function startRun(env: Readonly<Record<string, string>>, project = ROOT) {
  const started = spawn(process.execPath, ['--import', 'tsx', 'scripts/run.ts'], {
    cwd: project,
    // The empty key overrides a key in the .env of this repository, which the tests must not use.
    env: { PATH: process.env.PATH, PORT: '0', GEMINI_API_KEY: '', ...env },
  })
  run = started
  let output = ''
  let address = ''
  const lines = createInterface(started.stdout)
  const isComplete = new Promise<boolean>((resolve) => {
    lines.on('line', (line) => {
      output += `${line}\n`
      if (line.includes('"msg":"listening"')) address = (JSON.parse(line) as { address: string }).address
      if (line.includes('Ctrl-C stops the server')) resolve(true)
    })
    lines.once('close', () => resolve(false))
  })
  if (!(await isComplete)) throw new Error(`exited before it listened:\n${output}`)
  return { started, address, read: () => output }
}

/** Makes a copy of this repository with a .env and the files that scripts/run.ts needs. */
function projectWith(envFile: string): string {
  const project = mkdtempSync(join(folder, 'run-'))
  for (const name of ['src', 'test', 'dist', 'generated', 'node_modules']) symlinkSync(join(ROOT, name), join(project, name))
  for (const name of ['package.json', 'tsconfig.json', 'scripts/run.ts', 'scripts/run'])
    cpSync(join(ROOT, name), join(project, name), { recursive: true })
  writeFileSync(join(project, '.env'), envFile)
  return project
}

const chatAt = (address: string, prompt: string, token?: string, isStream = false): Promise<Response> =>
  fetch(`${address}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ model: 'gemini-3.8-flash', stream: isStream, messages: [{ role: 'user', content: prompt }] }),
  })

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

  test.each([[[]], [['SHARED=']], [['SHARED=/no/such/folder']]])('oracle fails without recordings: %s', (args) => {
    const { status, output } = make('oracle', ...args)
    expect(output).toMatch(/SHARED=/)
    expect(status).toBeGreaterThan(0)
  })
})

describe('scripts/run.ts without GEMINI_API_KEY', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('starts the simulator, reports it, and leaves no process behind after %s', async (signal) => {
    const { started, read, address } = await startRun({})
    expect(read()).toContain('SIMULATOR')
    const answer = await chatAt(address, 'simulate:{"text":"simulated"}')
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'simulated' } }] })
    const children = childrenOf(started.pid)
    expect(children).toHaveLength(2)
    started.kill(signal)
    expect(await once(started, 'exit')).toEqual([0, null])
    expect(children.filter(isRunning)).toEqual([])
  })

  test('frames its notice with lines of equal width', async () => {
    const { read } = await startRun({})
    const frame = read()
      .split('\n')
      .filter((line) => /^ {2}[+|]/.test(line))
    expect(frame.length).toBeGreaterThan(3)
    expect(new Set(frame.map((line) => line.length)).size).toBe(1)
  })

  test('lets a running stream end after Ctrl-C, and drains once', async () => {
    const { started, read, address } = await startRun({})
    const answer = await chatAt(address, 'simulate:{"chunks":12,"chunkDelayMs":50}', undefined, true)
    const text = answer.text()
    started.kill('SIGINT')
    expect(await text).toMatch(/data: \[DONE\]\n\n$/)
    expect(await once(started, 'exit')).toEqual([0, null])
    expect(read()).toContain('Press Ctrl-C again to stop now')
    expect(read().match(/"msg":"draining/g)).toHaveLength(1)
  })
})

describe('scripts/run.ts with GEMINI_API_KEY', () => {
  test('starts only the server, and prints no key', async () => {
    const { started, read } = await startRun({ GEMINI_API_KEY: 'AIza-canary-0123456789abcdef' })
    expect(read()).not.toContain('SIMULATOR')
    expect(read()).toContain('...cdef')
    expect(read()).not.toContain('canary')
    expect(childrenOf(started.pid)).toHaveLength(1)
    started.kill('SIGTERM')
    expect(await once(started, 'exit')).toEqual([0, null])
  })
})

describe('the output of scripts/run.ts', () => {
  test.each([{ AUTH_TOKEN: 'a-token-that-is-not-shown' }, {}])(
    'has URLs, model, and a curl command that can be pasted: %o',
    async (env: { AUTH_TOKEN?: string }) => {
      const { read, address } = await startRun(env)
      const output = read()
      for (const part of [`${address}/v1\n`, `${address}/docs\n`, 'gemini-3.8-flash']) expect(output).toContain(part)
      expect(output).toContain(env.AUTH_TOKEN === undefined ? 'not required' : 'the AUTH_TOKEN (...hown)')
      expect(output).not.toContain('that-is-not')
      const command = /^curl [\s\S]*?\}'$/m.exec(output)?.[0] ?? ''
      const PATH = `${process.env.PATH}:${ROOT}test/suites/docs/bin`
      const pasted = spawn('bash', ['-c', command], { env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'ignore'] })
      let answer = ''
      for await (const piece of pasted.stdout) answer += piece
      expect(JSON.parse(answer)).toMatchObject({ object: 'chat.completion', choices: [{ finish_reason: 'stop' }] })
    },
  )

  test('names the port that is in use, and exits', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/run.ts'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, PORT: String(port), GEMINI_API_KEY: '' },
    })
    other.close()
    expect([status, stderr]).toEqual([1, expect.stringContaining(`port ${port} is already in use`)])
  })
})

describe('scripts/run.ts with a .env', () => {
  const ENV_FILE = '# a comment\nAUTH_TOKEN="token-of-the-file"\nPORT=1\nMODEL_ALIASES=\'gpt-*=gemini-3.8-flash\'\nMETRICS_TOKEN=\n'

  test('reads the file, lists the variables, and prints no value', async () => {
    const { read, address } = await startRun({}, projectWith(ENV_FILE))
    expect(read()).toContain('.env: AUTH_TOKEN, MODEL_ALIASES; set by the shell instead: PORT\n')
    expect(read()).not.toContain('token-of-the-file')
    expect((await chatAt(address, 'Hello.')).status).toBe(401)
    expect((await chatAt(address, 'Hello.', 'token-of-the-file')).status).toBe(200)
  })

  test('prefers the variables of the shell, even empty ones', async () => {
    const { read, address } = await startRun({ AUTH_TOKEN: '' }, projectWith(ENV_FILE))
    expect(read()).toContain('set by the shell instead: AUTH_TOKEN, PORT')
    expect((await chatAt(address, 'Hello.')).status).toBe(200)
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
    return false // process.kill throws if the process does not exist
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

describe('scripts/test/test.sh', () => {
  const script = readFileSync(join(ROOT, 'scripts/test/test.sh'), 'utf8')
  /**
   * Runs scripts/test/test.sh in a folder whose `scripts/check/check.sh` has the content `check`.
   */
  const runTests = (check: string) => {
    const project = mkdtempSync(join(folder, 'steps-'))
    for (const name of ['scripts/test', 'scripts/check']) mkdirSync(join(project, name), { recursive: true })
    cpSync(join(ROOT, 'scripts/test/test.sh'), join(project, 'scripts/test/test.sh'))
    writeFileSync(join(project, 'scripts/check/check.sh'), `#!/bin/sh\n${check}\n`, { mode: 0o755 })
    const { status, stdout } = spawnSync(join(project, 'scripts/test/test.sh'), { encoding: 'utf8', env: { PATH: process.env.PATH } })
    return { status, lines: stdout.trimEnd().split('\n') }
  }

  test('prints what a step does and how long it takes before it starts, and how to repeat a failed one', () => {
    const { status, lines } = runTests('echo output of the check; exit 3')
    expect(status).toBe(1)
    expect(lines[0]).toMatch(/^step {3}1 of \d+ {3}check: .+ \(about 1 min\)$/)
    expect(lines[1]).toBe('output of the check')
    expect(lines.slice(-3)).toEqual(['step failed: check', 'repeat: make check', '0 passed, 1 failed, 0 skipped'])
  })

  test('announces as many steps as there are', () => {
    const steps = script.match(/^(step|announce) \S+ /gm) ?? []
    expect(script).toContain(`readonly TOTAL=${steps.length}\n`)
  })
})

test('make audit reports that it needs the internet', () => {
  const bin = mkdtempSync(join(folder, 'bin-'))
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\necho "npm error audit endpoint returned an error" >&2\nexit 1\n', { mode: 0o755 })
  const env = { PATH: `${bin}:${process.env.PATH}` }
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/check/audit.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env,
  })
  expect([status, stderr]).toEqual([2, expect.stringContaining('An audit needs the internet')])
})
