import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const MAX_CHECKS = 1_000
/** Number of event loop turns that a peer in this process gets to process what it has read. */
const TURNS = 20

/**
 * Waits until the peer, a process of this machine, has read all written data and has had time to
 * process it. Gives up after five seconds if the peer does not read.
 */
export async function waitUntilRead(response: ServerResponse): Promise<void> {
  const { socket } = response
  if (socket === null) return
  for (let check = 0; check < MAX_CHECKS && !socket.destroyed && isUnread(socket); check += 1) await pause(5, response)
  await pause(10, response)
  for (let turn = 0; turn < TURNS && !socket.destroyed; turn += 1) await turnOfLoop()
}

/** True if the peer has not read all data yet; false if the system does not report it. */
function isUnread(socket: Socket): boolean {
  if (socket.writableLength > 0) return true
  const [own, peer] = [socket.localPort, socket.remotePort].map((port) => (port ?? 0).toString(16).toUpperCase().padStart(4, '0'))
  const table = readTable(socket.remoteFamily === 'IPv6' ? 'tcp6' : 'tcp')
  const queues = (local: string | undefined, remote: string | undefined): RegExpExecArray | null =>
    new RegExp(`:${local} [0-9A-F]+:${remote} [0-9A-F]{2} ([0-9A-F]{8}):([0-9A-F]{8}) `).exec(table)
  const [, unsent] = queues(own, peer) ?? []
  const [, , unread] = queues(peer, own) ?? []
  return [unsent, unread].some((count) => count !== undefined && count !== '00000000')
}

/** Reads the TCP connections of this machine with their queue lengths; empty if not on Linux. */
function readTable(name: string): string {
  try {
    return readFileSync(`/proc/net/${name}`, 'latin1')
  } catch {
    return ''
  }
}

/** Waits for the next turn of the event loop. */
export const turnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Waits `ms` milliseconds, or until the connection is closed. */
export function pause(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      response.off('close', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    response.once('close', done)
  })
}
