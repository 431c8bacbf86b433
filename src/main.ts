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

/** Version in package.json; the build inserts it. */
declare const __VERSION__: string

// The build puts the folders `docs` and `console` next to dist/server.cjs, which runs this code.
const DOCS_FOLDER = join(__dirname, 'docs')
const CONSOLE_FOLDER = join(__dirname, 'console')
// A signal this soon after the first one is ignored: npm and terminals send each signal twice.
const DUPLICATE_SIGNAL_MS = 200
// Time that a shutdown may take after SHUTDOWN_GRACE_MS. Writing the last log lines adds to it.
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

// Imported at the first GET /openapi.json: most instances never serve the OpenAPI document.
const readPublishedContract = async () => (await import('../generated/openapi-3.1.json', { with: { type: 'json' } })).default

const WRONG_HOST_MESSAGE = 'is not an address of this machine: set another HOST, such as 0.0.0.0'
/** Error messages for a failed `listen`, by Node.js error code; the address precedes them. */
const LISTEN_ERROR_MESSAGES = new Map([
  ['EADDRINUSE', 'is already in use: stop the other process, or set another PORT'],
  ['EACCES', 'cannot be opened by this user: set another PORT, above 1023'],
  ['EADDRNOTAVAIL', WRONG_HOST_MESSAGE],
  ['ENOTFOUND', WRONG_HOST_MESSAGE],
  ['EAI_AGAIN', WRONG_HOST_MESSAGE],
])
const describeListenError = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? LISTEN_ERROR_MESSAGES.get(String(error.code)) : undefined

/** The running server that {@link stopOnSignals} stops. */
interface RunningServer {
  readonly service: Service
  readonly log: Logger
  readonly logSink: LogSink
  /** How long running requests may continue after the first signal, in milliseconds. */
  readonly graceMs: number
  /** Logs an error as fatal and exits with code 1. */
  readonly crash: (error: unknown) => never
}

/** Stops the service at the first SIGTERM or SIGINT; a later one aborts running requests. */
function stopOnSignals({ service, log, logSink, graceMs, crash }: RunningServer): void {
  const forceStop = new AbortController()
  const end = (message: string): never => {
    log.info(message)
    process.exit(0)
  }
  const endAfter = (ms: number): NodeJS.Timeout =>
    setTimeout(end, ms, 'stopped at the time limit of the shutdown, with requests still running').unref()
  let firstAt: number | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    const isFirst = firstAt === undefined
    firstAt ??= performance.now()
    if (!isFirst && performance.now() - firstAt < DUPLICATE_SIGNAL_MS) return
    log.info({ signal }, isFirst ? 'draining' : 'second signal: aborting running requests')
    logSink.flush()
    endAfter(isFirst ? graceMs + STOP_MARGIN_MS : STOP_MARGIN_MS)
    if (isFirst) service.close(forceStop.signal).then(() => end('stopped'), crash)
    else forceStop.abort()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

async function serve(env: Environment): Promise<void> {
  const config = readConfig(env)
  const { log, logSink } = await openServerLog(config, env)
  process.on('exit', () => logSink.flushBeforeExit())
  const crash = (error: unknown): never => {
    log.fatal({ cause: error instanceof Error ? error.stack : String(error) }, 'crashed')
    process.exit(1)
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)

  const build = { version: __VERSION__, contract, readPublishedContract, docsFolder: DOCS_FOLDER, consoleFolder: CONSOLE_FOLDER }
  const service = await makeService({ config, log, logSink, ...build })
  stopOnSignals({ service, log, logSink, graceMs: config.shutdownGraceMs, crash })
  try {
    const { upstream } = geminiAddressOf(config)
    log.info({ address: await service.listen(), version: __VERSION__, node: process.version, upstream }, 'listening')
  } catch (error) {
    const failure = describeListenError(error)
    if (failure === undefined) throw error
    log.fatal(`address ${config.host}:${config.port} ${failure}`)
    process.exit(1)
  }
  logSink.flush()
}

/** Runs a CLI command other than `serve`, from a separate bundle that servers never load. */
async function runCliCommand(args: readonly string[]): Promise<void> {
  const { runCommand } = await import('./cli/main.js')
  const file = process.argv[1] ?? ''
  const path = relative('', file)
  const program = `node ${path.startsWith('..') ? file : path}`
  await runCommand({ args, env: process.env, version: __VERSION__, program, serve })
}

const [, , ...args] = process.argv
if (args.length === 0 || (args.length === 1 && args[0] === 'serve')) void serve(process.env)
else void runCliCommand(args)
