// Reads the settings in .env. Part of run.ts.
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** Environment variables. */
type Env = Readonly<Record<string, string | undefined>>

/** The variables of a file, merged into the environment. */
export interface MergedEnv {
  readonly env: Env
  /** Variables that the file sets. */
  readonly used: readonly string[]
  /** Variables of the file that the shell sets too, to another value. */
  readonly overridden: readonly string[]
}

/**
 * Merges a file such as .env into the environment, as `node --env-file` does: a variable of the
 * shell wins, even if it is empty.
 *
 * @returns undefined if the file does not exist
 * @throws if it exists and cannot be read, or has a line that sets nothing
 */
export function mergeEnvFile(file: string, shell: Env): MergedEnv | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const values = parseEnv(text.replace(/^\uFEFF/, '')) // some editors begin a file with this mark
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

/** Node.js takes a line without `=` as the beginning of the next line's name, and so loses both. */
function checkNames(names: readonly string[]): void {
  const wrong = names.find((name) => !NAME.test(name))
  if (wrong === undefined) return
  const next = wrong.trim().split(/\s/).at(-1) ?? ''
  const hasNext = wrong.includes('\n') && NAME.test(next)
  throw new Error(`${hasNext ? `the line before ${next}` : 'a line'} is not NAME=value`)
}

/** Describes in one line what was read. Contains names of variables only. */
export function describeEnvFile({ used, overridden }: MergedEnv): string {
  const read = used.length === 0 ? 'it sets nothing' : used.join(', ')
  return `.env: ${read}${overridden.length === 0 ? '' : `; set by the shell instead: ${overridden.join(', ')}`}`
}
