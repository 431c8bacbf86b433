import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)
const interpreters = new Map<string, Promise<string>>()

/** The interpreter with the packages of a file, which are installed when they are not yet. */
function interpreterOf(requirements: string): Promise<string> {
  const known = interpreters.get(requirements)
  if (known !== undefined) return known
  const made = execute('scripts/test/python-env.sh', [requirements], { cwd: ROOT }).then(({ stdout }) => stdout.trim())
  interpreters.set(requirements, made)
  return made
}

/**
 * Runs a Python file with packages of its own.
 *
 * @param file - the script, relative to the root of the repository
 * @param env - its whole environment but for PATH: no proxy or key of the developer's shell comes in
 * @param requirements - the file of its packages
 * @returns the JSON value that it printed
 * @throws with its stderr when it fails or when there is no suitable Python
 */
export async function runPython(
  file: string,
  env: Readonly<Record<string, string>>,
  requirements = 'test/suites/sdk/python/requirements.txt',
): Promise<unknown> {
  const { stdout } = await execute(await interpreterOf(requirements), [file], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PYTHONUTF8: '1', ...env },
    timeout: 120_000,
  })
  return JSON.parse(stdout)
}
