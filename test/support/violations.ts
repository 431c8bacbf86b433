import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { VIOLATIONS } from './testLogs.js'

const here: string[] = []

/** Begins the names of all files of a test file: the ids of vitest's process and of its worker, which has no other test file. */
export const OF_THIS_FILE = `${process.ppid}-${process.pid}`

/** Notes what a proxy in this process has answered against the contract. */
export const noteViolation = (violation: string): void => void here.push(violation)

/** Gives what proxies in this process, and in those that it has started, have answered against the contract since the last time. */
export const takeViolations = (): string[] => [...here.splice(0), ...takeWritten(`${OF_THIS_FILE}-`)]

/**
 * Gives what processes have written down that tests started; each violation once.
 *
 * @param start - of the names of their files
 */
export function takeWritten(start: string): string[] {
  if (!existsSync(VIOLATIONS)) return []
  const names = readdirSync(VIOLATIONS).filter((name) => name.startsWith(start))
  return names.map((name) => {
    const text = readFileSync(`${VIOLATIONS}/${name}`, 'utf8')
    rmSync(`${VIOLATIONS}/${name}`)
    return text
  })
}
