import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'

/** What a group of processes may use. */
export interface Bounds {
  /** Of one processor, such as 0.35. */
  readonly cpus?: number
  readonly megabytes?: number
}

/** A control group with bounds. */
export interface Quota {
  /** A command that enters the group and becomes the given one. */
  enter(command: readonly string[]): readonly string[]
  /** The most that the group has held, in MiB, with what the kernel keeps for it. */
  peakMegabytes(): number
  /** How often the kernel has ended a process of the group for want of memory. */
  kills(): number
  remove(): void
}

const ROOT = '/sys/fs/cgroup'
const PERIOD_US = 100_000
const MIB = 1_048_576

/**
 * Makes a control group (version 2, else 1) with bounds.
 *
 * @returns undefined where this machine does not let us
 */
export function makeQuota(name: string, bounds: Bounds): Quota | undefined {
  const folders: string[] = []
  try {
    return existsSync(`${ROOT}/cgroup.controllers`) ? unified(name, bounds, folders) : legacy(name, bounds, folders)
  } catch {
    for (const folder of folders) rmdirSync(folder) // a reader of the result says that there is none
    return undefined
  }
}

function unified(name: string, { cpus, megabytes }: Bounds, folders: string[]): Quota {
  const folder = `${ROOT}/${name}`
  writeFileSync(`${ROOT}/cgroup.subtree_control`, '+cpu +memory')
  mkdirSync(folder)
  folders.push(folder)
  if (cpus !== undefined) writeFileSync(`${folder}/cpu.max`, `${cpus * PERIOD_US} ${PERIOD_US}`)
  if (megabytes !== undefined) {
    writeFileSync(`${folder}/memory.max`, String(megabytes * MIB))
    writeFileSync(`${folder}/memory.swap.max`, '0')
  }
  return {
    enter: (command) => entering(folders, command),
    peakMegabytes: () => Number(readFileSync(`${folder}/memory.peak`, 'utf8')) / MIB,
    kills: () => Number(/^oom_kill (\d+)$/m.exec(readFileSync(`${folder}/memory.events`, 'utf8'))?.[1]),
    remove: () => rmdirSync(folder),
  }
}

function legacy(name: string, { cpus, megabytes }: Bounds, folders: string[]): Quota {
  const [cpu, memory] = [`${ROOT}/cpu/${name}`, `${ROOT}/memory/${name}`]
  for (const folder of [cpu, memory]) {
    mkdirSync(folder)
    folders.push(folder)
  }
  if (cpus !== undefined) {
    writeFileSync(`${cpu}/cpu.cfs_period_us`, String(PERIOD_US))
    writeFileSync(`${cpu}/cpu.cfs_quota_us`, String(cpus * PERIOD_US))
  }
  if (megabytes !== undefined) writeFileSync(`${memory}/memory.limit_in_bytes`, String(megabytes * MIB))
  return {
    enter: (command) => entering(folders, command),
    peakMegabytes: () => Number(readFileSync(`${memory}/memory.max_usage_in_bytes`, 'utf8')) / MIB,
    kills: () => Number(/^oom_kill (\d+)$/m.exec(readFileSync(`${memory}/memory.oom_control`, 'utf8'))?.[1]),
    remove: () => {
      for (const folder of folders) rmdirSync(folder)
    },
  }
}

const entering = (folders: readonly string[], command: readonly string[]): readonly string[] => [
  '/bin/sh',
  '-c',
  `${folders.map((folder) => `echo $$ > ${folder}/cgroup.procs`).join(' && ')} && exec "$@"`,
  'sh',
  ...command,
]
