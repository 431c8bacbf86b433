import { mkdirSync } from 'node:fs'
import { type Contest, compareStarts } from '../../test/tools/load/coldCompare.js'
import { bundle } from '../bundle/build.js'
import { makeCodeCaches } from '../bundle/codeCache.js'
import { TRIMS } from '../bundle/trims.js'

/** The time that one trim saves, in milliseconds: until the first chat, and CPU time until then. */
export interface Saving {
  readonly name: string
  readonly timeMs: number
  readonly cpuMs: number
}

/**
 * Measures each trim of the bundle: starts the server with and without it, in turn.
 *
 * @param folder - for the bundles
 * @param contest - `ours` is the server with all trims
 * @param cpus - share of a CPU per server; undefined for a whole one
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
