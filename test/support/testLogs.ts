import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const TEST_LOGS = fileURLToPath(new URL('../../build/test-logs', import.meta.url))

/** Where the logs, the output of processes and the requests to Gemini of a test run are kept until the next one; see leaks.ts. */
export const RECORDS = `${TEST_LOGS}/records`

/** Where processes write what breaks the contract. */
export const VIOLATIONS = `${TEST_LOGS}/violations`

/** The hook for processes that tests start, made of preload.ts. */
export const PRELOAD = fileURLToPath(new URL('../../build/test-hook.cjs', import.meta.url))

/** Begins the names of what the fuzzing writes down, which comes before the tests and is searched after them. */
export const FUZZ = 'fuzz'

/**
 * Makes the hook, and forgets what the last run wrote down, unless it is still going on.
 *
 * @param isOver - by the beginning of a file's name, `fuzz` or the id of vitest's process: whether the file belongs to a run that is over
 */
export async function beginTestLogs(isOver: (run: string) => boolean): Promise<void> {
  for (const folder of [RECORDS, VIOLATIONS]) {
    mkdirSync(folder, { recursive: true })
    for (const name of readdirSync(folder)) if (isOver(name.split('-', 1)[0] ?? '')) rmSync(`${folder}/${name}`, { force: true })
  }
  await build({
    entryPoints: [fileURLToPath(new URL('preload.ts', import.meta.url))],
    outfile: `${PRELOAD}.${process.pid}`,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.10',
    logLevel: 'warning',
  })
  // Renamed into place: another run may be using it.
  renameSync(`${PRELOAD}.${process.pid}`, PRELOAD)
}
