// usage: node --import tsx test/tools/load/costs.ts [rounds]
// Measures the CPU time of the built server, with both of Google's APIs, and of a minimal proxy, in
// turns; prints the minimum of the rounds as JSON. Runs as a separate process, because processes
// that tests start also run the contract check.
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleTools } from './bundleTools.js'
import { burstMany, sendMany, streamMany, TOKEN } from './client.js'
import { type MeasuredProcess, startMeasured } from './measured.js'
import { GAP_MS } from './scenario.js'

/**
 * CPU time in microseconds that each server used for one load: the proxy on the compatible API, the
 * minimal proxy, the proxy on the native API.
 */
type Triple = readonly [proxy: number, pipe: number, native: number]

/** The measured CPU times and connections. */
export interface Costs {
  readonly request: Triple
  readonly burst: Triple
  readonly paced: Triple
  /**
   * Number of connections that the proxy opened to the upstream for the warm-up requests, of which
   * `users` were in flight at a time.
   */
  readonly connections: number
  readonly users: number
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const OUT = `${ROOT}.cache/guard`
const ROUNDS = Number(process.argv[2] ?? 3)
const USERS = 64
const WARM_UP = 4000

const LOADS = {
  request: (address: string) => sendMany(address, 1000, USERS),
  burst: (address: string) => burstMany(address, 30, GAP_MS),
  paced: (address: string) => streamMany(address, 50, GAP_MS),
}

async function leastOf(servers: readonly MeasuredProcess[], load: (address: string) => Promise<unknown>): Promise<Triple> {
  const cost = async (server: MeasuredProcess): Promise<number> => {
    const before = server.cpuMicroseconds()
    await load(server.address)
    return server.cpuMicroseconds() - before
  }
  const least = servers.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [index, server] of servers.entries()) least[index] = Math.min(least[index] ?? Number.NaN, await cost(server))
  const [proxy = Number.NaN, pipe = Number.NaN, native = Number.NaN] = least
  return [proxy, pipe, native]
}

mkdirSync(OUT, { recursive: true })
await bundleTools(OUT, ['upstream', 'pipe'])
const upstream = await startMeasured({ script: `${OUT}/upstream.cjs` })
const env = {
  HOST: '127.0.0.1',
  PORT: '0',
  AUTH_TOKEN: TOKEN,
  GEMINI_API_KEY: 'x',
  GEMINI_BASE_URL: `${upstream.address}/v1beta/openai`,
  GEMINI_UPSTREAM: 'compat',
}
const proxy = await startMeasured({ script: `${ROOT}dist/server.cjs`, env, logFile: `${OUT}/server.log` })
const nativeEnv = { ...env, GEMINI_UPSTREAM: 'native' }
const native = await startMeasured({ script: `${ROOT}dist/server.cjs`, env: nativeEnv, logFile: `${OUT}/native.log` })
const pipe = await startMeasured({ script: `${OUT}/pipe.cjs`, env: { UPSTREAM: upstream.address } })

await sendMany(proxy.address, WARM_UP, USERS)
const answered = once(upstream.child, 'message') as Promise<[{ connections: number }]>
upstream.child.send('connections')
const [{ connections }] = await answered
for (const { address } of [pipe, native]) await sendMany(address, WARM_UP, USERS)
const servers = [proxy, pipe, native]
const request = await leastOf(servers, LOADS.request)
for (const { address } of servers) await burstMany(address, 20, GAP_MS)
const burst = await leastOf(servers, LOADS.burst)
const paced = await leastOf(servers, LOADS.paced)
const costs: Costs = { request, burst, paced, connections, users: USERS }
console.log(JSON.stringify(costs))
for (const server of [...servers, upstream]) await server.stop()
process.exit(0)
