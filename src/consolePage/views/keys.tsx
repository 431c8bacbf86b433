import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Badge, EmptyState, Heading, Notice } from '../parts/basics.js'
import { explain } from '../state/explain.js'
import { lastFetchedAt, statusFeed } from '../state/feeds.js'
import { formatRelative, formatTime } from '../state/format.js'
import { say, sayBilingual } from '../state/language.js'
import { callConsole, RequestFailure } from '../state/session.js'
import type { CheckOutcome, ConsoleKey } from '../state/types.js'

/** Id of the doctor's check that calls Gemini with each key. */
const KEY_CHECK = 'keys'

/** The view that shows the state of each Gemini key and its cooldowns by model. */
export function KeysView(): JSX.Element {
  const keys = statusFeed.data.value?.keys
  return (
    <>
      <Heading
        title={say('Keys', '密钥')}
        about={say(
          'The Gemini keys of this instance, shown by their last four characters. Requests take usable keys in turn.',
          '当前实例的 Gemini 密钥，仅显示末四位。请求轮流使用可用的密钥。',
        )}
      >
        <CheckNow />
      </Heading>
      {keys === undefined ? <EmptyState>{say('Loading…', '加载中…')}</EmptyState> : null}
      <div class="cards">
        {keys?.map((key) => (
          <KeyCard key={key.position} of={key} />
        ))}
      </div>
    </>
  )
}

function CheckNow(): JSX.Element {
  const outcome = useSignal<CheckOutcome | RequestFailure | 'running' | undefined>(undefined)
  const check = async (): Promise<void> => {
    outcome.value = 'running'
    try {
      outcome.value = await callConsole<CheckOutcome>(`checks/${KEY_CHECK}`, { method: 'POST' })
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error
      outcome.value = error
    }
    await statusFeed.refresh()
  }
  const result = outcome.value
  return (
    <>
      <button type="button" class="primary" disabled={result === 'running'} onClick={check}>
        {result === 'running' ? say('Checking…', '正在检查…') : say('Check now', '立即检查')}
      </button>
      <div class="result" role="status">
        {result === undefined || result === 'running' ? null : <CheckResultNotice result={result} />}
      </div>
    </>
  )
}

function CheckResultNotice({ result }: { readonly result: CheckOutcome | RequestFailure }): JSX.Element {
  if (result instanceof RequestFailure) return <Notice tone="failed" title={result.message} />
  return (
    <Notice tone={result.status === 'skipped' ? 'quiet' : result.status} title={sayBilingual(result.message)}>
      {result.next_step === null ? null : <p>{sayBilingual(result.next_step)}</p>}
    </Notice>
  )
}

function KeyCard({ of: key }: { readonly of: ConsoleKey }): JSX.Element {
  const name = say(`Key ${key.position}`, `密钥 ${key.position}`)
  return (
    <section class="card" aria-label={name}>
      <h2>
        {name} <code>{key.end === '' ? '••••' : `••••${key.end}`}</code>
        <KeyStateBadge of={key} />
      </h2>
      {key.disabled_until === null ? null : (
        <p>
          {say('Gemini refused this key for every model. It is tried again ', 'Gemini 拒绝了该密钥（对所有模型），将于 ')}
          <Until at={key.disabled_until} />
          {say('.', ' 再次尝试。')}
        </p>
      )}
      {key.cooldowns.length === 0 ? (
        <p class="note">{say('No model is in cooldown.', '没有模型处于冷却中。')}</p>
      ) : (
        <table>
          <caption class="hidden">{say('Models in cooldown', '冷却中的模型')}</caption>
          <thead>
            <tr>
              <th scope="col">{say('Model', '模型')}</th>
              <th scope="col">{say('Limit', '限额')}</th>
              <th scope="col">{say('Until', '直到')}</th>
            </tr>
          </thead>
          <tbody>
            {key.cooldowns.map(({ model, until, is_daily: isDaily }) => (
              <tr key={model}>
                <th scope="row">{model}</th>
                <td>{isDaily ? say('per day', '每日') : say('per minute', '每分钟')}</td>
                <td>
                  <Until at={until} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="note">
        {key.last_ok_at === null
          ? say('Not used yet.', '尚未使用。')
          : say(
              `Last success ${formatRelative(key.last_ok_at, lastFetchedAt.value)} (${formatTime(key.last_ok_at)}).`,
              `最近成功：${formatRelative(key.last_ok_at, lastFetchedAt.value)}（${formatTime(key.last_ok_at)}）。`,
            )}
      </p>
      <KeyError of={key} />
    </section>
  )
}

function KeyStateBadge({ of: { state } }: { readonly of: ConsoleKey }): JSX.Element {
  if (state === 'disabled') return <Badge tone="failed">{say('disabled', '已停用')}</Badge>
  if (state === 'cooldown') return <Badge tone="warning">{say('in cooldown', '冷却中')}</Badge>
  return <Badge tone="ok">{say('usable', '可用')}</Badge>
}

function KeyError({ of: { last_error: failed } }: { readonly of: ConsoleKey }): JSX.Element | null {
  if (failed === null) return null
  const explanation = explain(failed.code)
  return (
    <Notice
      tone="quiet"
      title={`${say('Last error', '最近的错误')} · ${formatRelative(failed.at, lastFetchedAt.value)} (${formatTime(failed.at)})`}
    >
      {explanation === undefined ? null : (
        <p>
          {explanation.cause} {explanation.nextStep}
        </p>
      )}
      <p class="note">
        <code>{failed.code}</code> {failed.message}
      </p>
    </Notice>
  )
}

function Until({ at }: { readonly at: number }): JSX.Element {
  return (
    <time dateTime={new Date(at).toISOString()}>
      {formatRelative(at, lastFetchedAt.value)} ({formatTime(at)})
    </time>
  )
}
