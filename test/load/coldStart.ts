import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { exchange } from './client.js'
import { cpuOf, residentOf } from './measured.js'

/** What one start took. */
export interface ColdStart {
  /** From the spawn of the process to the end of its first chat, in milliseconds. */
  readonly firstChatMs: number
  /** CPU time that it took until then, all threads, in milliseconds: what counts where a processor is shared. */
  readonly cpuMs: number
  /** Held in RAM after that chat, in MiB. */
  readonly residentMegabytes: number
}

/**
 * Starts a server, asks it for one chat as soon as it listens, and ends it.
 *
 * @param command - prints a line with `"msg":"listening"` and its `address` once it listens
 * @throws when it ends before that, or answers anything but a chat
 */
export async function coldStart([file = '', ...args]: readonly string[], env: Readonly<Record<string, string>>): Promise<ColdStart> {
  const began = performance.now()
  const child = spawn(file, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  try {
    for await (const line of createInterface(child.stdout)) {
      if (!line.includes('"msg":"listening"')) continue
      const { address } = JSON.parse(line) as { address: string } // both servers print it
      await exchange(address)
      const firstChatMs = performance.now() - began
      const pid = String(child.pid)
      return { firstChatMs, cpuMs: cpuOf(pid) / 1000, residentMegabytes: residentOf(pid) }
    }
    throw new Error(`${file} ${args.join(' ')} ended before it listened`)
  } finally {
    child.kill('SIGKILL')
    await exited
  }
}
