import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { killOnExit } from '../../support/children.js'

/** A process to measure. */
export interface MeasuredProcess {
  readonly child: ChildProcess
  readonly address: string
  /** CPU time since its start, all threads, in microseconds. */
  cpuMicroseconds(): number
  /** Current or peak (VmHWM) resident memory of the process, in MiB. */
  residentMegabytes(field?: 'VmRSS' | 'VmHWM'): number
  stop(): Promise<void>
}

interface Start {
  readonly script: string
  readonly env?: Readonly<Record<string, string>>
  /**
   * File for stdout, in which the server logs its address; without a file, the script sends its
   * address over IPC.
   */
  readonly logFile?: string
  /** Options of Node.js. */
  readonly flags?: readonly string[]
  /** The CPU core for the process; all cores by default. */
  readonly core?: number
}

/**
 * Starts a Node.js script and waits until it listens.
 *
 * @throws if the script exits before it listens, or takes longer than 10 s
 */
export async function startMeasured({ script, env = {}, logFile, flags = [], core }: Start): Promise<MeasuredProcess> {
  const log = logFile === undefined ? undefined : openSync(logFile, 'w')
  const [execPath = process.execPath, ...execArgv] = [...pinned(core), process.execPath, ...flags]
  const child = fork(script, {
    env: { PATH: process.env.PATH, ...env },
    execPath,
    execArgv,
    stdio: ['ignore', log ?? 'ignore', 'inherit', 'ipc'],
  })
  if (log !== undefined) closeSync(log)
  killOnExit(child)
  return toMeasured(child, await (logFile === undefined ? addressFromIpc(child) : addressFromLog(child, logFile)))
}

interface Command {
  readonly command: readonly string[]
  /** The port of 127.0.0.1 on which the program listens. */
  readonly port: number
  readonly env?: Readonly<Record<string, string>>
  /** The file for stdout and stderr. */
  readonly logFile: string
  readonly core?: number
}

/**
 * Starts a program and waits until it accepts connections.
 *
 * @throws with its output if the program exits before it listens, or takes more than two minutes
 */
export async function startCommand({ command, port, env = {}, logFile, core }: Command): Promise<MeasuredProcess> {
  const log = openSync(logFile, 'w')
  const [file = '', ...args] = [...pinned(core), ...command]
  const child = spawn(file, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', log, log] })
  closeSync(log)
  killOnExit(child)
  for (const end = Date.now() + 120_000; Date.now() < end && child.exitCode === null; await new Promise((wake) => setTimeout(wake, 50)))
    if (await accepts(port)) return toMeasured(child, `http://127.0.0.1:${port}`)
  child.kill('SIGKILL')
  throw new Error(`${command[0]} did not start:\n${readFileSync(logFile, 'utf8').slice(-2000)}`)
}

/**
 * Returns a command prefix that limits a command to one CPU core. taskset executes the program in
 * its own process, so the process id stays the same.
 */
export const pinned = (core: number | undefined): readonly string[] => (core === undefined ? [] : ['taskset', '-c', String(core)])

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

function toMeasured(child: ChildProcess, address: string): MeasuredProcess {
  const pid = String(child.pid)
  const stop = async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return { child, address, cpuMicroseconds: () => cpuOf(pid), residentMegabytes: (field) => residentOf(pid, field), stop }
}

async function addressFromIpc(child: ChildProcess): Promise<string> {
  const [message] = (await once(child, 'message', { signal: AbortSignal.timeout(10_000) })) as [{ address: string }]
  return message.address
}

async function addressFromLog(child: ChildProcess, file: string): Promise<string> {
  for (
    const end = Date.now() + 10_000;
    Date.now() < end && child.exitCode === null;
    await new Promise((resolve) => setTimeout(resolve, 20))
  ) {
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .find((each) => each.includes('"msg":"listening"') && each.endsWith('}'))
    if (line !== undefined) return (JSON.parse(line) as { address: string }).address
  }
  throw new Error(`the server did not start:\n${readFileSync(file, 'utf8')}`)
}

/**
 * Returns the CPU time of a process in microseconds, from the nanosecond counters of its threads,
 * or if the kernel lacks them, from the process's counters in ticks of 10 ms.
 */
export function cpuOf(pid: string): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'))
    return threads.reduce((sum, line) => sum + Number(line.split(' ')[0]), 0) / 1000
  } catch {
    // this kernel has no schedstat
    const [, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[10]) + Number(fields[11])) * 10_000
  }
}

/** Returns the current (VmRSS) or peak (VmHWM) resident memory of a process, in MiB. */
export function residentOf(pid: string, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}
