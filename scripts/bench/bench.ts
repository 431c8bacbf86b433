// usage: make bench [WRITE=1] [TINY=1], or make bench-quick
// Measures the proxy as it is deployed, a minimal node:http proxy ("pipe"), nginx and others in
// turn, each alone on one CPU core. Takes up to 15 minutes; needs Linux and two cores. Writes
// build/bench.json; --write also updates docs/benchmarks.md and the READMEs. --quick omits some
// figures and the other proxies, --tiny tries every step with few requests. Exits with 1 only on
// errors, not on missed goals: figures depend on the machine's load.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { bundleTools } from '../../test/tools/load/bundleTools.js'
import { startMeasured } from '../../test/tools/load/measured.js'
import { compareCodecs } from './codecs.js'
import type { BenchFigures } from './goals.js'
import { type BenchCounts, GROUPS, measureColdStarts } from './groups.js'
import { makeGoalsTable, makeRivalsTable } from './report.js'
import { type BenchResults, evaluateGoals } from './results.js'
import { installRivals } from './rivals/install.js'
import { BENCH_FOLDER, type BenchTarget, CORES, makeTargets, type TargetName } from './targets.js'
import { writeBenchmarks } from './write.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const has = (flag: string): boolean => process.argv.includes(`--${flag}`)
const isQuick = has('quick')
const ROUNDS = has('tiny') ? 1 : isQuick ? 2 : 3
const FULL: BenchCounts = {
  requests: 20_000,
  singleRequests: 300,
  bursts: 50,
  streams: 200,
  crowdStreams: 1000,
  bodies: 8,
  disconnects: 3,
  starts: 3,
}
const TINY: BenchCounts = {
  requests: 1200,
  singleRequests: 20,
  bursts: 5,
  streams: 20,
  crowdStreams: 50,
  bodies: 2,
  disconnects: 1,
  starts: 1,
}
const QUICK: BenchCounts = { ...FULL, requests: 10_000 }
const counts = has('tiny') ? TINY : isQuick ? QUICK : FULL

if (process.platform !== 'linux' || availableParallelism() < 2) throw new Error('make bench requires Linux and at least 2 CPU cores')
// Pin this process and its children to one CPU core; measured servers are pinned to the other.
execFileSync('taskset', ['-apc', String(CORES.load), String(process.pid)], { stdio: 'ignore' })
// Without process.exit(), a signal would not run the exit handlers, which stop measured servers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
mkdirSync(BENCH_FOLDER, { recursive: true })
await bundleTools(BENCH_FOLDER, ['upstream', 'pipe'])
const rivals = isQuick ? undefined : await installRivals()
const before = loadavg()[0] ?? Number.NaN
const upstream = await startMeasured({ script: `${BENCH_FOLDER}/upstream.cjs` })
const targets = makeTargets(upstream.address, rivals)
const rounds = new Map<TargetName, BenchFigures[]>(targets.map(({ name }) => [name, Array.from({ length: ROUNDS }, () => ({}))]))
const keep = (name: TargetName, round: number, figures: BenchFigures): void => {
  Object.assign(rounds.get(name)?.[round] ?? {}, figures)
}

async function measure(target: BenchTarget, group: keyof typeof GROUPS, round: number): Promise<void> {
  try {
    keep(target.name, round, await GROUPS[group].measure(target, upstream, counts))
  } catch (error) {
    if (['ours', 'native', 'pipe'].includes(target.name)) throw error
    console.log(`${target.name} without ${group}: ${(error as Error).message.slice(0, 300)}`)
  }
}

const groups = isQuick ? (['requests', 'streams'] as const) : (['requests', 'streams', 'bodies', 'blocked', 'crowd'] as const)
for (let round = 0; round < ROUNDS; round += 1) {
  for (const group of groups) {
    const chosen: readonly TargetName[] | 'all' = GROUPS[group].targets
    for (const target of targets) if (chosen === 'all' || chosen.includes(target.name)) await measure(target, group, round)
    console.log(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  round ${round + 1} of ${ROUNDS}, ${group}`)
  }
  const [compat, native] = (['ours', 'native'] as const).map((name) => targets.find((target) => target.name === name))
  if (compat && native) keep('native', round, await compareCodecs(compat, native, counts))
  console.log(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  round ${round + 1} of ${ROUNDS}, both of Google's APIs`)
  if (isQuick) continue
  const cold = await measureColdStarts(upstream, counts)
  keep('ours', round, cold.ours)
  keep('pipe', round, cold.pipe)
}
await upstream.stop()

const [cpu] = cpus()
const results: BenchResults = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpu?.model}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GB, Linux ${release().split('-')[0]}`,
  node: process.version,
  load: [before, loadavg()[0] ?? Number.NaN],
  targets: Object.fromEntries(targets.map(({ name, version }) => [name, { version, rounds: rounds.get(name) ?? [] }])),
}
const measured = evaluateGoals(results).filter(({ isMet }) => isMet !== undefined)
console.log(`\n${makeGoalsTable(results, 'en', isQuick ? measured : undefined)}\n`)
if (isQuick) process.exit(0)
console.log(makeRivalsTable(results, 'en'))
mkdirSync(`${ROOT}build`, { recursive: true })
writeFileSync(`${ROOT}build/bench.json`, `${JSON.stringify(results, undefined, 2)}\n`)
if (has('write')) writeBenchmarks(ROOT, results)
process.exit(0)
