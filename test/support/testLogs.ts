import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const TEST_LOGS = fileURLToPath(new URL('../../build/test-logs', import.meta.url))

/**
 * The folder with the logs, the output of processes and the requests to Gemini of a test run; the
 * next run empties it. See leaks.ts.
 */
export const RECORDS = `${TEST_LOGS}/records`

/** The folder to which processes write violations of the contract. */
export const VIOLATIONS = `${TEST_LOGS}/violations`

/** The hook for processes that tests start, bundled from preload.ts. */
export const PRELOAD = fileURLToPath(new URL('../../build/test-hook.cjs', import.meta.url))

/**
 * Prefix of the names of the fuzzing's records. The fuzzing runs before the tests, and its records
 * are searched after them.
 */
export const FUZZ = 'fuzz'

/**
 * Builds the hook, and deletes the records of runs that have ended.
 *
 * @param isOver - whether a run has ended, by the prefix of its files: `fuzz` or the id of vitest's
 *   process
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
  // Replaced atomically by a rename: another run may be using it.
  renameSync(`${PRELOAD}.${process.pid}`, PRELOAD)
}
