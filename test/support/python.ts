import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)
let interpreter: Promise<string> | undefined

/**
 * Runs a Python file with the packages of test/sdk/python/requirements.txt (installed when they are not yet).
 *
 * @param file - the script, relative to the root of the repository
 * @param env - its whole environment but for PATH: no proxy or key of the developer's shell comes in
 * @returns the JSON value that it printed
 * @throws with its stderr when it fails or when there is no suitable Python
 */
export async function runPython(file: string, env: Readonly<Record<string, string>>): Promise<unknown> {
  interpreter ??= execute('scripts/python-env.sh', { cwd: ROOT }).then(({ stdout }) => stdout.trim())
  const { stdout } = await execute(await interpreter, [file], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PYTHONUTF8: '1', ...env },
    timeout: 60_000,
  })
  return JSON.parse(stdout)
}
