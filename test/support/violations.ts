import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { VIOLATIONS } from './testLogs.js'

const recorded: string[] = []

/**
 * Prefix of the files that record a test file's processes: the ids of vitest's process and of the
 * worker process, which runs no other test file.
 */
export const RECORD_PREFIX = `${process.ppid}-${process.pid}`

/** Records a contract violation of a proxy in this process. */
export const noteViolation = (violation: string): void => void recorded.push(violation)

/** Returns and clears the violations of proxies in this process and the processes it started. */
export const takeViolations = (): string[] => [...recorded.splice(0), ...takeWritten(`${RECORD_PREFIX}-`)]

/**
 * Returns the violations that processes started by tests have recorded, one text per file, and
 * deletes the files.
 *
 * @param start - prefix of the names of their files
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
