import { isatty } from 'node:tty'
import { type Logger, pino, stdTimeFunctions } from 'pino'
import type { Config } from '../../config/settings.js'
import { allowsColors } from '../../contract/terminal.js'
import { LogSink, STDOUT_FILE } from './logSink.js'

/** The logger of the process, and the destination to which it writes. */
export interface ServerLog {
  readonly log: Logger
  readonly logSink: LogSink
}

/** Opens the log on standard output, in the format that LOG_FORMAT selects. */
export async function openServerLog(
  { logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>,
  env: Parameters<typeof allowsColors>[1],
): Promise<ServerLog> {
  const isTerminal = isatty(STDOUT_FILE)
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && isTerminal)
  const logSink = new LogSink(
    STDOUT_FILE,
    isPretty ? (await import('./prettyLine.js')).makeLineFormatter(allowsColors(isTerminal, env)) : undefined,
  )
  const formatters = { level: (level: string) => ({ level }) }
  return { log: pino({ level: logLevel, base: null, timestamp: stdTimeFunctions.isoTime, formatters }, logSink), logSink }
}
