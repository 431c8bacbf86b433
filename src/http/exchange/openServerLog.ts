import { isatty } from 'node:tty'
import { type Logger, pino, stdTimeFunctions } from 'pino'
import type { Config } from '../../config/settings.js'
import { hasColors } from '../../contract/terminal.js'
import { LogSink, STDOUT_FILE } from './logSink.js'

/** The log of a process, and where it is written. */
export interface OpenLog {
  readonly log: Logger
  readonly logSink: LogSink
}

/** Opens the log on standard output, in the format of LOG_FORMAT. */
export async function openServerLog(
  { logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>,
  env: Parameters<typeof hasColors>[1],
): Promise<OpenLog> {
  const isTerminal = isatty(STDOUT_FILE)
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && isTerminal)
  const logSink = new LogSink(
    STDOUT_FILE,
    isPretty ? (await import('./prettyLine.js')).makePrettyLine(hasColors(isTerminal, env)) : undefined,
  )
  const formatters = { level: (level: string) => ({ level }) }
  return { log: pino({ level: logLevel, base: null, timestamp: stdTimeFunctions.isoTime, formatters }, logSink), logSink }
}
