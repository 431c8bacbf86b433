import { connect, createServer, type Socket } from 'node:net'
import { listenOnFreePort } from '../../support/relay.js'

/** A relay that cuts connections between clients and a server. */
export interface CuttingRelay {
  readonly origin: string
  /** Number of connections that clients have opened so far. */
  connections(): number
  close(): Promise<void>
}

/**
 * Starts a relay that cuts each of its first connections after some bytes of the response.
 *
 * @param cuts - number of bytes that each of them forwards; later connections are not cut
 */
export async function startCuttingRelay(target: string, cuts: readonly number[]): Promise<CuttingRelay> {
  const { hostname, port } = new URL(target)
  let count = 0
  const server = createServer((client: Socket) => {
    let left = cuts[count] ?? Number.POSITIVE_INFINITY
    count += 1
    const upstream = connect({ host: hostname, port: Number(port) })
    client.pipe(upstream)
    upstream.on('data', (bytes: Buffer) => {
      client.write(bytes.subarray(0, left))
      left -= bytes.length
      if (left <= 0) upstream.destroy()
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.once('close', () => other.destroySoon())
    }
  })
  const { port: own, close } = await listenOnFreePort(server)
  return { origin: `http://127.0.0.1:${own}`, connections: () => count, close }
}
