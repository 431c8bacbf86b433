import { isatty } from 'node:tty'
import { type Logger, pino, stdTimeFunctions } from 'pino'
import type { Config } from '../../config/settings.js'
import { LogSink, STDOUT_FILE } from './logSink.js'

/** The log of a process, and where it is written. */
export interface OpenLog {
  readonly log: Logger
  readonly logSink: LogSink
}

/** The environment variables that decide about colours. */
type ColorEnvironment = Readonly<Partial<Record<'NO_COLOR' | 'TERM', string | undefined>>>

/** Opens the log on standard output: JSON lines, or readable ones where LOG_FORMAT says so. */
export async function openServerLog(
  { logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>,
  env: ColorEnvironment,
): Promise<OpenLog> {
  const isTerminal = isatty(STDOUT_FILE)
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && isTerminal)
  const hasColors = isTerminal && !env.NO_COLOR && env.TERM !== 'dumb'
  const logSink = new LogSink(STDOUT_FILE, isPretty ? (await import('./prettyLine.js')).makePrettyLine(hasColors) : undefined)
  const formatters = { level: (level: string) => ({ level }) }
  return { log: pino({ level: logLevel, base: null, timestamp: stdTimeFunctions.isoTime, formatters }, logSink), logSink }
}
