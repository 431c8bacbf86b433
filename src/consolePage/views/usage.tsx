import type { JSX } from 'preact'
import { makeCsv } from '../../contract/csv.js'
import { Badge, EmptyState, Heading } from '../parts/basics.js'
import { saveTextFile } from '../parts/download.js'
import { Icon } from '../parts/icon.js'
import { explain } from '../state/explain.js'
import { lastFetchedAt, usageFeed, useFeed } from '../state/feeds.js'
import { formatCost, formatCount, formatRelative, formatTime, NO_VALUE } from '../state/format.js'
import { say } from '../state/language.js'
import type { ConsoleUsage, ConsoleUsageRow } from '../state/types.js'
import { toneOfStatus } from './requests.js'

/** The view that shows tokens, costs and errors by caller and model. */
export function UsageView(): JSX.Element {
  const usage = useFeed(usageFeed)
  return (
    <>
      <Heading
        title={say('Usage', '用量')}
        about={
          usage === undefined
            ? ''
            : say(
                `By caller and model since ${formatTime(usage.since)}, on this instance. Prices as of ${usage.prices_as_of}.`,
                `自 ${formatTime(usage.since)} 起，本实例按调用方与模型统计。价格日期：${usage.prices_as_of}。`,
              )
        }
      >
        {usage === undefined || usage.rows.length === 0 ? null : (
          <button type="button" onClick={() => saveTextFile('usage.csv', usageCsv(usage), 'text/csv')}>
            <Icon name="download" />
            {say('Export CSV', '导出 CSV')}
          </button>
        )}
      </Heading>
      {usage === undefined ? <EmptyState>{say('Loading…', '加载中…')}</EmptyState> : null}
      {usage?.rows.length === 0 ? <EmptyState>{say('No usage yet.', '暂无用量。')}</EmptyState> : null}
      {usage === undefined || usage.rows.length === 0 ? null : <UsageTables usage={usage} />}
      <ErrorList usage={usage} />
    </>
  )
}

const sum = (rows: readonly ConsoleUsageRow[], field: 'requests' | 'errors' | 'prompt_tokens' | 'completion_tokens' | 'cost'): number =>
  rows.reduce((total, row) => total + (row[field] ?? 0), 0)

/** True if a row's cost is a lower bound: some tokens have no price or were not counted. */
const isLowerBound = ({ unpriced_requests: unpriced, uncounted_requests: uncounted }: ConsoleUsageRow): boolean =>
  unpriced > 0 || uncounted > 0

/**
 * Formats the sum of the rows' known costs, marked if it is a lower bound. Returns `unknown` if no
 * cost is known, and a dash if nothing was billed.
 */
function formatCosts(rows: readonly ConsoleUsageRow[]): string {
  if (rows.every(({ cost }) => cost === null)) return rows.some(isLowerBound) ? formatCost(null) : NO_VALUE
  return `${rows.some(isLowerBound) ? '≥ ' : ''}${formatCost(sum(rows, 'cost'))}`
}

function UsageTotals({ rows }: { readonly rows: readonly ConsoleUsageRow[] }): JSX.Element {
  return (
    <dl class="tiles">
      <div>
        <dt>{say('Cost', '费用')}</dt>
        <dd>{formatCosts(rows)}</dd>
      </div>
      <div>
        <dt>{say('Tokens', 'token 数')}</dt>
        <dd>{formatCount(sum(rows, 'prompt_tokens') + sum(rows, 'completion_tokens'))}</dd>
      </div>
      <div>
        <dt>{say('Requests', '请求')}</dt>
        <dd>{formatCount(sum(rows, 'requests'))}</dd>
      </div>
      <div>
        <dt>{say('Failed', '失败')}</dt>
        <dd>{formatCount(sum(rows, 'errors'))}</dd>
      </div>
    </dl>
  )
}

const usageHeadings = (): readonly string[] => [
  say('Caller', '调用方'),
  say('Model', '模型'),
  say('Tokens', 'token 数'),
  say('Requests', '请求'),
  say('Failed', '失败'),
  say('Prompt', '输入'),
  say('Cached', '缓存'),
  say('Completion', '输出'),
  say('Reasoning', '思考'),
  say('Cost', '费用'),
]
/** Index in {@link usageHeadings} of the first column with numbers, which are aligned right. */
const FIRST_NUMBER = 3

function UsageTables({ usage: { rows } }: { readonly usage: ConsoleUsage }): JSX.Element {
  const headings = usageHeadings()
  const most = Math.max(1, ...rows.map((row) => row.prompt_tokens + row.completion_tokens))
  const sorted = [...rows].sort((a, b) => b.prompt_tokens + b.completion_tokens - a.prompt_tokens - a.completion_tokens)
  return (
    <>
      <UsageTotals rows={rows} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="table-frame" tabIndex={0} aria-label={say('Usage by caller and model', '按调用方与模型的用量')}>
        <table class="usage">
          <thead>
            <tr>
              {headings.map((heading, index) => (
                <th key={heading} scope="col" class={index < FIRST_NUMBER ? '' : 'number'}>
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.map((row) => (
              <tr key={`${row.caller} ${row.model}`}>
                <th scope="row">{row.caller ?? NO_VALUE}</th>
                <td>{row.model ?? NO_VALUE}</td>
                <td>
                  <meter
                    class="share"
                    aria-label={say('Share of tokens', 'token 占比')}
                    max={most}
                    value={row.prompt_tokens + row.completion_tokens}
                  />
                </td>
                <td class="number">{formatCount(row.requests)}</td>
                <td class="number">{formatCount(row.errors)}</td>
                <td class="number">{formatCount(row.prompt_tokens)}</td>
                <td class="number">{formatCount(row.cached_tokens)}</td>
                <td class="number">{formatCount(row.completion_tokens)}</td>
                <td class="number">{formatCount(row.reasoning_tokens)}</td>
                <td class="number">{formatCosts([row])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}

function ErrorList({ usage }: { readonly usage: ConsoleUsage | undefined }): JSX.Element | null {
  if (usage === undefined) return null
  if (usage.errors.length === 0)
    return (
      <section>
        <h2>{say('Errors', '错误')}</h2>
        <EmptyState>{say('No errors.', '没有错误。')}</EmptyState>
      </section>
    )
  return (
    <section>
      <h2>{say('Errors', '错误')}</h2>
      <ul class="errors">
        {usage.errors.map((error) => (
          <li key={`${error.status} ${error.code} ${error.caller} ${error.model}`}>
            <b>{formatCount(error.count)}×</b>
            <Badge tone={toneOfStatus(error.status)}>
              {error.status} {error.code}
            </Badge>
            <span>
              {error.caller ?? NO_VALUE} · {error.model ?? NO_VALUE} · {formatRelative(error.last_at, lastFetchedAt.value)}
            </span>
            <p class="note">{explain(error.code)?.cause}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Formats the usage as CSV. A cost is unrounded, `unknown`, or empty if nothing was billed. */
function usageCsv({ rows }: ConsoleUsage): string {
  const columns =
    'caller,model,requests,errors,prompt_tokens,cached_tokens,completion_tokens,reasoning_tokens,cost,currency,unpriced_requests,uncounted_requests'.split(
      ',',
    )
  return makeCsv([
    columns,
    ...rows.map((row) => [
      row.caller,
      row.model,
      row.requests,
      row.errors,
      row.prompt_tokens,
      row.cached_tokens,
      row.completion_tokens,
      row.reasoning_tokens,
      row.cost ?? (isLowerBound(row) ? 'unknown' : ''),
      row.currency,
      row.unpriced_requests,
      row.uncounted_requests,
    ]),
  ])
}
