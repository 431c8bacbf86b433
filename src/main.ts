import { join, relative } from 'node:path'
import type { Logger } from 'pino'
import contract from '../generated/openapi.json' with { type: 'json' }
import { geminiAddressOf } from './config/geminiAddress.js'
import { ConfigError, loadConfig } from './config/load.js'
import type { Config } from './config/settings.js'
import type { LogSink } from './http/exchange/logSink.js'
import { openServerLog } from './http/exchange/openServerLog.js'
import { makeService, type Service } from './service.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Version of the package; the build inserts it. */
declare const __VERSION__: string

// The pages are beside the built server, into which the build bundles this module.
const DOCS_FOLDER = join(__dirname, 'docs')
const CONSOLE_FOLDER = join(__dirname, 'console')
// Signals within this time count as one: npm and terminals send a signal twice.
const SAME_SIGNAL_MS = 200
// Longest time of a shutdown beyond SHUTDOWN_GRACE_MS, without that for the last log lines.
const STOP_MARGIN_MS = 1_500

function readConfig(env: Environment): Config {
  try {
    return loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

// The contract is imported on the first request for it: most instances never serve it.
const readPublishedContract = async () => (await import('../generated/openapi-3.1.json', { with: { type: 'json' } })).default

const NO_HOST = 'is not an address of this machine: set another HOST, such as 0.0.0.0'
/** Why a server cannot listen at its address, by the code of the error. */
const LISTEN_FAILURES = new Map([
  ['EADDRINUSE', 'is already in use: stop the other process, or set another PORT'],
  ['EACCES', 'is not open to this user: set another PORT, above 1023'],
  ['EADDRNOTAVAIL', NO_HOST],
  ['ENOTFOUND', NO_HOST],
  ['EAI_AGAIN', NO_HOST],
])
const listenFailure = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? LISTEN_FAILURES.get(String(error.code)) : undefined

/** The running server that {@link stopOnSignals} stops. */
interface Running {
  readonly service: Service
  readonly log: Logger
  readonly logSink: LogSink
  /** How long running requests may continue after the first signal, in milliseconds. */
  readonly graceMs: number
  readonly die: (error: unknown) => never
}

/** Stops the service at the first SIGTERM or SIGINT; a later one aborts running requests. */
function stopOnSignals({ service, log, logSink, graceMs, die }: Running): void {
  const hurry = new AbortController()
  const end = (message: string): never => {
    log.info(message)
    process.exit(0)
  }
  const endAfter = (ms: number): NodeJS.Timeout => setTimeout(end, ms, 'stopped before everything had ended').unref()
  let firstAt: number | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    const isFirst = firstAt === undefined
    firstAt ??= performance.now()
    if (!isFirst && performance.now() - firstAt < SAME_SIGNAL_MS) return
    log.info({ signal }, isFirst ? 'draining' : 'draining without further waiting')
    logSink.flush()
    endAfter(isFirst ? graceMs + STOP_MARGIN_MS : STOP_MARGIN_MS)
    if (isFirst) service.close(hurry.signal).then(() => end('stopped'), die)
    else hurry.abort()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

async function serve(env: Environment): Promise<void> {
  const config = readConfig(env)
  const { log, logSink } = await openServerLog(config, env)
  process.on('exit', () => logSink.flushBeforeExit())
  const die = (error: unknown): never => {
    log.fatal({ cause: error instanceof Error ? error.stack : String(error) }, 'crashed')
    process.exit(1)
  }
  process.on('uncaughtException', die)
  process.on('unhandledRejection', die)

  const build = { version: __VERSION__, contract, readPublishedContract, docsFolder: DOCS_FOLDER, consoleFolder: CONSOLE_FOLDER }
  const service = await makeService({ config, log, logSink, ...build })
  stopOnSignals({ service, log, logSink, graceMs: config.shutdownGraceMs, die })
  try {
    const { upstream } = geminiAddressOf(config)
    log.info({ address: await service.listen(), version: __VERSION__, node: process.version, upstream }, 'listening')
  } catch (error) {
    const failure = listenFailure(error)
    if (failure === undefined) throw error
    log.fatal(`address ${config.host}:${config.port} ${failure}`)
    process.exit(1)
  }
  logSink.flush()
}

/** Runs a command other than `serve`. Its code is a separate bundle, which no server loads. */
async function runOther(args: readonly string[]): Promise<void> {
  const { runCommand } = await import('./cli/main.js')
  const file = process.argv[1] ?? ''
  const path = relative('', file)
  const program = `node ${path.startsWith('..') ? file : path}`
  await runCommand({ args, env: process.env, version: __VERSION__, program, serve })
}

const [, , ...args] = process.argv
if (args.length === 0 || (args.length === 1 && args[0] === 'serve')) void serve(process.env)
else void runOther(args)
