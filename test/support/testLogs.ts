import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const TEST_LOGS = fileURLToPath(new URL('../../build/test-logs', import.meta.url))

/**
 * The folder for logs, output of processes and requests to Gemini, which leaks.ts searches for
 * secrets. The next test run empties it.
 */
export const RECORDS = `${TEST_LOGS}/records`

/**
 * The folder to which processes write the violations of the contract that they detect in responses
 * of their proxies.
 */
export const VIOLATIONS = `${TEST_LOGS}/violations`

/** Path of the bundled preload.ts, which every process that a test starts loads. */
export const PRELOAD = fileURLToPath(new URL('../../build/test-hook.cjs', import.meta.url))

/**
 * Prefix of the fuzzer's records. The fuzzer runs before the tests, whose reporter searches its
 * records at the end of their run.
 */
export const FUZZ = 'fuzz'

/**
 * Bundles preload.ts, and deletes the records of finished runs.
 *
 * @param isOver - returns true if a run has ended, by the prefix of its files: `fuzz` or the id of
 *   vitest's process
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
  // A rename replaces the file in one step, because another test run may be loading it.
  renameSync(`${PRELOAD}.${process.pid}`, PRELOAD)
}
