import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Time for an instance to listen. The platform waits 120 s; tests wait less, to fail early. */
const START_LIMIT_MS = 30_000

// Tests use this range: browsers block some lower ports, and Linux assigns higher ones by itself.
const UNASSIGNED_PORTS = [11_000, 32_768] as const

/** Waits for this many milliseconds. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Finds a port that is free on all addresses. It is outside the range from which systems assign
 * ports to other processes, so it is still free when it is used.
 */
export async function freePort(): Promise<number> {
  const port = randomInt(...UNASSIGNED_PORTS)
  const server = createServer()
  try {
    await once(server.listen(port, '0.0.0.0'), 'listening')
  } catch {
    return await freePort()
  }
  server.close()
  await once(server, 'close')
  return port
}

/** Returns whether the port accepts connections. */
export function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const settle = (is: boolean) => () => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', settle(true)).once('error', settle(false))
  })
}

/**
 * Waits until the port accepts connections.
 *
 * @throws if only the loopback address accepts them, because the platform connects from outside the
 *   instance; if the process exits; or if it is not ready in time
 */
export async function listening(port: number, hasExited: () => boolean): Promise<void> {
  const end = performance.now() + START_LIMIT_MS
  const outside = Object.values(networkInterfaces()).flatMap((each = []) =>
    each.filter(({ family, internal }) => family === 'IPv4' && !internal),
  )
  const host = outside[0]?.address ?? '127.0.0.2'
  while (!(await isOpen('127.0.0.1', port))) {
    if (hasExited()) throw new Error('the instance exited before it listened')
    if (performance.now() > end) throw new Error(`the instance does not listen within ${START_LIMIT_MS} ms`)
    await pause(5)
  }
  if (!(await isOpen(host, port))) throw new Error('the instance listens on the loopback only')
}
