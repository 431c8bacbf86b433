// usage: make run      (settings: the shell, then .env)
// Starts dist/server.cjs on HOST:PORT (127.0.0.1:9000), with the simulator as upstream if there is
// no GEMINI_API_KEY. Ctrl-C or SIGTERM stops the server after its running streams, and then the
// simulator; a second signal does not wait for streams. Exit 1 if a process could not be started.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import contract from '../generated/openapi.json' with { type: 'json' }
import { findPort, isLoopback, originOf, waitForServer } from './run/address.js'
import { describeEnvFile, mergeEnvFile } from './run/envFile.js'
import { makeSimulatorNotice, makeWelcome } from './run/welcome.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
// Milliseconds within which a second signal is ignored: terminals and npm may send it twice.
const SAME_SIGNAL_MS = 200

const CONSOLE = '/console'

type Env = Record<string, string | undefined>

const children = new Set<ChildProcess>()
let server: ChildProcess | undefined

const makeToken = (): string => randomBytes(12).toString('hex')

/**
 * Starts a Node.js process in its own process group: Ctrl-C reaches the whole group of the
 * terminal, and would stop the simulator while the server still uses it.
 */
function start(args: readonly string[], env: Env, stdout: 'pipe' | 'inherit'): ChildProcess {
  const child = spawn(process.execPath, args, { cwd: ROOT, env, detached: true, stdio: ['ignore', stdout, 'inherit'] })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

function fail(message: string): never {
  console.error(`make run: ${message}`)
  process.exit(1)
}

/** Says which token opens the console. @returns undefined if the server has no console */
function describeConsole(env: Env, generatedToken: string | undefined): string | undefined {
  if (!(CONSOLE in contract.paths)) return undefined
  if (generatedToken !== undefined) return `its token, for this run: ${generatedToken}`
  return env.ADMIN_TOKEN?.trim() ? 'its token is the ADMIN_TOKEN' : 'to use it, set ADMIN_TOKEN'
}

function readEnv(): Env {
  try {
    const merged = mergeEnvFile(`${ROOT}.env`, process.env)
    if (merged === undefined) return { ...process.env }
    console.log(describeEnvFile(merged))
    return { ...merged.env }
  } catch (error) {
    return fail(`.env cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function startSimulator(env: Env): Promise<{ readonly child: ChildProcess; readonly baseUrl: string }> {
  const child = start(['--import', 'tsx', 'test/doubles/simulator/main.ts'], env, 'pipe')
  if (child.stdout === null) throw new Error('the simulator has no stdout')
  const line = once(createInterface(child.stdout), 'line') as Promise<[string]>
  const [text] = await Promise.race([line, once(child, 'exit').then(() => [undefined])])
  if (text === undefined) return fail('the simulator did not start.')
  return { child, baseUrl: (JSON.parse(text) as { baseUrl: string }).baseUrl }
}

/** On a signal, stops the server, or ends this script if the server has not started. */
function stopOnSignals(): void {
  let stoppedAt: number | undefined
  const stop = (): void => {
    if (server === undefined) process.exit(0)
    if (stoppedAt !== undefined && performance.now() - stoppedAt < SAME_SIGNAL_MS) return
    if (stoppedAt === undefined) console.log('\nStopping: waiting for running requests to finish. Press Ctrl-C again to stop now.')
    stoppedAt = performance.now()
    server.kill('SIGTERM')
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
}

async function main(): Promise<number> {
  const env = readEnv()
  const host = env.HOST?.trim() || '127.0.0.1'
  const wanted = env.PORT?.trim() || '9000'
  if (!/^\d{1,5}$/.test(wanted) || Number(wanted) > 65_535) return fail('PORT must be a port number from 0 to 65535.')
  const port = await findPort(host, Number(wanted))
  if (port === undefined) return fail(`port ${wanted} is already in use. Stop the other process, or choose another: PORT=9001 make run`)

  const geminiKeys = env.GEMINI_API_KEY?.trim() || undefined
  const simulator = geminiKeys === undefined ? await startSimulator(env) : undefined
  if (simulator !== undefined) {
    console.log(makeSimulatorNotice())
    Object.assign(env, { GEMINI_API_KEY: 'simulated', GEMINI_BASE_URL: simulator.baseUrl })
  }
  const consoleToken = !env.ADMIN_TOKEN?.trim() && isLoopback(host) && CONSOLE in contract.paths ? makeToken() : undefined
  if (consoleToken !== undefined) env.ADMIN_TOKEN = consoleToken

  server = start(['dist/server.cjs'], { ...env, HOST: host, PORT: String(port) }, 'inherit')
  const ended = once(server, 'exit') as Promise<[number | null]>
  simulator?.child.once('exit', () => server?.kill('SIGTERM'))
  if (await waitForServer(server, host, port)) {
    const authToken = env.AUTH_TOKEN?.trim() || undefined
    const consoleAccess = describeConsole(env, consoleToken)
    console.log(makeWelcome({ origin: originOf(host, port), isLocal: isLoopback(host), authToken, geminiKeys, consoleAccess }))
  }
  const [code] = await ended
  if (simulator !== undefined && simulator.child.exitCode === null) {
    simulator.child.kill('SIGTERM')
    await once(simulator.child, 'exit')
  }
  return code ?? 1
}

process.on('exit', () => {
  // Stop the child processes that still run after a failure; at a normal end there are none.
  for (const child of children) child.kill('SIGKILL')
})
stopOnSignals()
process.exitCode = await main()
