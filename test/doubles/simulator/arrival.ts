import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const MOST_CHECKS = 1_000
/** The turns of the event loop in which a peer in this process passes on what it has read. */
const TURNS = 20

/**
 * Waits until the peer, in this or in another process of this machine, has read everything that was
 * written, and has had time to process it. A peer that reads nothing is waited for five seconds.
 */
export async function arrived(response: ServerResponse): Promise<void> {
  const { socket } = response
  if (socket === null) return
  for (let check = 0; check < MOST_CHECKS && !socket.destroyed && isUnread(socket); check += 1) await pause(5, response)
  await pause(10, response)
  for (let turn = 0; turn < TURNS && !socket.destroyed; turn += 1) await turnOfLoop()
}

/** Whether bytes wait in this process or in the system; false where the system does not say it. */
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

/** The connections of this machine, with the lengths of their queues. */
function readTable(name: string): string {
  try {
    return readFileSync(`/proc/net/${name}`, 'latin1')
  } catch {
    return ''
  }
}

/** Lets the event loop turn once. */
export const turnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Waits, but no longer than until the connection is closed. */
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
