// Where the server of `make run` listens. Part of run.ts.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const POLL_MS = 50

/** Finds a free port if `port` is 0. @returns undefined if the port is in use */
export async function findPort(host: string, port: number): Promise<number | undefined> {
  const probe = createServer().listen(port, host)
  try {
    await once(probe, 'listening')
    const address = probe.address()
    return typeof address === 'object' ? address?.port : port
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined
    return port // for example an unknown host: the server reports it
  } finally {
    probe.close()
  }
}

/** Waits until a server listens on `host` and `port`. @returns false if it exits first */
export async function waitForServer(server: ChildProcess, host: string, port: number): Promise<boolean> {
  while (server.exitCode === null && server.signalCode === null) {
    // A connection without a request: the server does not log it.
    const socket = connect(port, reachableHost(host))
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    await pause(POLL_MS) // also after it listens, so that its own lines come first
    if (isOpen) return true
  }
  return false
}

/** True if only this machine can connect to a server that listens on `host`. */
export const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host)

/** Where a client on this machine reaches a server that listens on `host`. */
const reachableHost = (host: string): string => ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[host] ?? host

/** Address that a client on this machine can use for a server that listens on `host`. */
export function originOf(host: string, port: number): string {
  const address = reachableHost(host)
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`
}
