import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { killOnExit } from '../../support/children.js'
import { TOKEN } from '../../support/proxy.js'

/** Path of the built command-line program. */
export const PROGRAM = fileURLToPath(new URL('../../../dist/server.cjs', import.meta.url))
const TERMINAL = fileURLToPath(new URL('terminal.py', import.meta.url))

/** Output and exit code of a command. */
export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Options for running a command. */
export interface Running {
  /** Environment variables of the command, besides PATH. */
  readonly env?: Readonly<Record<string, string>>
  /** Content of the command's standard input; empty by default. */
  readonly input?: string | Buffer
  readonly cwd?: string
}

/** Starts a command that inherits only PATH, not other settings of the developer's environment. */
export function startCli(args: readonly string[], { env = {}, cwd }: Running = {}): ChildProcess & { readonly ended: Promise<Ran> } {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { PATH: process.env.PATH, ...env }, cwd, stdio: 'pipe' })
  killOnExit(child)
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  return Object.assign(child, { ended: once(child, 'close').then(([code]) => ({ code, out, err })) })
}

/**
 * Waits until a pattern matches the standard output of a command.
 *
 * @returns the first group of the match, or the whole match if there is no group
 * @throws if the command ends before the pattern matches
 */
export function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = ''
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (piece: string) => {
      text += piece
      const match = pattern.exec(text)
      if (match !== null) resolve(match[1] ?? match[0])
    })
    child.once('close', () => reject(new Error(`ended before it printed ${pattern}: ${text}`)))
  })
}

/** Runs a command until it exits. */
export async function runCli(args: readonly string[], running: Running = {}): Promise<Ran> {
  const child = startCli(args, running)
  child.stdin?.on('error', () => undefined) // a command that does not read its input may close it
  child.stdin?.end(running.input ?? '')
  return child.ended
}

/** Makes the environment variables with which a command sends its requests to a test's proxy. */
export const envFor = ({ baseUrl }: { readonly baseUrl: string }): Record<string, string> => ({
  GEMINI_PROXY_URL: baseUrl,
  GEMINI_PROXY_TOKEN: TOKEN,
})

/** Keys to type on a terminal once a pattern has appeared. A number is a signal to send instead. */
export type Step = readonly [pattern: string, keys: string | number]

/** Runs a command on a terminal. @returns output, exit code, and steps that were not reached */
export async function runOnTerminal(args: readonly string[], steps: readonly Step[], env: Readonly<Record<string, string>>) {
  const command = [TERMINAL, JSON.stringify(steps), process.execPath, PROGRAM, ...args]
  const child = spawn('python3', command, { env: { PATH: process.env.PATH, TERM: 'xterm', ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  killOnExit(child)
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
  })
  await once(child, 'close')
  return JSON.parse(text) as { readonly output: string; readonly code: number; readonly left: readonly Step[] }
}
