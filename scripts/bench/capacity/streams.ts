import { setTimeout as sleep } from 'node:timers/promises'
import { cpuOf, residentOf } from '../../../test/tools/load/measured.js'
import type { Pace } from '../../../test/tools/load/pace.js'
import { chat, postMany, readStream, SteadyStreams } from '../../../test/tools/load/steadyStreams.js'
import { COUNTS } from './counts.js'
import type { SizeFigure, StreamFigure } from './figures.js'
import { ASSUMPTIONS, chunksPerSecond, LATENESS_LIMIT, PACE } from './plan.js'
import type { Server, ServerRunner } from './server.js'

const PROBE: Pace = { gapMs: 5, chunks: 2 }
const WARM_UP = { requests: 1_500, atOnce: 16 }

/** Returns a percentile of the values: the median for a `part` of 0.5. NaN if there are none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

/** Sends small chats to a new server, so that V8 compiles the measured code. */
export const warmUp = (address: string, requests = WARM_UP.requests): Promise<void> =>
  postMany(address, chat('Hello.'), requests, WARM_UP.atOnce)

/** Measurements of a time window in which the number of streams is constant. */
export interface WindowFigures {
  readonly cpuUsPerChunk: number
  readonly delaysMs: readonly number[]
}

interface WindowOptions {
  readonly isResumable?: boolean
  /** Called at the start of the time window. */
  readonly before?: () => Promise<void>
  /** Called at the end of the time window, while the streams continue. */
  readonly after?: () => Promise<void>
}

/** Measures a time window with a constant number of streams. @throws if a stream fails */
export async function measureStreams(
  { address, pid }: Server,
  streams: number,
  { isResumable = false, before, after }: WindowOptions = {},
): Promise<WindowFigures> {
  const load = new SteadyStreams({ address, streams, pace: PACE, isResumable })
  try {
    await load.start()
    await before?.()
    load.reset()
    const cpuUs = cpuOf(pid)
    await sleep(COUNTS.windowMs)
    const delaysMs = [...load.delays()]
    const cpuUsPerChunk = (cpuOf(pid) - cpuUs) / delaysMs.length
    await after?.()
    return { cpuUsPerChunk, delaysMs }
  } finally {
    load.stop()
  }
}

/** Measures costs and added latency of a constant number of streams, on a new server process. */
export function measureStreamCount(servers: ServerRunner, upstream: string, streams: number): Promise<StreamFigure> {
  return servers.run({}, async (server) => {
    await warmUp(server.address)
    const through: number[] = []
    const direct: number[] = []
    const after = async () => {
      const end = performance.now() + COUNTS.windowMs
      // Limit the time for probes: on an overloaded machine, all of them would take too long.
      for (let probe = 0; probe < COUNTS.probes && (probe === 0 || performance.now() < end); probe += 1) {
        through.push(await readStream({ address: server.address, pace: PROBE }))
        direct.push(await readStream({ address: upstream, pace: PROBE }))
      }
    }
    const { cpuUsPerChunk } = await measureStreams(server, streams, { after })
    const added = (part: number) => percentile(through, part) - percentile(direct, part)
    return { streams, cpuUsPerChunk, peakMegabytes: residentOf(server.pid, 'VmHWM'), addedMs: { p50: added(0.5), p95: added(0.95) } }
  })
}

/** Memory and vCPUs of an instance of Function Compute. */
export type InstanceSize = Pick<SizeFigure, 'megabytes' | 'vcpu'>

interface Attempt {
  readonly keepsUp: boolean
  readonly peakMegabytes: number
}

/**
 * Finds by bisection the largest number of streams that an instance of `size` keeps up with.
 *
 * @param counts - numbers of streams to try, in ascending order
 * @returns undefined if this machine cannot limit a process
 */
export async function measureSize(servers: ServerRunner, size: InstanceSize, counts: readonly number[]): Promise<SizeFigure | undefined> {
  let [fits, tooMany] = [-1, counts.length]
  let peakMegabytes = 0
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    const streams = counts[middle] ?? 0
    let attempt = await attemptStreams(servers, size, streams)
    // A failed attempt is repeated, because other processes may have used the machine.
    if (attempt?.keepsUp === false) attempt = await attemptStreams(servers, size, streams)
    if (attempt === undefined) return undefined
    console.log(`  ${size.megabytes} MB, ${size.vcpu} vCPU, ${streams} streams: ${attempt.keepsUp ? 'keeps up' : 'too many'}`)
    if (!attempt.keepsUp) tooMany = middle
    else {
      fits = middle
      peakMegabytes = attempt.peakMegabytes
    }
  }
  return { ...size, streams: counts[fits] ?? 0, isLeast: fits === counts.length - 1, peakMegabytes, isMeasured: true }
}

function attemptStreams(servers: ServerRunner, { megabytes, vcpu }: InstanceSize, streams: number): Promise<Attempt | undefined> {
  return servers.runWithin({ megabytes, cpus: vcpu }, async (server) => {
    try {
      await warmUp(server.address, 300)
      const { delaysMs } = await measureStreams(server, streams)
      return { keepsUp: percentile(delaysMs, LATENESS_LIMIT.part) <= LATENESS_LIMIT.lateMs, peakMegabytes: residentOf(server.pid, 'VmHWM') }
    } catch (error) {
      console.log(`  ${error instanceof Error ? error.message : String(error)}`)
      return { keepsUp: false, peakMegabytes: 0 }
    }
  })
}

/** Estimates the result of {@link measureSize} from figures of a process without limits. */
export function estimateSize(size: InstanceSize, curve: readonly StreamFigure[], counts: readonly number[]): SizeFigure {
  const [least, most] = [curve[0], curve.at(-1)]
  if (least === undefined || most === undefined) throw new Error('no stream has been measured')
  const megabytesPerStream = Math.max(0, most.peakMegabytes - least.peakMegabytes) / Math.max(1, most.streams - least.streams)
  const byCpu = (size.vcpu * 1e6) / (most.cpuUsPerChunk * chunksPerSecond())
  const byMemory = megabytesPerStream === 0 ? byCpu : (size.megabytes - least.peakMegabytes) / megabytesPerStream
  // Plan for a part of CPU and memory only, because chunks are late before both are used up.
  const fitting = counts.filter((count) => count <= Math.min(byCpu, byMemory) * ASSUMPTIONS.headroom)
  return { ...size, streams: fitting.at(-1) ?? 0, isLeast: fitting.length === counts.length, peakMegabytes: 0, isMeasured: false }
}
