import { destination, pino, stdTimeFunctions } from 'pino'
import contract from '../generated/openapi.json' with { type: 'json' }
import publishedContract from '../generated/openapi-3.1.json' with { type: 'json' }
import { type Config, ConfigError, loadConfig } from './config.js'
import { makeService } from './service.js'

/** Version of the package, put in by the build. */
declare const __VERSION__: string

function readConfig(): Config {
  try {
    return loadConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

async function main(): Promise<void> {
  const config = readConfig()
  // Synchronous, and in this thread: Function Compute freezes the process as soon as an answer has ended.
  const log = pino(
    { level: config.logLevel, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } },
    destination({ sync: true }),
  )
  const die = (error: unknown): never => {
    log.fatal({ cause: error instanceof Error ? error.stack : String(error) }, 'crashed')
    process.exit(1)
  }
  process.on('uncaughtException', die)
  process.on('unhandledRejection', die)

  const service = await makeService({ config, log, version: __VERSION__, contract, publishedContract })
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'draining')
    service.close().then(() => {
      log.info('stopped')
      process.exit(0)
    }, die)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  log.info({ address: await service.listen(), version: __VERSION__, node: process.version }, 'listening')
}

void main()
