import type { JSX } from 'preact'
import { Badge, EmptyState, Heading, Notice, type Tone } from '../parts/basics.js'
import { Chart } from '../parts/chart.js'
import { explain } from '../state/explain.js'
import { lastFetchedAt, seriesFeed, statusFeed, useFeed } from '../state/feeds.js'
import { formatCount, formatMs, formatRelative, formatSeconds, formatTime, NO_VALUE } from '../state/format.js'
import { say } from '../state/language.js'
import type { ConsoleSeries, StatusData } from '../state/types.js'

/** Shortest and longest time span of a chart; between these, it spans all samples. */
const SHORTEST_SPAN_MS = 2 * 60_000
const LONGEST_SPAN_MS = 15 * 60_000

/** The view that shows the state of the instance and of Gemini, with live charts. */
export function Overview(): JSX.Element {
  const status = statusFeed.data.value
  const series = useFeed(seriesFeed)
  return (
    <>
      <Heading
        title={say('Overview', '概览')}
        about={say('This server instance, updated every 5 seconds.', '当前服务器实例，每 5 秒更新一次。')}
      />
      {status === undefined ? <EmptyState>{say('Loading…', '加载中…')}</EmptyState> : <Tiles status={status} />}
      {status === undefined ? null : <UpstreamNotice status={status} />}
      {series === undefined ? null : <Charts series={series} />}
    </>
  )
}

/** Summarizes the state of the proxy. An error of Gemini is shown until a later success. */
function describeState({ keys, upstream }: StatusData): readonly [Tone, string] {
  const { last_ok: ok, last_error: failed } = upstream
  if (keys.length > 0 && keys.every(({ state }) => state === 'disabled')) return ['failed', say('No usable key', '没有可用密钥')]
  if (failed !== null && (ok === null || failed.at > ok)) return ['failed', say('Gemini fails', 'Gemini 出错')]
  if (keys.some(({ state }) => state !== 'ok')) return ['warning', say('Some keys are limited', '部分密钥受限')]
  if (ok === null) return ['quiet', say('No request yet', '暂无请求')]
  return ['ok', say('Everything works', '一切正常')]
}

function Tiles({ status }: { readonly status: StatusData }): JSX.Element {
  const [tone, state] = describeState(status)
  const { last_ok: lastOk } = status.upstream
  return (
    <dl class="tiles">
      <div>
        <dt>{say('State', '状态')}</dt>
        <dd>
          <Badge tone={tone}>{state}</Badge>
        </dd>
        <dd class="note">{status.auth ? say('callers need a token', '调用方需要令牌') : say('open to everybody', '对所有人开放')}</dd>
      </div>
      <div>
        <dt>{say('Last answer of Gemini', 'Gemini 最近一次响应')}</dt>
        <dd>{lastOk === null ? say('none yet', '暂无') : formatRelative(lastOk, lastFetchedAt.value)}</dd>
        <dd class="note">{lastOk === null ? NO_VALUE : formatTime(lastOk)}</dd>
      </div>
      <div>
        <dt>{say('Open requests', '处理中的请求')}</dt>
        <dd>{formatCount(status.in_flight)}</dd>
        <dd class="note">{say(`${formatCount(status.streams)} of them streams`, `其中 ${formatCount(status.streams)} 个为流`)}</dd>
      </div>
      <div>
        <dt>{say('Uptime', '运行时间')}</dt>
        <dd>{formatSeconds(status.uptime_seconds)}</dd>
        <dd class="note">{say(`since ${formatTime(status.started_at)}`, `始于 ${formatTime(status.started_at)}`)}</dd>
      </div>
      <div>
        <dt>{say('Version', '版本')}</dt>
        <dd>{status.version}</dd>
        <dd class="note">Node.js {status.node.replace(/^v/, '')}</dd>
      </div>
    </dl>
  )
}

function UpstreamNotice({ status }: { readonly status: StatusData }): JSX.Element | null {
  const { last_error: failed, last_ok: ok } = status.upstream
  if (failed === null) return null
  const explanation = explain(failed.code)
  const isOver = ok !== null && ok > failed.at
  const when = `${formatRelative(failed.at, lastFetchedAt.value)} (${formatTime(failed.at)})`
  return (
    <Notice
      tone={isOver ? 'quiet' : 'failed'}
      title={
        isOver
          ? say(`Gemini works again; its last failure was ${when}`, `Gemini 已恢复；最近一次故障：${when}`)
          : say(`Gemini failed ${when}`, `Gemini 出错：${when}`)
      }
    >
      <p>
        {explanation?.cause} {explanation?.nextStep}
      </p>
      <p class="note">
        <code>{failed.code}</code> {failed.message} <a href="#/doctor">{say('Run the doctor', '运行诊断')}</a>
      </p>
    </Notice>
  )
}

function Charts({ series }: { readonly series: ConsoleSeries }): JSX.Element {
  const { samples, interval_ms: intervalMs } = series
  const times = samples.map(({ at }) => at)
  const until = Math.max(lastFetchedAt.value, times.at(-1) ?? 0)
  const spanMs = Math.min(LONGEST_SPAN_MS, Math.max(SHORTEST_SPAN_MS, until - (times[0] ?? until)))
  const shared = { times, until, spanMs }
  const perMinute = 60_000 / intervalMs
  return (
    <section class="charts" aria-label={say('The last 15 minutes', '最近 15 分钟')}>
      <Chart
        {...shared}
        title={say('Requests per minute', '每分钟请求数')}
        format={(value) => formatCount(value, 1)}
        lines={[
          { name: say('requests', '请求'), values: samples.map(({ requests }) => requests * perMinute) },
          { name: say('errors', '错误'), values: samples.map(({ errors }) => errors * perMinute) },
        ]}
      />
      <Chart
        {...shared}
        title={say('Latency', '延迟')}
        format={formatMs}
        lines={[
          { name: 'p50', values: samples.map((sample) => sample.p50_ms) },
          { name: 'p90', values: samples.map((sample) => sample.p90_ms) },
          { name: 'p99', values: samples.map((sample) => sample.p99_ms) },
        ]}
      />
      <Chart
        {...shared}
        title={say('Open', '进行中')}
        format={(value) => formatCount(value)}
        lines={[
          { name: say('requests', '请求'), values: samples.map((sample) => sample.in_flight) },
          { name: say('streams', '流'), values: samples.map(({ streams }) => streams) },
        ]}
      />
      <Chart
        {...shared}
        title={say('Memory', '内存')}
        format={(value) => (value === null || value === undefined ? NO_VALUE : `${formatCount(value)} MB`)}
        lines={[{ name: 'RSS', values: samples.map((sample) => sample.rss_mb) }]}
      />
      <Chart
        {...shared}
        title={say('Event loop delay', '事件循环延迟')}
        format={formatMs}
        lines={[{ name: say('delay', '延迟'), values: samples.map((sample) => sample.loop_delay_ms) }]}
      />
    </section>
  )
}
