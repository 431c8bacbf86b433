import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import {
  burstMany,
  type Endpoint,
  exchange,
  pictureBody,
  sendInTurn,
  sendMany,
  streamMany,
  streamStamped,
} from '../../test/tools/load/client.js'
import { compareStarts } from '../../test/tools/load/coldCompare.js'
import { disconnectMs, type PHASES } from '../../test/tools/load/disconnect.js'
import type { MeasuredProcess } from '../../test/tools/load/measured.js'
import { BURST, GAP_MS, STREAM_CHUNKS } from '../../test/tools/load/scenario.js'
import type { BenchFigures } from './goals.js'
import { DEPLOYED_NODE_VERSIONS } from './nodes.js'
import { BENCH_FOLDER, type BenchTarget, CORES, makeProxyEnv, type RunningTarget, readStartCommand, type TargetName } from './targets.js'

/** Numbers of requests, streams and starts per round; {@link BenchFigures} explains the names. */
export interface BenchCounts {
  readonly requests: number
  readonly singleRequests: number
  readonly bursts: number
  readonly streams: number
  readonly crowdStreams: number
  readonly bodies: number
  readonly disconnects: number
  readonly starts: number
}

/** A group of figures that are measured together, on a newly started server. */
interface Group {
  readonly targets: 'all' | readonly TargetName[]
  measure(target: BenchTarget, upstream: MeasuredProcess, counts: BenchCounts): Promise<BenchFigures>
}

const WARM_BODIES = 2
const CROWD_WARM_UP = 100
const BLOCKED = fileURLToPath(new URL('blocked.cjs', import.meta.url))

/** Measures CPU microseconds per request or chunk. @param per - number of them in `load` */
async function cpu({ process }: RunningTarget, per: number, load: () => Promise<unknown>): Promise<number> {
  const before = process?.cpuMicroseconds() ?? Number.NaN
  await load()
  return ((process?.cpuMicroseconds() ?? Number.NaN) - before) / per
}

const atShare = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

async function whileRunning(
  target: BenchTarget,
  measure: (running: RunningTarget) => Promise<BenchFigures>,
  flags?: readonly string[],
): Promise<BenchFigures> {
  const running = await target.start(flags)
  try {
    return await measure(running)
  } finally {
    await running.process?.stop()
  }
}

async function connectionsOf(upstream: MeasuredProcess): Promise<number> {
  upstream.child.send('connections')
  for (;;) {
    const [message] = (await once(upstream.child, 'message')) as [{ event: string; connections: number }]
    if (message.event === 'connections') return message.connections
  }
}

const requests: Group['measure'] = (target, upstream, counts) =>
  whileRunning(target, async (running) => {
    const { endpoint, process } = running
    const lone = Math.ceil(counts.singleRequests * Math.max(target.share, 0.2))
    if (process === undefined) return { loneP50Ms: atShare(await sendInTurn(endpoint, lone), 0.5) }
    const users = 64
    const last = Math.ceil((counts.requests * target.share) / 4)
    await connectionsOf(upstream)
    await sendMany(endpoint, 3 * last, users)
    const requestCpuUs = await cpu(running, last, () => sendMany(endpoint, last, users))
    const connectionShare = (await connectionsOf(upstream)) / users
    const residentMegabytes = process.residentMegabytes()
    let times: number[] = []
    const loneCpuUs = await cpu(running, lone, async () => {
      times = await sendInTurn(endpoint, lone)
    })
    return { requestCpuUs, connectionShare, residentMegabytes, loneCpuUs, loneP50Ms: atShare(times, 0.5) }
  })

const streams: Group['measure'] = (target, upstream, counts) =>
  whileRunning(target, async (running) => {
    const { endpoint, process } = running
    const bursts = Math.ceil(counts.bursts * target.share)
    const count = target.share < 0.1 ? Math.ceil(counts.streams / 10) : counts.streams
    const figures: BenchFigures = {}
    if (process !== undefined) {
      await burstMany(endpoint, Math.ceil(bursts / 3), GAP_MS)
      figures.burstCpuUs = await cpu(running, bursts * BURST.writes * BURST.chunks, () => burstMany(endpoint, bursts, GAP_MS))
    }
    // These streams are the warm-up, in which V8 compiles the code that handles streams.
    if (count === counts.streams) await streamMany(endpoint, count, GAP_MS)
    let firsts: number[] = []
    figures.pacedCpuUs = await cpu(running, count * STREAM_CHUNKS, async () => {
      firsts = await streamMany(endpoint, count, GAP_MS)
    })
    if (count === counts.streams) Object.assign(figures, { firstP50Ms: atShare(firsts, 0.5), firstP99Ms: atShare(firsts, 0.99) })
    if (target.name === 'ours') {
      await burstMany(endpoint, Math.ceil(bursts / 3), GAP_MS, true)
      figures.resumableCpuUs = await cpu(running, count * STREAM_CHUNKS, () => streamMany(endpoint, count, GAP_MS, true))
    }
    return process === undefined ? figures : { ...figures, ...(await disconnects(endpoint, upstream, counts.disconnects)) }
  })

