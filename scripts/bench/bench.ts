// usage: make bench [WRITE=1] [TINY=1], or make bench-quick
// Measures the proxy as deployed, a bare node:http pipe, nginx and other proxies in turns, each on
// its own core. Under 15 minutes; Linux with two cores only. Writes build/bench.json; with --write,
// also docs/benchmarks.md and the READMEs. --quick leaves out the other proxies and some figures,
// --tiny tries every step with few requests. Exit 1 only on errors: figures depend on the machine's
// load.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { bundleTools } from '../../test/tools/load/bundleTools.js'
import { startMeasured } from '../../test/tools/load/measured.js'
import { compareCodecs } from './codecs.js'
import type { Figures } from './goals.js'
import { type Counts, coldStarts, GROUPS } from './groups.js'
import { goalsTable, rivalsTable } from './report.js'
import { type Results, reachedOf } from './results.js'
import { installRivals } from './rivals/install.js'
import { CORES, makeTargets, OUT, type Target, type TargetName } from './targets.js'
import { writeBenchmarks } from './write.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const has = (flag: string): boolean => process.argv.includes(`--${flag}`)
const isQuick = has('quick')
const ROUNDS = has('tiny') ? 1 : isQuick ? 2 : 3
const FULL: Counts = { requests: 20_000, lone: 300, bursts: 50, streams: 200, crowd: 1000, bodies: 8, disconnects: 3, starts: 3 }
const TINY: Counts = { requests: 1200, lone: 20, bursts: 5, streams: 20, crowd: 50, bodies: 2, disconnects: 1, starts: 1 }
const QUICK: Counts = { ...FULL, requests: 10_000 }
const counts = has('tiny') ? TINY : isQuick ? QUICK : FULL

if (process.platform !== 'linux' || availableParallelism() < 2) throw new Error('make bench requires Linux and at least 2 CPU cores')
// The affinity is inherited by child processes; measured servers then set their own.
execFileSync('taskset', ['-apc', String(CORES.load), String(process.pid)], { stdio: 'ignore' })
// The end of this process also stops the measured servers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
mkdirSync(OUT, { recursive: true })
await bundleTools(OUT, ['upstream', 'pipe'])
const rivals = isQuick ? undefined : await installRivals()
const before = loadavg()[0] ?? Number.NaN
const upstream = await startMeasured({ script: `${OUT}/upstream.cjs` })
const targets = makeTargets(upstream.address, rivals)
const rounds = new Map<TargetName, Figures[]>(targets.map(({ name }) => [name, Array.from({ length: ROUNDS }, () => ({}))]))
const keep = (name: TargetName, round: number, figures: Figures): void => {
  Object.assign(rounds.get(name)?.[round] ?? {}, figures)
}

async function measure(target: Target, group: keyof typeof GROUPS, round: number): Promise<void> {
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
  const cold = await coldStarts(upstream, counts)
  keep('ours', round, cold.ours)
  keep('pipe', round, cold.pipe)
}
await upstream.stop()

const [cpu] = cpus()
const results: Results = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpu?.model}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GB, Linux ${release().split('-')[0]}`,
  node: process.version,
  load: [before, loadavg()[0] ?? Number.NaN],
  targets: Object.fromEntries(targets.map(({ name, version }) => [name, { version, rounds: rounds.get(name) ?? [] }])),
}
const measured = reachedOf(results).filter(({ isMet }) => isMet !== undefined)
console.log(`\n${goalsTable(results, 'en', isQuick ? measured : undefined)}\n`)
if (isQuick) process.exit(0)
console.log(rivalsTable(results, 'en'))
mkdirSync(`${ROOT}build`, { recursive: true })
writeFileSync(`${ROOT}build/bench.json`, `${JSON.stringify(results, undefined, 2)}\n`)
if (has('write')) writeBenchmarks(ROOT, results)
process.exit(0)
