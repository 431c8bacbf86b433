import { mkdirSync } from 'node:fs'
import { compareStarts, type ServerPair } from '../../test/tools/load/coldCompare.js'
import { bundle } from '../bundle/build.js'
import { makeCodeCaches } from '../bundle/codeCache.js'
import { TRIMS } from '../bundle/trims.js'

/** The milliseconds that one trim of the bundle saves from process start to the first chat. */
export interface TrimSaving {
  readonly name: string
  readonly timeMs: number
  readonly cpuMs: number
}

/**
 * Measures the time that each trim of the bundle saves: starts the server with and without it.
 *
 * @param folder - folder for the bundles, each of which lacks one trim
 * @param contest - the server with all trims (`ours`), with which each bundle is compared
 * @param cpus - share of a CPU that the server gets; undefined for a whole CPU
 * @returns savings in the order of {@link TRIMS}; empty if this machine cannot limit the CPU
 */
export async function measureTrims(
  folder: string,
  contest: Omit<ServerPair, 'bare'>,
  rounds: number,
  cpus?: number,
): Promise<TrimSaving[]> {
  const savings: TrimSaving[] = []
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
