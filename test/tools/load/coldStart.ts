import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { killOnExit } from '../../support/children.js'
import { exchange } from './client.js'
import { cpuOf, residentOf } from './measured.js'

/** The measurements of one start. */
export interface ColdStart {
  /** Time from the spawn of the process to the end of its first chat, in milliseconds. */
  readonly firstChatMs: number
  /** CPU time of all threads up to the end of the first chat, in milliseconds. */
  readonly cpuMs: number
  /** Resident memory after the first chat, in MiB. */
  readonly residentMegabytes: number
}

/** A server in a separate process. */
interface Started {
  readonly pid: string
  readonly address: string
}

/**
 * Starts a server, sends it one chat once it listens, and stops it.
 *
 * @param command - must print a line with `"msg":"listening"` and `address` once it listens
 * @throws if it exits before it listens, or does not respond with a chat completion
 */
export function coldStart(command: readonly string[], env: Readonly<Record<string, string>>): Promise<ColdStart> {
  const began = performance.now()
  return whileRunning(command, env, async ({ pid, address }) => {
    await exchange(address)
    return { firstChatMs: performance.now() - began, cpuMs: cpuOf(pid) / 1000, residentMegabytes: residentOf(pid) }
  })
}

/** Starts a server, runs `work` once it listens, and stops it. */
export async function whileRunning<T>(
  [file = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  work: (started: Started) => Promise<T>,
): Promise<T> {
  const child = spawn(file, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  killOnExit(child)
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)
  try {
    const address = await new Promise<string>((resolve, reject) => {
      lines.on('line', (line) => {
        // The proxy and the minimal proxy both print this line once they listen.
        if (line.includes('"msg":"listening"')) resolve((JSON.parse(line) as { address: string }).address)
      })
      lines.once('close', () => reject(new Error(`${file} ${args.join(' ')} exited before it listened`)))
    })
    return await work({ pid: String(child.pid), address })
  } finally {
    child.kill('SIGKILL')
    await exited
  }
}
