import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { killOnExit } from '../../support/children.js'

/** A process that is measured. */
export interface Measured {
  readonly child: ChildProcess
  readonly address: string
  /** CPU time since its start, all threads, in microseconds. */
  cpuMicroseconds(): number
  /** Its resident memory, in MiB. */
  residentMegabytes(): number
  stop(): Promise<void>
}

interface Start {
  readonly script: string
  readonly env?: Readonly<Record<string, string>>
  /**
   * The file for its stdout, from which its `listening` line is read. Without it, the process sends
   * its address over IPC.
   */
  readonly logFile?: string
}

/**
 * Starts a Node script and waits until it listens.
 *
 * @throws if it exits before that or takes longer than 10 s
 */
export async function startMeasured({ script, env = {}, logFile }: Start): Promise<Measured> {
  const log = logFile === undefined ? undefined : openSync(logFile, 'w')
  const child = fork(script, {
    env: { PATH: process.env.PATH, ...env },
    execArgv: [],
    stdio: ['ignore', log ?? 'ignore', 'inherit', 'ipc'],
  })
  if (log !== undefined) closeSync(log)
  killOnExit(child)
  const stop = async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  const address = await (logFile === undefined ? addressFromIpc(child) : addressFromLog(child, logFile))
  const pid = String(child.pid)
  return { child, address, cpuMicroseconds: () => cpuOf(pid), residentMegabytes: () => residentOf(pid), stop }
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
 * Returns the CPU time of a process in microseconds, from the nanosecond counters of its threads.
 * If the kernel does not have them, it uses the coarse counters of the process (ticks of 10 ms).
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
