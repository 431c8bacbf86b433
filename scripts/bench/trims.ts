import { mkdirSync } from 'node:fs'
import { type Contest, compareStarts } from '../../test/tools/load/coldCompare.js'
import { bundle } from '../bundle/build.js'
import { makeCodeCaches } from '../bundle/codeCache.js'
import { TRIMS } from '../bundle/trims.js'

/** What one trim saves from start to first chat: time and CPU time, in milliseconds. */
export interface Saving {
  readonly name: string
  readonly timeMs: number
  readonly cpuMs: number
}

/**
 * Measures what each trim of the bundle saves: starts the server with and without it, in turn.
 *
 * @param folder - folder for the bundles without one trim
 * @param contest - `ours` is the server with all trims
 * @param cpus - share of a CPU that the server gets; undefined for a whole CPU
 * @returns savings in the order of {@link TRIMS}; empty if this machine cannot limit the CPU
 */
export async function measureTrims(folder: string, contest: Omit<Contest, 'bare'>, rounds: number, cpus?: number): Promise<Saving[]> {
  const savings: Saving[] = []
  for (const [index, { name }] of TRIMS.entries()) {
    const dist = `${folder}/${index}`
    mkdirSync(dist, { recursive: true })
    await bundle('src/main.ts', `${dist}/server.cjs`, name)
    await bundle('scripts/bundle/launcher/start.ts', `${dist}/start.cjs`)
    await makeCodeCaches(dist)
    const found = await compareStarts({ ...contest, bare: `${dist}/start.cjs` }, rounds, cpus)
    if (found !== undefined) savings.push({ name, timeMs: found.time[1] - found.time[0], cpuMs: found.cpu[1] - found.cpu[0] })
  }
  return savings
}
