// usage: make bench-cold [WRITE=1]
// Measures the packaged server's time to the first chat and its memory afterwards, compared with a
// bare node:http server, the time that each trim of the bundle saves, and the peak memory of 50
// streams. With --write, updates the READMEs. Needs Linux on x64. Exits with 1 only on errors, not
// on missed goals: figures depend on the machine's load.
import { fileURLToPath } from 'node:url'
import { bundleTools } from '../../test/tools/load/bundleTools.js'
import { TOKEN } from '../../test/tools/load/client.js'
import { compareStarts, type FigurePair, peakOfStreams } from '../../test/tools/load/coldCompare.js'
import { startMeasured } from '../../test/tools/load/measured.js'
import { makePackage } from '../bundle/package.js'
import { writeColdStartFigures } from './figures.js'
import { DEPLOYED_NODE_VERSIONS, NODE_VERSIONS } from './nodes.js'
import { measureTrims } from './trims.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const OUT = `${ROOT}/.cache/bench`
const ROUNDS = 9
const CPUS = 0.35
const STREAMS = 50
const GOALS = { time: 2.2, memory: 1.6 }

await bundleTools(OUT, ['upstream', 'pipe'])
const upstream = await startMeasured({ script: `${OUT}/upstream.cjs` })
const GEMINI_BASE_URL = `${upstream.address}/v1beta/openai`
const env = { HOST: '127.0.0.1', PORT: '0', AUTH_TOKEN: TOKEN, GEMINI_API_KEY: 'x', GEMINI_BASE_URL, UPSTREAM: upstream.address }
const servers = { ours: `${ROOT}/dist/start.cjs`, bare: `${OUT}/pipe.cjs`, env }

const ratio = ([ours, bare]: FigurePair): number => ours / bare
const format = (pair: FigurePair): string => `${pair[0].toFixed(0)} / ${pair[1].toFixed(0)} (${ratio(pair).toFixed(2)})`
const rows: string[][] = []
for (const version of NODE_VERSIONS) {
  const row: string[] = [version]
  for (const cpus of [CPUS, undefined]) {
    const found = await compareStarts({ version, ...servers }, ROUNDS, cpus)
    if (found === undefined) row.push('not measured: this machine cannot limit the CPU')
    else row.push(format(found.time), ...(cpus === undefined ? [format(found.cpu), format(found.memory)] : []))
    if (found === undefined) continue
    const isWithin = ratio(found.time) <= GOALS.time && ratio(found.memory) <= GOALS.memory
    console.log(
      `Node.js ${version}, ${cpus ?? 1} CPU: ${format(found.time)} ms, ${format(found.memory)} MB, ${isWithin ? 'within' : 'over'} the goals`,
    )
  }
  rows.push(row)
}

const [deployed] = DEPLOYED_NODE_VERSIONS
for (const { name, timeMs, cpuMs } of await measureTrims(`${OUT}/without`, { ...servers, version: deployed }, ROUNDS, CPUS))
  console.log(`saves ${timeMs.toFixed(1).padStart(6)} ms (CPU ${cpuMs.toFixed(1)} ms) on ${CPUS} CPU, Node.js ${deployed}: ${name}`)

const peaks: string[][] = []
for (const version of DEPLOYED_NODE_VERSIONS) {
  const row: string[] = [version]
  for (const megabytes of [512, 256]) {
    const { process: most, group } = await peakOfStreams({ version, ...servers }, STREAMS, megabytes)
    row.push(`${most.toFixed(0)} MB${group === undefined ? ' (no memory limit on this machine)' : ''}`)
    console.log(`${STREAMS} streams in ${megabytes} MB, Node.js ${version}: ${row.at(-1)}, control group ${group?.toFixed(0) ?? 'none'}`)
  }
  peaks.push(row)
}
await upstream.stop()
const zip = `${(makePackage(`${ROOT}/dist`).zip.length / 1_048_576).toFixed(2)} MB`
console.log(`dist/gemini-proxy.zip ${zip}`)
if (process.argv.includes('--write')) writeColdStartFigures(ROOT, { zip, rows, peaks })
process.exit(0)
