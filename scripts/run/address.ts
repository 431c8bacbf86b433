// The address of the server that `make run` starts. Part of run.ts.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const POLL_MS = 50

/** Returns `port`, or a free port if that is 0; undefined if the port is in use. */
export async function findPort(host: string, port: number): Promise<number | undefined> {
  const probe = createServer().listen(port, host)
  try {
    await once(probe, 'listening')
    const address = probe.address()
    return typeof address === 'object' ? address?.port : port
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined
    return port // the server itself reports other errors, such as an unknown host
  } finally {
    probe.close()
  }
}

/** Waits until a server listens on `host` and `port`. @returns false if it exits first */
export async function waitForServer(server: ChildProcess, host: string, port: number): Promise<boolean> {
  while (server.exitCode === null && server.signalCode === null) {
    // Connect without sending a request, so that the server logs nothing.
    const socket = connect(port, reachableHost(host))
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    await pause(POLL_MS) // after a success, too: the server then prints its own lines first
    if (isOpen) return true
  }
  return false
}

/** True if only this machine can connect to a server that listens on `host`. */
export const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host)

/** Returns the host name by which this machine reaches a server that listens on `host`. */
const reachableHost = (host: string): string => ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[host] ?? host

/** Returns the origin by which this machine reaches a server on `host` and `port`. */
export function originOf(host: string, port: number): string {
  const address = reachableHost(host)
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`
}
