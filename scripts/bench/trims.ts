import { mkdirSync } from 'node:fs'
import { type Contest, compareStarts } from '../../test/tools/load/coldCompare.js'
import { bundle } from '../bundle/build.js'
import { makeCodeCaches } from '../bundle/codeCache.js'
import { TRIMS } from '../bundle/trims.js'

/** What one trim saves, in milliseconds: time to the first chat, and CPU time until then. */
export interface Saving {
  readonly name: string
  readonly timeMs: number
  readonly cpuMs: number
}

/**
 * Measures each trim of the bundle: the server is bundled without it, and both are started in turns.
 *
 * @param folder - where the bundles go
 * @param contest - `ours` is the server with all trims
 * @param cpus - the share of a processor that each server has; undefined for a whole one
 * @returns in the order of {@link TRIMS}; empty where this machine cannot set the share
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
