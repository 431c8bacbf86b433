import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Debian's programs that some tests need, by the suffix of those tests' names, such as
 * `*.redis.test.ts`. scripts/test/debian-packages.sh installs them.
 */
const PROGRAMS = { chromium: 'chromium', nginx: 'nginx', promtool: 'promtool', redis: 'redis-server' } as const

/**
 * Returns the folders of PATH, and /usr/sbin, where Debian installs servers and which only root has
 * in PATH.
 */
const folders = (): string[] => [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']

/** Returns the path of a program; undefined if it is not installed. */
export const pathOf = (program: string, within: readonly string[] = folders()): string | undefined =>
  within.map((folder) => join(folder, program)).find(isExecutable)

/**
 * Returns the patterns of tests that cannot run because a program is missing. With CI=true, the
 * list is empty, so that these tests run and fail.
 */
export const testsLeftOut = (within: readonly string[] = folders()): string[] =>
  process.env.CI === 'true'
    ? []
    : Object.entries(PROGRAMS).flatMap(([name, program]) => (pathOf(program, within) === undefined ? [`test/**/*.${name}.test.ts`] : []))

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false // accessSync throws if the file is missing or not executable
  }
}
