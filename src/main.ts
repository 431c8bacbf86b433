import { join } from 'node:path'
import { destination, pino, stdTimeFunctions } from 'pino'
import contract from '../generated/openapi.json' with { type: 'json' }
import { ConfigError, loadConfig } from './config/load.js'
import type { Config } from './config/settings.js'
import { makeService } from './service.js'

/** Version of the package; the build inserts it. */
declare const __VERSION__: string

// Beside the built server: the build bundles this module into it.
const DOCS_FOLDER = join(__dirname, 'docs')
const STDOUT = 1 // the file descriptor: process.stdout would open a stream for it
const LOG_BUFFER_BYTES = 4096
const LOG_DELAY_MS = 1_000

function readConfig(): Config {
  try {
    return loadConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

// The contract is imported on the first request for it: most instances never serve it.
const readPublishedContract = async () => (await import('../generated/openapi-3.1.json', { with: { type: 'json' } })).default

const isAddressTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

async function main(): Promise<void> {
  const config = readConfig()
  // Synchronous, flushed when nothing is in flight: Function Compute can freeze the process then.
  // Under load lines are buffered: one write per line would cost a fifth of a small request.
  const sink = destination({ dest: STDOUT, sync: true, minLength: LOG_BUFFER_BYTES })
  const flushLog = (): void => sink.flushSync()
  const log = pino(
    { level: config.logLevel, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } },
    sink,
  )
  setInterval(flushLog, LOG_DELAY_MS).unref()
  process.on('exit', flushLog)
  const die = (error: unknown): never => {
    log.fatal({ cause: error instanceof Error ? error.stack : String(error) }, 'crashed')
    process.exit(1)
  }
  process.on('uncaughtException', die)
  process.on('unhandledRejection', die)

  const build = { version: __VERSION__, contract, readPublishedContract, docsFolder: DOCS_FOLDER }
  const service = await makeService({ config, log, flushLog, ...build })
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'draining')
    flushLog()
    service.close().then(() => {
      log.info('stopped')
      process.exit(0)
    }, die)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  try {
    log.info({ address: await service.listen(), version: __VERSION__, node: process.version }, 'listening')
  } catch (error) {
    if (!isAddressTaken(error)) throw error
    log.fatal(`address ${config.host}:${config.port} is already in use: stop the other process, or set another PORT`)
    process.exit(1)
  }
  flushLog()
}

void main()
