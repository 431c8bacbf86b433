import type { RequestSummary } from '../../contract/requestSummary.js'
import { groupByCallerAndModel, type UsageGroup, UsageTable } from '../../usage/usageTable.js'
import { type CliContext, CliError, EXIT } from '../io/context.js'
import type { ParsedArguments } from '../io/options.js'
import { ProgressLine } from '../io/progress.js'
import { toOneLine } from '../io/terminal.js'
import { readLogEntry } from './logEntry.js'
import { openLogFile, readLines } from './logLines.js'
import { isWithin, readPeriod, toDay } from './period.js'
import { type Dimension, type LogCounts, toCsvReport, toJsonReport, toTextReport, type UsageReport } from './report.js'

/** Command line options of `usage`. */
export const USAGE_OPTIONS = {
  by: { type: 'string', value: 'caller,model,day' },
  since: { type: 'string', value: 'WHEN' },
  until: { type: 'string', value: 'WHEN' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
} as const

const DIMENSIONS: readonly string[] = ['caller', 'model', 'day'] satisfies Dimension[]

const isDimension = (name: string): name is Dimension => DIMENSIONS.includes(name)

/** `usage`: sums the tokens and costs of the requests in logs. @returns the exit code */
export async function runUsage(given: ParsedArguments, context: CliContext): Promise<number> {
  const now = Date.now()
  const { texts } = context
  if (given.has('json') && given.has('csv')) throw new CliError(texts.jsonOrCsv, EXIT.usage)
  const files = given.positionals.length === 0 ? ['-'] : given.positionals
  if (files.includes('-') && process.stdin.isTTY) throw new CliError(texts.noLog, EXIT.usage)
  const dimensions = readDimensions(given, context)
  const groupOf = (summary: RequestSummary, at: number): UsageGroup => {
    const values = { ...groupByCallerAndModel(summary), day: toDay(at) }
    return Object.fromEntries(dimensions.map((name) => [name, values[name]]))
  }
  const report: UsageReport = {
    dimensions,
    period: readPeriod(given, context, now),
    table: new UsageTable({ groupOf }),
    counts: makeLogCounts(),
  }
  const progress = new ProgressLine(context.env)
  let lines = 0
  progress.show(() => texts.reading(lines))
  try {
    for (const file of files)
      try {
        for await (const line of readLines(openLogFile(file))) {
          lines += 1
          addLine(line, report, now)
        }
      } catch (error) {
        throw toFileError(error, file, context)
      }
  } finally {
    progress.stop()
  }
  process.stdout.write(formatReport(report, given, context))
  return EXIT.ok
}

function formatReport(report: UsageReport, given: ParsedArguments, context: CliContext): string {
  if (given.has('json')) return toJsonReport(report)
  return given.has('csv') ? toCsvReport(report) : toTextReport(report, context)
}

function readDimensions(given: ParsedArguments, { texts }: CliContext): Dimension[] {
  const names = [...new Set((given.text('by') ?? 'caller,model').split(',').map((name) => name.trim()))]
  const dimensions = names.filter(isDimension)
  if (dimensions.length !== names.length) throw new CliError(texts.notOneOf('--by', DIMENSIONS.join(', ')), EXIT.usage)
  return dimensions
}

const makeLogCounts = (): LogCounts => ({
  ignoredLines: 0,
  otherRequests: 0,
  outsidePeriod: 0,
  withoutTime: 0,
  firstAt: undefined,
  lastAt: undefined,
})

function addLine(line: string | undefined, { table, period, counts }: UsageReport, now: number): void {
  const entry = line === undefined ? undefined : readLogEntry(line)
  if (entry === undefined) counts.ignoredLines += 1
  else if (!isWithin(period, entry.at)) counts.outsidePeriod += 1
  else if (!table.add(entry.summary, entry.at ?? now)) counts.otherRequests += 1
  else if (entry.at === undefined) counts.withoutTime += 1
  else {
    counts.firstAt = Math.min(counts.firstAt ?? entry.at, entry.at)
    counts.lastAt = Math.max(counts.lastAt ?? entry.at, entry.at)
  }
}

/** Converts an error of reading or decompression to a {@link CliError} that names the file. */
function toFileError(error: unknown, file: string, { texts }: CliContext): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  return new CliError(texts.unreadableFile(file === '-' ? '' : toOneLine(file), String(error.code)), EXIT.failed)
}
