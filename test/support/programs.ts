import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Debian's programs that some tests need, by the word in the names of those tests: `*.redis.test.ts`. scripts/test/debian-packages.sh installs them. */
const PROGRAMS = { chromium: 'chromium', nginx: 'nginx', redis: 'redis-server' } as const

/** PATH, and where Debian puts servers: only root has that in its PATH. */
const folders = (): string[] => [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']

/** Where a program of Debian's is installed; undefined where it is not. */
export const pathOf = (program: string, within: readonly string[] = folders()): string | undefined =>
  within.map((folder) => join(folder, program)).find(isExecutable)

/** Patterns of the tests that cannot run here for want of a program. With CI=true nothing is left out: they run, and fail. */
export const testsLeftOut = (within: readonly string[] = folders()): string[] =>
  process.env.CI === 'true'
    ? []
    : Object.entries(PROGRAMS).flatMap(([word, program]) => (pathOf(program, within) === undefined ? [`test/**/*.${word}.test.ts`] : []))

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false // not there, or not ours to run
  }
}
