import { startSimulator } from './index.js'

const port = Number(process.env.SIMULATOR_PORT ?? '0')
const host = process.env.SIMULATOR_HOST ?? '127.0.0.1'
const keepRequests = Number(process.env.SIMULATOR_KEEP_REQUESTS ?? '10000')
// By default, answers arrive in small pieces and say that the simulator wrote them.
const isDemo = process.env.SIMULATOR_DEMO !== '0'
const behaviour = isDemo ? { chunkDelayMs: 20, charactersPerChunk: 6, explains: true } : {}

const simulator = await startSimulator({ host, port, keepRequests, behaviour })
process.stdout.write(`${JSON.stringify({ baseUrl: simulator.baseUrl, origin: simulator.origin, pid: process.pid })}\n`)

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void simulator.close().then(() => process.exit(0))
  })
}
