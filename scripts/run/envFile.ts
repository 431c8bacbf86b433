// Reads the settings in .env. Part of run.ts.
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** Environment variables by name. */
type Env = Readonly<Record<string, string | undefined>>

/** The environment merged with the variables of a file, and where their values come from. */
export interface MergedEnv {
  readonly env: Env
  /** Names of variables whose values come from the file. */
  readonly used: readonly string[]
  /** Names of variables that the shell sets to another value than the file. */
  readonly overridden: readonly string[]
}

/**
 * Merges a file such as .env into the environment, like `node --env-file`: variables of the shell
 * take precedence, even empty ones.
 *
 * @returns undefined if the file does not exist
 * @throws if the file cannot be read, or has a line that is not an assignment
 */
export function mergeEnvFile(file: string, shell: Env): MergedEnv | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const values = parseEnv(text.replace(/^\uFEFF/, '')) // removes a byte order mark
  const names = Object.keys(values)
  checkNames(names)
  const isOfShell = (name: string): boolean => shell[name] !== undefined
  return {
    env: { ...values, ...shell },
    used: names.filter((name) => !isOfShell(name) && values[name] !== ''),
    overridden: names.filter((name) => isOfShell(name) && shell[name] !== values[name]),
  }
}

const NAME = /^[A-Za-z_]\w*$/

/** Throws if the file has a line without `=`: Node.js joins it with the name in the next line. */
function checkNames(names: readonly string[]): void {
  const wrong = names.find((name) => !NAME.test(name))
  if (wrong === undefined) return
  const next = wrong.trim().split(/\s/).at(-1) ?? ''
  const hasNext = wrong.includes('\n') && NAME.test(next)
  throw new Error(`${hasNext ? `the line before ${next}` : 'a line'} is not NAME=value, where NAME consists of letters, digits and _`)
}

/** Describes in one line which variables come from .env, by name and without values. */
export function describeEnvFile({ used, overridden }: MergedEnv): string {
  const read = used.length === 0 ? 'sets no variables' : used.join(', ')
  return `.env: ${read}${overridden.length === 0 ? '' : `; set by the shell instead: ${overridden.join(', ')}`}`
}
