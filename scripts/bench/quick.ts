// usage: make bench-quick
// Loads the built server and a bare node:http pipe in turns, with the same upstream, and prints the
// costs. About 65 s, Linux only. Exit 1 only on errors: figures depend on the machine's load.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { sendMany, streamMany, TOKEN } from '../../test/tools/load/client.js'
import { compare, inTurns, print } from '../../test/tools/load/compare.js'
import { disconnectMs, PHASES } from '../../test/tools/load/disconnect.js'
import { startMeasured } from '../../test/tools/load/measured.js'
import { EXPECTED, GAP_MS, STREAM_CHUNKS } from '../../test/tools/load/scenario.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const OUT = `${ROOT}/.cache/bench`
const ROUNDS = { requests: 7, streams: 3, disconnects: 9 }
const REQUESTS = 2000
const STREAMS = 200

mkdirSync(OUT, { recursive: true })
await build({
  entryPoints: ['upstream', 'pipe'].map((name) => `${ROOT}/test/tools/load/${name}.ts`),
  outdir: OUT,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
})
const upstream = await startMeasured({ script: `${OUT}/upstream.mjs` })
const pipe = await startMeasured({ script: `${OUT}/pipe.mjs`, env: { UPSTREAM: upstream.address } })
const GEMINI_BASE_URL = `${upstream.address}/v1beta/openai`
const env = { HOST: '127.0.0.1', PORT: '0', AUTH_TOKEN: TOKEN, GEMINI_API_KEY: 'x', GEMINI_BASE_URL, LOG_LEVEL: 'info' }
const proxy = await startMeasured({ script: `${ROOT}/dist/server.cjs`, env, logFile: `${OUT}/server.log` })

for (const target of [proxy, pipe]) await sendMany(target.address, 20_000 - ROUNDS.requests * REQUESTS)
const requests = await compare(proxy, pipe, ROUNDS.requests, REQUESTS, (address) => sendMany(address, REQUESTS))
const resident = [proxy.residentMegabytes(), pipe.residentMegabytes()] as const
for (const target of [proxy, pipe]) await streamMany(target.address, STREAMS, GAP_MS)
const chunksOf = (isResumable: boolean) =>
  compare(proxy, pipe, ROUNDS.streams, STREAMS * STREAM_CHUNKS, (address) => streamMany(address, STREAMS, GAP_MS, isResumable))
const chunks = [await chunksOf(false), await chunksOf(true)] as const

console.log(`\n${''.padEnd(46)}   proxy     pipe        figure  bound`)
print('CPU for a small request, 64 at a time', ...requests, 'us', requests[0] / requests[1], EXPECTED.requestRatio)
const what = `CPU for 1,000 chunks, ${STREAMS} streams`
print(what, ...chunks[0], 'ms', chunks[0][0] / chunks[0][1], EXPECTED.chunkRatio)
print(`${what}, resumable`, ...chunks[1], 'ms', chunks[1][0] / chunks[1][1], EXPECTED.resumableChunkRatio)
print('memory after 20,000 requests', ...resident, 'MB', resident[0], EXPECTED.residentMegabytes)
for (const phase of Object.keys(PHASES) as (keyof typeof PHASES)[]) {
  const [ours, bare] = await inTurns(proxy, pipe, ROUNDS.disconnects, ({ address }) => disconnectMs(address, upstream.child, phase))
  print(`client gone -> upstream closed, ${phase}`, ours, bare, 'ms', ours, EXPECTED.disconnectMs)
}
for (const each of [proxy, pipe, upstream]) await each.stop()
process.exit(0)
