import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { Badge, CopyButton, Heading, Notice } from '../parts/basics.js'
import { formatMs } from '../state/format.js'
import { say, sayBilingual } from '../state/language.js'
import { callConsole, RequestFailure } from '../state/session.js'
import type { CheckList, CheckOutcome } from '../state/types.js'

type DoctorCheck = CheckList['checks'][number]

/** The doctor's checks, results so far, and running check. A switch to another view keeps them. */
const run = {
  checks: signal<readonly DoctorCheck[]>([]),
  outcomes: signal<ReadonlyMap<string, CheckOutcome>>(new Map()),
  running: signal<string | undefined>(undefined),
  failure: signal<RequestFailure | undefined>(undefined),
}

async function checkAll(): Promise<void> {
  run.outcomes.value = new Map()
  run.failure.value = undefined
  run.running.value = ''
  try {
    run.checks.value = (await callConsole<CheckList>('checks')).checks
    for (const { id } of run.checks.value) {
      run.running.value = id
      const outcome = await callConsole<CheckOutcome>(`checks/${encodeURIComponent(id)}`, { method: 'POST' })
      run.outcomes.value = new Map([...run.outcomes.value, [id, outcome]])
    }
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
    run.failure.value = error
  } finally {
    run.running.value = undefined
  }
}

/** The view that runs the checks of the doctor, one after the other. */
export function DoctorView(): JSX.Element {
  const checks = run.checks.value
  const outcomes = run.outcomes.value
  const isRunning = run.running.value !== undefined
  return (
    <>
      <Heading
        title={say('Doctor', '诊断')}
        about={say(
          'Checks keys, region, models, streaming and network, one after the other, and suggests the next step. Some checks send a small request to Gemini.',
          '依次检查密钥、地区、模型、流式输出与网络，并给出处理建议。部分检查会向 Gemini 发送小请求。',
        )}
      >
        <button type="button" class="primary" disabled={isRunning} onClick={checkAll}>
          {isRunning ? say('Running…', '正在运行…') : say('Run all checks', '运行全部检查')}
        </button>
        {outcomes.size > 0 && !isRunning ? <CopyButton text={checkReport} label={say('Copy the report', '复制报告')} /> : null}
      </Heading>
      {run.failure.value === undefined ? null : <Notice tone="failed" title={run.failure.value.message} />}
      <p role="status" class="count">
        {isRunning || outcomes.size > 0 ? summary(checks, outcomes, isRunning) : ''}
      </p>
      {isRunning ? <progress aria-label={say('Progress', '进度')} max={Math.max(1, checks.length)} value={outcomes.size} /> : null}
      <ol class="checks">
        {checks.map((check) => (
          <CheckItem key={check.id} check={check} outcome={outcomes.get(check.id)} isRunning={run.running.value === check.id} />
        ))}
      </ol>
    </>
  )
}

function summary(checks: readonly DoctorCheck[], outcomes: ReadonlyMap<string, CheckOutcome>, isRunning: boolean): string {
  if (isRunning) return say(`${outcomes.size} of ${checks.length} checks done`, `已完成 ${outcomes.size} / ${checks.length} 项检查`)
  const failed = [...outcomes.values()].filter(({ status }) => status === 'failed').length
  const warnings = [...outcomes.values()].filter(({ status }) => status === 'warning').length
  if (failed + warnings === 0) return say('No check found a problem.', '检查未发现问题。')
  return say(`${failed} failed, ${warnings} with a warning.`, `${failed} 项失败，${warnings} 项警告。`)
}

const statusLabels = (): Record<CheckOutcome['status'], string> => ({
  ok: say('ok', '正常'),
  warning: say('warning', '警告'),
  failed: say('failed', '失败'),
  skipped: say('skipped', '跳过'),
})

function CheckItem({
  check,
  outcome,
  isRunning,
}: {
  check: DoctorCheck
  outcome: CheckOutcome | undefined
  isRunning: boolean
}): JSX.Element {
  return (
    <li class={outcome?.status ?? (isRunning ? 'running' : 'waiting')}>
      <div class="check-title">
        <h2>{sayBilingual(check.title)}</h2>
        {outcome === undefined ? (
          <span class="note">{isRunning ? say('running…', '运行中…') : say('waiting', '等待中')}</span>
        ) : (
          <>
            <span class="note">{formatMs(outcome.duration_ms)}</span>
            <Badge tone={outcome.status === 'skipped' ? 'quiet' : outcome.status}>{statusLabels()[outcome.status]}</Badge>
          </>
        )}
      </div>
      {outcome === undefined ? null : <p>{sayBilingual(outcome.message)}</p>}
      {outcome === undefined || outcome.next_step === null ? null : (
        <p class="next-step">
          <b>{say('Next step: ', '建议：')}</b>
          {sayBilingual(outcome.next_step)}
        </p>
      )}
    </li>
  )
}

/** Formats the results of the checks as text, for an issue or a chat message. */
function checkReport(): string {
  const lines = run.checks.value.flatMap(({ id, title }) => {
    const outcome = run.outcomes.value.get(id)
    if (outcome === undefined) return []
    const next = outcome.next_step === null ? [] : [`  → ${sayBilingual(outcome.next_step)}`]
    return [`[${statusLabels()[outcome.status]}] ${sayBilingual(title)}: ${sayBilingual(outcome.message)}`, ...next]
  })
  return `${lines.join('\n')}\n`
}
