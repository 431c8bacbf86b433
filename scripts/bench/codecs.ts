import { burstMany, type Endpoint, sendMany, streamMany } from '../../test/tools/load/client.js'
import { BURST, GAP_MS, STREAM_CHUNKS } from '../../test/tools/load/scenario.js'
import type { BenchFigures } from './goals.js'
import type { BenchCounts } from './groups.js'
import type { BenchTarget } from './targets.js'

const WARM_UPS = 2
const PAIRS = 5
const USERS = 64

/** One kind of load, such as small requests. `send` sends a slice of `per` requests or chunks. */
interface Load {
  readonly figure: 'requestShare' | 'pacedShare' | 'burstShare'
  readonly per: number
  readonly send: (endpoint: Endpoint) => Promise<unknown>
}

/**
 * Compares the native API with the compatible API: two proxies run at the same time on one core and
 * get equal slices of load in turn, because the machine's speed varies more from minute to minute
 * than the two APIs differ.
 *
 * @returns for each load, the median CPU time on the native API relative to the compatible API
 */
export async function compareCodecs(compat: BenchTarget, native: BenchTarget, counts: BenchCounts): Promise<BenchFigures> {
  const requests = Math.ceil(counts.requests / 5)
  const streams = Math.ceil(counts.streams / 2)
  const bursts = Math.ceil(counts.bursts / 2)
  const loads: readonly Load[] = [
    { figure: 'requestShare', per: requests, send: (endpoint) => sendMany(endpoint, requests, USERS) },
    { figure: 'pacedShare', per: streams * STREAM_CHUNKS, send: (endpoint) => streamMany(endpoint, streams, GAP_MS) },
    { figure: 'burstShare', per: bursts * BURST.writes * BURST.chunks, send: (endpoint) => burstMany(endpoint, bursts, GAP_MS) },
  ]
  const servers = await Promise.all([compat.start(), native.start()])
  try {
    const figures: BenchFigures = {}
    for (const { figure, per, send } of loads) {
      const costs: [number[], number[]] = [[], []]
      for (let pair = -WARM_UPS; pair < PAIRS; pair += 1) {
        // Alternate which proxy is measured first, so that the order has no effect on the ratio.
        for (const index of pair % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
          const { endpoint, process } = servers[index]
          const before = process?.cpuMicroseconds() ?? Number.NaN
          await send(endpoint)
          if (pair >= 0) costs[index].push(((process?.cpuMicroseconds() ?? Number.NaN) - before) / per)
        }
      }
      const ratios = costs[1].map((cost, pair) => cost / (costs[0][pair] ?? Number.NaN)).sort((a, b) => a - b)
      figures[figure] = ratios[ratios.length >> 1] ?? Number.NaN
    }
    return figures
  } finally {
    for (const { process } of servers) await process?.stop()
  }
}
