import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PRISM = ['node_modules/@stoplight/prism-cli/dist/index.js', 'mock', '--host', '127.0.0.1', '--port', '0', 'generated/openapi.json']

/** Prism serving the contract, in a process of its own. */
export interface Prism {
  /** Such as `http://127.0.0.1:41234`. */
  readonly origin: string
  close(): void
}

/**
 * Starts Prism on a free port of the loopback interface.
 *
 * @throws with its output where it exits before it listens
 */
export async function startPrism(): Promise<Prism> {
  const child = spawn(process.execPath, PRISM, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
  })
  const close = (): void => void child.kill('SIGKILL')
  process.once('exit', close)
  let output = ''
  for await (const line of createInterface(child.stdout)) {
    output += `${line}\n`
    const origin = /listening on (http:\S+)/.exec(line)?.[1]
    if (origin === undefined) continue
    // Prism logs each request, and would block once the pipe is full.
    child.stdout.resume()
    return { origin, close }
  }
  throw new Error(`Prism did not start:\n${output}`)
}
