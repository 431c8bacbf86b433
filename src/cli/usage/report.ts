import { makeCsv } from '../../contract/csv.js'
import { PRICES_AS_OF, PRICES_SOURCE } from '../../usage/prices.js'
import type { UsageGroup, UsageSums, UsageTable } from '../../usage/usageTable.js'
import type { CliContext } from '../io/context.js'
import { type Column, toTable } from '../io/table.js'
import { styleFor, toOneLine, toSafeJson } from '../io/terminal.js'
import type { Period } from './period.js'

/** A column by which requests can be grouped. */
export type Dimension = 'caller' | 'model' | 'day'

/** Numbers of lines and requests for a report's notes; Unix ms of the first and last request. */
export interface LogCounts {
  /** Lines that are not request summaries: not JSON, or other log messages. */
  ignoredLines: number
  /** Requests that did not call a model, such as health checks. */
  otherRequests: number
  /** Requests before `--since`, or not before `--until`. */
  outsidePeriod: number
  /** Requests whose log line has no time; their cost is calculated with today's prices. */
  withoutTime: number
  firstAt: number | undefined
  lastAt: number | undefined
}

/** The data of a usage report. */
export interface UsageReport {
  readonly dimensions: readonly Dimension[]
  readonly period: Period
  readonly table: UsageTable<UsageGroup>
  readonly counts: LogCounts
}

const MAX_MODELS_SHOWN = 10

/** Formats a usage report as a text table with a total and notes. */
export function toTextReport(report: UsageReport, context: CliContext): string {
  const { texts } = context
  const { dim, bold } = styleFor(process.stdout, context.env)
  const rows = rowsOf(report)
  const notes = toNotes(report, context).map((note) => `${dim(note)}\n`)
  if (rows.length === 0) return [`${texts.noRequests}\n`, ...notes].join('')
  const columns: Column[] = [
    ...report.dimensions.map((name) => ({ title: texts.columns[name] })),
    ...[texts.columns.requests, texts.columns.errors, texts.columns.prompt, texts.columns.cached].map(toNumberColumn),
    ...[texts.columns.completion, texts.columns.reasoning, texts.columns.cost].map(toNumberColumn),
  ]
  const cells = rows.map((row) => [...report.dimensions.map((name) => row[name] || '-'), ...toCells(row, context)])
  const total = [texts.columns.total, ...report.dimensions.slice(1).map(() => ''), ...toCells(report.table.total(), context)]
  const [titles = '', ...lines] = toTable(columns, [...cells, total])
  const last = lines.pop() ?? ''
  return [`${bold(titles)}\n`, ...lines.map((line) => `${line}\n`), `${bold(last)}\n`, '\n', ...notes].join('')
}

/** Returns the rows of a report, sorted by day and then by cost in descending order. */
const rowsOf = ({ table }: UsageReport): (UsageGroup & UsageSums)[] =>
  table.rows().sort((one, other) => (one.day ?? '').localeCompare(other.day ?? ''))

const toNumberColumn = (title: string): Column => ({ title, isNumber: true })

const toCells = (sums: UsageSums, context: CliContext): string[] => [
  ...[sums.requests, sums.errors, sums.promptTokens, sums.cachedTokens, sums.completionTokens, sums.reasoningTokens].map((count) =>
    count.toLocaleString('en-US'),
  ),
  describeCost(sums, context),
]

/** Formats a cost in US dollars; marks it as a lower bound if some requests have no known cost. */
function describeCost(sums: UsageSums, { texts }: CliContext): string {
  if (sums.cost === null) return isPartial(sums) ? texts.unknown : '-'
  return `${isPartial(sums) ? '≥ ' : ''}${toDollars(sums.cost)}`
}

const isPartial = ({ unpricedRequests, uncountedRequests }: UsageSums): boolean => unpricedRequests + uncountedRequests > 0

function toDollars(amount: number): string {
  if (amount > 0 && amount < 0.0001) return '< $0.0001'
  const digits = amount < 1 ? 4 : 2
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`
}

function toNotes({ table, counts }: UsageReport, { texts }: CliContext): string[] {
  const total = table.total()
  const models = table.unpricedModels().map(toOneLine)
  const shown = models.length > MAX_MODELS_SHOWN ? [...models.slice(0, MAX_MODELS_SHOWN), '…'] : models
  const { firstAt, lastAt } = counts
  return [
    ...(firstAt === undefined || lastAt === undefined
      ? []
      : [texts.notes.period(new Date(firstAt).toISOString(), new Date(lastAt).toISOString())]),
    texts.notes.prices(PRICES_AS_OF, PRICES_SOURCE),
    ...(models.length === 0 ? [] : [texts.notes.unpriced(models.length, shown.join(', '))]),
    ...(total.uncountedRequests === 0 ? [] : [texts.notes.uncounted(total.uncountedRequests)]),
    ...(total.retries === 0 ? [] : [texts.notes.retries(total.retries)]),
    ...(counts.withoutTime === 0 ? [] : [texts.notes.withoutTime(counts.withoutTime)]),
    ...(counts.outsidePeriod === 0 ? [] : [texts.notes.outside(counts.outsidePeriod)]),
    ...(counts.otherRequests === 0 ? [] : [texts.notes.otherRequests(counts.otherRequests)]),
    ...(counts.ignoredLines === 0 ? [] : [texts.notes.ignoredLines(counts.ignoredLines)]),
  ]
}

const toIso = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())

/** Converts sums of usage to the fields of the JSON and CSV reports. */
const toFields = (sums: UsageSums) => ({
  requests: sums.requests,
  errors: sums.errors,
  attempts: sums.attempts,
  retries: sums.retries,
  prompt_tokens: sums.promptTokens,
  cached_tokens: sums.cachedTokens,
  completion_tokens: sums.completionTokens,
  reasoning_tokens: sums.reasoningTokens,
  cost: sums.cost === null ? null : Math.round(sums.cost * 1e9) / 1e9,
  is_lower_bound: isPartial(sums),
  unpriced_requests: sums.unpricedRequests,
  uncounted_requests: sums.uncountedRequests,
})

/** Formats a usage report as a JSON object; the cost is null if unknown or without usage. */
export function toJsonReport(report: UsageReport): string {
  const { dimensions, period, table, counts } = report
  const fields = {
    by: dimensions,
    since: toIso(period.since),
    until: toIso(period.until),
    first: toIso(counts.firstAt),
    last: toIso(counts.lastAt),
    currency: 'USD',
    prices_as_of: PRICES_AS_OF,
    prices_source: PRICES_SOURCE,
    rows: rowsOf(report).map((row) => ({ ...Object.fromEntries(dimensions.map((name) => [name, row[name]])), ...toFields(row) })),
    total: toFields(table.total()),
    unpriced_models: table.unpricedModels(),
    requests_without_time: counts.withoutTime,
    requests_outside: counts.outsidePeriod,
    other_requests: counts.otherRequests,
    ignored_lines: counts.ignoredLines,
  }
  return `${toSafeJson(fields, 2)}\n`
}

/** Formats a usage report as CSV, without a total; a cost is `unknown`, or empty without usage. */
export function toCsvReport(report: UsageReport): string {
  const titles = [...report.dimensions, ...Object.keys(toFields(report.table.total()))]
  const rows = rowsOf(report).map((row) => {
    const fields = toFields(row)
    const cost = fields.cost ?? (fields.is_lower_bound ? 'unknown' : null)
    return [...report.dimensions.map((name) => toOneLine(row[name] ?? '')), ...Object.values({ ...fields, cost })]
  })
  return makeCsv([titles, ...rows])
}
