import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Counts } from '../../doubles/simulator/types.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { GEMINI_KEY } from '../../support/canaries.js'
import { killOnExit } from '../../support/children.js'
import { TOKEN } from './client.js'

/** The built server and the simulator, each in a separate process. */
export interface Stack {
  readonly address: string
  readonly bundle: Bundle
  /**
   * Returns how many requests the simulator has received, finished and aborted, and how many are
   * open.
   */
  counts(): Promise<Counts>
  /**
   * Returns the minimum of each resource in 8 samples, each taken 400 ms after a forced garbage
   * collection.
   */
  measureResources(): Promise<ProcessResources>
  stop(): Promise<void>
}

/** The resources that a process uses. */
export interface ProcessResources {
  readonly heapMegabytes: number
  readonly residentMegabytes: number
  /** Open files and sockets. */
  readonly files: number
  /** Active handles of the event loop of Node.js, such as sockets and servers. */
  readonly handles: number
  /** Requests in progress, except the one that reads the metrics. */
  readonly requests: number
}

const COLLECT = fileURLToPath(new URL('collect.cjs', import.meta.url))

/**
 * Starts server and simulator.
 *
 * @param env - settings of the server, in addition to those for the simulator
 */
export async function startStack(env: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const simulator = spawn(process.execPath, ['--import', 'tsx', 'test/doubles/simulator/main.ts'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { PATH: process.env.PATH, SIMULATOR_KEEP_REQUESTS: '0', SIMULATOR_DEMO: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  killOnExit(simulator)
  const [line] = (await once(createInterface(simulator.stdout), 'line')) as [string]
  // The cast is safe: the main.ts of the simulator prints this line.
  const { baseUrl, origin } = JSON.parse(line) as { baseUrl: string; origin: string }
  const bundle = await startBundle({
    GEMINI_API_KEY: GEMINI_KEY,
    GEMINI_BASE_URL: baseUrl,
    AUTH_TOKEN: TOKEN,
    NODE_OPTIONS: `--require ${COLLECT}`,
    ...env,
  })
  return {
    address: bundle.address,
    bundle,
    counts: async () => (await (await fetch(`${origin}/__simulator/state`)).json()) as Counts,
    measureResources: () => leastHeldBy(bundle),
    stop: async () => {
      await bundle.stop()
      simulator.kill('SIGTERM')
      await once(simulator, 'exit')
    },
  }
}

async function heldBy({ address, process: { pid } }: Bundle): Promise<ProcessResources> {
  const page = await (await fetch(`${address}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1])
  return {
    heapMegabytes: value('nodejs_heap_size_used_bytes') / 1_048_576,
    residentMegabytes: Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    files: readdirSync(`/proc/${pid}/fd`).length,
    handles: value('nodejs_active_handles_total'),
    requests: value('gemini_proxy_requests_in_flight') - 1,
  }
}

async function leastHeldBy(bundle: Bundle): Promise<ProcessResources> {
  const samples: ProcessResources[] = []
  for (let sample = 0; sample < 8; sample += 1) {
    bundle.process.kill('SIGUSR2')
    await sleep(400)
    samples.push(await heldBy(bundle))
  }
  const least = (name: keyof ProcessResources): number => Math.min(...samples.map((held) => held[name]))
  return {
    heapMegabytes: least('heapMegabytes'),
    residentMegabytes: least('residentMegabytes'),
    files: least('files'),
    handles: least('handles'),
    requests: least('requests'),
  }
}
