import { downloadNode, type NODE_VERSIONS } from '../../../scripts/bench/nodes.js'
import { streamMany } from './client.js'
import { type ColdStart, coldStart, whileRunning } from './coldStart.js'
import { pinned, residentOf } from './measured.js'
import { makeControlGroup } from './quota.js'

/**
 * Two servers to compare, the proxy (`ours`) and the minimal proxy (`bare`), with their Node.js
 * version and environment.
 */
export interface ServerPair {
  readonly version: (typeof NODE_VERSIONS)[number]
  readonly ours: string
  readonly bare: string
  readonly env: Readonly<Record<string, string>>
  /** Options of Node.js for the proxy. */
  readonly flags?: readonly string[]
  /** The CPU core for the servers; all cores by default. */
  readonly core?: number
}

/** A measurement of the proxy (`ours`) and of the minimal proxy (`bare`). */
export type FigurePair = readonly [ours: number, bare: number]

/**
 * The minimums of the measurements over all rounds: time until the first chat is answered and CPU
 * time in milliseconds, memory in MiB.
 */
export interface StartComparison {
  readonly time: FigurePair
  readonly cpu: FigurePair
  readonly memory: FigurePair
}

/**
 * Starts both servers alternately several times, so that other load on the machine affects both
 * alike.
 *
 * @param cpus - share of one CPU that each server may use; by default unlimited
 * @returns undefined if this machine cannot limit the share
 */
export async function compareStarts(
  { version, ours, bare, env, flags = [], core }: ServerPair,
  rounds: number,
  cpus?: number,
): Promise<StartComparison | undefined> {
  const quota = cpus === undefined ? undefined : makeControlGroup(`bench-cold-${process.pid}`, { cpus })
  if (cpus !== undefined && quota === undefined) return undefined
  const node = await downloadNode(version)
  const start = (...args: readonly string[]): Promise<ColdStart> => {
    const command = [...pinned(core), node, ...args]
    return coldStart(quota?.enter(command) ?? command, env)
  }
  const starts: [ColdStart, ColdStart][] = []
  try {
    for (let round = 0; round < rounds; round += 1) starts.push([await start(...flags, ours), await start(bare)])
  } finally {
    quota?.remove()
  }
  const least = (what: keyof ColdStart): FigurePair => [
    Math.min(...starts.map(([one]) => one[what])),
    Math.min(...starts.map(([, other]) => other[what])),
  ]
  return { time: least('firstChatMs'), cpu: least('cpuMs'), memory: least('residentMegabytes') }
}

/** Peak memory of a server with concurrent streams. */
export interface Peak {
  /** Peak memory of the process, in MiB. */
  readonly process: number
  /** Peak memory of its control group, in MiB; undefined if this machine cannot limit memory. */
  readonly group: number | undefined
}

/**
 * Starts the proxy with the memory limit of a function, if this machine can set one, and reads
 * concurrent streams from it.
 *
 * @throws if the proxy exceeds the limit
 */
export async function peakOfStreams({ version, ours, env }: ServerPair, streams: number, megabytes: number): Promise<Peak> {
  const quota = makeControlGroup(`bench-peak-${process.pid}`, { megabytes })
  const command = [await downloadNode(version), ours]
  try {
    const most = await whileRunning(
      quota?.enter(command) ?? command,
      { ...env, FC_FUNCTION_MEMORY_SIZE: String(megabytes) },
      async ({ pid, address }) => {
        await streamMany(address, streams, 20)
        return residentOf(pid, 'VmHWM')
      },
    )
    if (quota !== undefined && quota.kills() > 0) throw new Error(`${streams} streams do not fit into ${megabytes} MB`)
    return { process: most, group: quota?.peakMegabytes() }
  } finally {
    quota?.remove()
  }
}
