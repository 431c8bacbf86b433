// usage: make capacity [TINY=1] [PLAN=1] [WRITE=1]
// Measures how the cost of the packaged server grows with streams, body size, model names, Redis
// and the size of the function, and computes a plan for Function Compute. Takes up to 10 minutes,
// with --tiny one; needs Linux on x64. --plan only recomputes the plan from docs/capacity.json, the
// figures of the last full run. --write updates that file, docs/capacity.md and its Chinese
// translation. Exits with 1 if a measurement failed.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { bundleTools } from '../../test/tools/load/bundleTools.js'
import { startMeasured } from '../../test/tools/load/measured.js'
import { COUNTS, isTiny } from './capacity/counts.js'
import type { CapacityFigures } from './capacity/figures.js'
import { printReport, writeReport } from './capacity/report.js'
import { measureBody, measureNames, measureRedis } from './capacity/requests.js'
import { DEPLOYED_NODE, ServerRunner } from './capacity/server.js'
import { estimateSize, measureSize, measureStreamCount } from './capacity/streams.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const OUT = `${ROOT}/.cache/bench`

// Without process.exit(), a signal would not run the exit handlers, which stop measured servers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const isWritten = process.argv.includes('--write')
let failures = 0

/** Measures one figure, and prints it or the error. @returns undefined after an error */
async function attempt<T>(name: string, measure: () => Promise<T>): Promise<T | undefined> {
  const began = performance.now()
  try {
    const figure = await measure()
    console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${name}: ${JSON.stringify(figure)}`)
    return figure
  } catch (error) {
    failures += 1
    console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

/** Measures a figure for each of `points`, in turn. @returns the figures that were measured */
async function attemptAll<P, T>(name: string, points: readonly P[], measure: (point: P) => Promise<T>): Promise<T[]> {
  const figures: T[] = []
  for (const point of points) {
    const figure = await attempt(`${name} ${JSON.stringify(point)}`, () => measure(point))
    if (figure !== undefined) figures.push(figure)
  }
  return figures
}

function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'])
    return true
  } catch {
    console.log('redis-server is not installed, so the costs of Redis are not measured. To install it: scripts/test/debian-packages.sh')
    return false
  }
}

async function measure(): Promise<CapacityFigures> {
  const [load = 0] = loadavg()
  const processors = cpus()
  const cpu = processors[0]?.model ?? 'unknown'
  const taken = { day: new Date().toISOString().slice(0, 10), node: DEPLOYED_NODE, cpu, cores: processors.length, load }
  console.log(JSON.stringify(taken))
  await bundleTools(OUT, ['pacedUpstream'])
  const upstream = await startMeasured({ script: `${OUT}/pacedUpstream.cjs` })
  const servers = new ServerRunner(upstream.address)
  const streams = await attemptAll('streams', COUNTS.streams, (count) => measureStreamCount(servers, upstream.address, count))
  const bodies = await attemptAll('kilobytes', COUNTS.kilobytes, (size) => measureBody(servers, size, COUNTS.megabytesPerSize))
  const names = (await attempt('names', () => measureNames(servers, COUNTS.names, COUNTS.requests))) ?? []
  const redis = hasRedis() ? await attempt('redis', () => measureRedis(servers, COUNTS.requests, COUNTS.redisStreams)) : undefined
  const sizes = await attemptAll('size', COUNTS.sizes, async (size) => {
    const counts = COUNTS.streamsPerSize
    return (await measureSize(servers, size, counts)) ?? estimateSize(size, streams, counts)
  })
  await upstream.stop()
  const figures = { taken, streams, bodies, names, ...(redis && { redis }), sizes }
  writeFileSync(`${OUT}/capacity.json`, JSON.stringify(figures))
  return figures
}

const isPlan = process.argv.includes('--plan')
// The cast is safe: an earlier run of this script wrote docs/capacity.json.
const figures = isPlan ? (JSON.parse(readFileSync(`${ROOT}/docs/capacity.json`, 'utf8')) as CapacityFigures) : await measure()
printReport(figures)
if (failures > 0) console.log(`${failures} parts failed`)
if (isWritten && (failures > 0 || isTiny)) console.log('docs/ is not updated, because not all figures were measured')
else if (isWritten) writeReport(ROOT, figures)
process.exit(failures > 0 ? 1 : 0)
