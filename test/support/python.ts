import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)
const interpreters = new Map<string, Promise<string>>()

/**
 * Returns the path of a Python interpreter with the packages of a requirements file; installs them
 * if needed.
 *
 * @param module - a module of the packages, whose import shows that the installation works
 */
export function interpreterOf(requirements: string, module = 'openai'): Promise<string> {
  const known = interpreters.get(requirements)
  if (known !== undefined) return known
  const interpreter = execute('scripts/test/python-env.sh', [requirements, module], { cwd: ROOT }).then(({ stdout }) => stdout.trim())
  interpreters.set(requirements, interpreter)
  return interpreter
}

/**
 * Runs a Python script with the packages of a requirements file.
 *
 * @param file - the script, relative to the root of the repository
 * @param env - its environment variables; only PATH is inherited from the developer's shell
 * @param requirements - the requirements file
 * @returns the JSON value that the script prints
 * @throws with its stderr if it fails or there is no suitable Python
 */
export async function runPython(
  file: string,
  env: Readonly<Record<string, string>>,
  requirements = 'test/suites/sdk/python/requirements.txt',
): Promise<unknown> {
  const { stdout } = await execute(await interpreterOf(requirements), [file], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PYTHONUTF8: '1', ...env },
    timeout: 600_000,
  })
  return JSON.parse(stdout)
}
