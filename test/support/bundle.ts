import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { killOnExit } from './children.js'
import { UPSTREAM_ENV } from './upstreamApi.js'

const SERVER = fileURLToPath(new URL('../../dist/server.cjs', import.meta.url))
const START_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 60_000

/** One log line of the server. */
export type LogLine = Readonly<Record<string, unknown>>

/** The built server in a separate process. */
export interface Bundle {
  /** Origin of the server, such as `http://127.0.0.1:41234`. */
  readonly address: string
  readonly process: ChildProcess
  /** Everything written to stdout and stderr so far. */
  output(): string
  /** The log lines on stdout so far, parsed. */
  log(): LogLine[]
  /** Sends SIGTERM and waits for the process to exit. @throws if it takes more than a minute */
  stop(): Promise<Ending>
}

/** How a process exited: with a code, or by a signal. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * Starts `node dist/server.cjs` on a free port of 127.0.0.1 and waits until it listens.
 *
 * @param env - its environment, in addition to PATH, HOST, PORT and GEMINI_UPSTREAM: nothing else
 *   is inherited from the developer's shell
 * @param server - the file to start, by default the built server
 * @param node - the Node.js binary, by default the one that runs the tests
 * @throws with its output if it exits before it listens or does not listen within a minute
 */
export async function startBundle(env: Readonly<Record<string, string>>, server = SERVER, node = process.execPath): Promise<Bundle> {
  const { child, output, stdout } = launch(env, server, node)
  const log = () => stdout().split('\n').flatMap(parsed)
  const listening = new Promise<string>((resolve) => {
    child.stdout?.on('data', () => {
      const address = log().find(({ msg }) => msg === 'listening')?.address
      if (typeof address === 'string') resolve(address)
    })
  })
  const address = await within(START_LIMIT_MS, Promise.race([listening, once(child, 'exit').then(() => undefined)]))
  if (address === undefined) {
    child.kill('SIGKILL')
    throw new Error(`the server did not start:\n${output()}`)
  }
  return { address, process: child, output, log, stop: () => stop(child, output) }
}

/**
 * Starts `node dist/server.cjs` and waits for it to exit, for starts that are expected to fail.
 *
 * @throws if it is still running after a minute
 */
export async function runBundle(env: Readonly<Record<string, string>>, server = SERVER): Promise<Ending & { readonly output: string }> {
  const { child, output } = launch(env, server)
  const ending = await within(START_LIMIT_MS, ended(child))
  if (ending === undefined) {
    child.kill('SIGKILL')
    throw new Error(`the server did not exit:\n${output()}`)
  }
  return { ...ending, output: output() }
}

function launch(env: Readonly<Record<string, string>>, server: string, node = process.execPath) {
  const child = spawn(node, [server], {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', ...UPSTREAM_ENV, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  killOnExit(child)
  let out = ''
  let all = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    all += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    all += text
  })
  return { child, output: () => all, stdout: () => out }
}

async function stop(child: ChildProcess, output: () => string): Promise<Ending> {
  child.kill('SIGTERM')
  const ending = await within(STOP_LIMIT_MS, ended(child))
  if (ending !== undefined) return ending
  child.kill('SIGKILL')
  throw new Error(`the server did not exit within ${STOP_LIMIT_MS} ms of SIGTERM:\n${output()}`)
}

async function ended(child: ChildProcess): Promise<Ending> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return { code: child.exitCode, signal: child.signalCode }
}

async function within<T>(limitMs: number, wait: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limitMs, undefined)
  })
  return Promise.race([wait, limit]).finally(() => clearTimeout(timer))
}

function parsed(line: string): LogLine[] {
  if (!line.startsWith('{') || !line.endsWith('}')) return [] // the last line may be incomplete
  return [JSON.parse(line) as LogLine] // the cast is safe: pino logs only objects
}
