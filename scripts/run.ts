// usage: make run
// Starts dist/server.cjs on HOST:PORT (127.0.0.1:9000). Without GEMINI_API_KEY, its upstream is the
// simulator. Stops both on Ctrl-C, on SIGTERM, or when one of them exits.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const children = new Set<ChildProcess>()
let isStopping = false

function start(args: readonly string[], env: NodeJS.ProcessEnv, stdout: 'pipe' | 'inherit'): ChildProcess {
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env,
    stdio: ['ignore', stdout, 'inherit'],
  })
  children.add(child)
  child.once('exit', (code) => {
    children.delete(child)
    stop(isStopping ? 0 : (code ?? 1))
  })
  return child
}

function stop(exitCode: number): void {
  if (!isStopping) process.exitCode = exitCode
  isStopping = true
  for (const child of children) child.kill('SIGTERM')
}

async function startSimulator(): Promise<string> {
  const simulator = start(['--import', 'tsx', 'test/doubles/simulator/main.ts'], process.env, 'pipe')
  if (simulator.stdout === null) throw new Error('the simulator has no stdout')
  const [line] = (await once(createInterface(simulator.stdout), 'line')) as [string]
  return (JSON.parse(line) as { baseUrl: string }).baseUrl
}

const NOTICE = `
  ********************************************************************************
  *  GEMINI_API_KEY is not set: answers come from the built-in SIMULATOR,         *
  *  not from Gemini. To use Gemini: GEMINI_API_KEY=<your key> make run           *
  ********************************************************************************
`

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0))
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL') // only if this script failed
})

const env = { ...process.env, HOST: process.env.HOST || '127.0.0.1', PORT: process.env.PORT || '9000' }
if (!process.env.GEMINI_API_KEY) {
  console.log(NOTICE)
  Object.assign(env, { GEMINI_API_KEY: 'simulated', GEMINI_BASE_URL: await startSimulator() })
}
start(['dist/server.cjs'], env, 'inherit')
