// Reads the settings in .env. Part of run.ts.
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** Environment variables. */
type Env = Readonly<Record<string, string | undefined>>

/** The variables of a file, merged into the environment. */
export interface MergedEnv {
  readonly env: Env
  /** Variables taken from the file. */
  readonly used: readonly string[]
  /** Variables that the shell sets to another value than the file. */
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
  const values = parseEnv(text.replace(/^\uFEFF/, '')) // byte order mark
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

/** Detects lines without `=`: Node.js joins such a line with the next name, and loses both. */
function checkNames(names: readonly string[]): void {
  const wrong = names.find((name) => !NAME.test(name))
  if (wrong === undefined) return
  const next = wrong.trim().split(/\s/).at(-1) ?? ''
  const hasNext = wrong.includes('\n') && NAME.test(next)
  throw new Error(`${hasNext ? `the line before ${next}` : 'a line'} is not NAME=value`)
}

/** Describes the result in one line. Contains names of variables only. */
export function describeEnvFile({ used, overridden }: MergedEnv): string {
  const read = used.length === 0 ? 'it sets nothing' : used.join(', ')
  return `.env: ${read}${overridden.length === 0 ? '' : `; set by the shell instead: ${overridden.join(', ')}`}`
}