async function disconnects(endpoint: Endpoint, upstream: MeasuredProcess, count: number): Promise<BenchFigures> {
  const p50 = async (phase: keyof typeof PHASES): Promise<number> => {
    const times: number[] = []
    while (times.length < count && times.at(-1) !== Number.POSITIVE_INFINITY)
      times.push(await disconnectMs(endpoint, upstream.child, phase))
    return Math.min(atShare(times, 0.5), NEVER_MS)
  }
  return {
    leftMidStreamMs: await p50('mid-stream'),
    leftBeforeFirstMs: await p50('before the first byte'),
    leftWithoutStreamMs: await p50('without stream'),
  }
}

/** Reported if the upstream call is still open this many ms after the client's disconnect. */
export const NEVER_MS = 1000

const bodies: Group['measure'] = (target, _upstream, counts) =>
  whileRunning(target, async (running) => {
    const { endpoint, process } = running
    const count = Math.max(2, Math.ceil(counts.bodies * Math.max(target.share, 0.25)))
    const [medium, large] = [pictureBody(1), pictureBody(8)]
    await sendInTurn(endpoint, 2 * WARM_BODIES, medium)
    const oneMegabyteP50Ms = atShare(await sendInTurn(endpoint, 4 * count, medium), 0.5)
    if (process === undefined) return { oneMegabyteP50Ms }
    await sendInTurn(endpoint, WARM_BODIES, large)
    const eightMegabytesCpuMs = (await cpu(running, count, () => sendInTurn(endpoint, count, large))) / 1000
    return { oneMegabyteP50Ms, eightMegabytesCpuMs, eightMegabytesPeak: process.residentMegabytes('VmHWM') }
  })

const blocked: Group['measure'] = (target) =>
  whileRunning(
    target,
    async ({ endpoint, process }) => {
      const pauses = async (): Promise<number> => {
        process?.child.send('blocked')
        const [message] = process === undefined ? [] : ((await once(process.child, 'message')) as [{ blockedMs: number }])
        return message?.blockedMs ?? Number.NaN
      }
      await sendInTurn(endpoint, 3 * WARM_BODIES, pictureBody(1))
      const body = pictureBody(20)
      await pauses()
      await exchange(endpoint, { body })
      return { blockedMs: await pauses() }
    },
    ['--require', BLOCKED],
  )

const crowd: Group['measure'] = (target, _upstream, counts) =>
  whileRunning(target, async ({ endpoint, process }) => {
    await burstMany(endpoint, Math.ceil(counts.bursts / 3), GAP_MS)
    await streamMany(endpoint, Math.min(CROWD_WARM_UP, counts.crowdStreams), GAP_MS)
    const delays = await streamStamped(endpoint, counts.crowdStreams, GAP_MS)
    return { crowdDelayMs: atShare(delays, 0.5), crowdPeak: process?.residentMegabytes('VmHWM') ?? Number.NaN }
  })

/** The groups of figures, in the order in which a round measures them. */
export const GROUPS = {
  requests: { targets: 'all', measure: requests },
  streams: { targets: 'all', measure: streams },
  bodies: { targets: 'all', measure: bodies },
  blocked: { targets: ['ours'], measure: blocked },
  crowd: { targets: ['pipe', 'ours'], measure: crowd },
} as const satisfies Record<string, Group>

/**
 * Measures cold starts of the packaged server and of the minimal proxy, on a whole CPU and, if this
 * machine has cgroups to limit the CPU, on 0.35 of one.
 */
export async function measureColdStarts(
  upstream: MeasuredProcess,
  { starts }: BenchCounts,
): Promise<{ readonly ours: BenchFigures; readonly pipe: BenchFigures }> {
  const { flags, script } = readStartCommand()
  const [version] = DEPLOYED_NODE_VERSIONS
  const env = { ...makeProxyEnv(upstream.address), UPSTREAM: upstream.address }
  const contest = { version, ours: script, flags, bare: `${BENCH_FOLDER}/pipe.cjs`, env, core: CORES.server }
  const share = (await compareStarts(contest, starts, COLD_CPUS))?.time
  const whole = (await compareStarts(contest, starts))?.time
  const of = (index: 0 | 1): BenchFigures => ({
    ...(share === undefined ? {} : { coldShareMs: share[index] }),
    ...(whole === undefined ? {} : { coldMs: whole[index] }),
  })
  return { ours: of(0), pipe: of(1) }
}

const COLD_CPUS = 0.35
