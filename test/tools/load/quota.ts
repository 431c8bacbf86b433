import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'

/** The limits of a group of processes. */
export interface Bounds {
  /** Share of one CPU, such as 0.35. */
  readonly cpus?: number
  readonly megabytes?: number
}

/** A control group with limits. */
export interface ControlGroup {
  /** Returns a command that puts its process into the group and then executes the given command. */
  enter(command: readonly string[]): readonly string[]
  /** The peak memory of the group in MiB, including kernel memory. */
  peakMegabytes(): number
  /** Number of processes that the kernel has killed because the group exceeded its memory. */
  kills(): number
  remove(): void
}

const ROOT = '/sys/fs/cgroup'
const PERIOD_US = 100_000
const MIB = 1_048_576

/**
 * Makes a control group (cgroup version 2, else 1) that limits the CPU and memory of its processes.
 *
 * @returns undefined if this machine does not allow it
 */
export function makeControlGroup(name: string, bounds: Bounds): ControlGroup | undefined {
  const folders: string[] = []
  try {
    return existsSync(`${ROOT}/cgroup.controllers`) ? unified(name, bounds, folders) : legacy(name, bounds, folders)
  } catch {
    for (const folder of folders) rmdirSync(folder) // the caller reports that no limit could be set
    return undefined
  }
}

function unified(name: string, { cpus, megabytes }: Bounds, folders: string[]): ControlGroup {
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

function legacy(name: string, { cpus, megabytes }: Bounds, folders: string[]): ControlGroup {
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
