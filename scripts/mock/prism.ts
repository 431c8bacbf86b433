import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PRISM = ['node_modules/@stoplight/prism-cli/dist/index.js', 'mock', '--host', '127.0.0.1', '--port', '0', 'generated/openapi.json']

/**
 * Starts Prism in another process, on a free port of the loopback interface.
 *
 * @returns its origin, such as `http://127.0.0.1:41234`
 * @throws with Prism's output if it exits before it listens
 */
export async function startPrism(): Promise<string> {
  const child = spawn(process.execPath, PRISM, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
  })
  process.once('exit', () => child.kill('SIGKILL'))
  let output = ''
  for await (const line of createInterface(child.stdout)) {
    output += `${line}\n`
    const origin = /listening on (http:\S+)/.exec(line)?.[1]
    if (origin === undefined) continue
    // The output is read and dropped: Prism logs each request and would block on a full pipe.
    child.stdout.resume()
    return origin
  }
  throw new Error(`Prism did not start:\n${output}`)
}
