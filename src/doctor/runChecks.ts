import { elapsed } from '../contract/clock.js'
import { type NamedCheck, Trouble, toCheckInfo } from './check.js'
import type { CheckId, CheckResult, Finding } from './result.js'

/** Callbacks of a run of checks. */
export interface RunListener {
  /** Called with each result, in the order of the checks. */
  readonly onResult?: (result: CheckResult) => void
  /** Called with the id of a check before its result is awaited. */
  readonly onWait?: (id: CheckId) => void
}

/** How one check ended: its finding or error, and its duration. */
interface CheckEnd {
  readonly id: CheckId
  readonly finding?: Finding
  readonly error?: unknown
  readonly durationMs: number
}

/** Runs checks in parallel. If several throw a {@link Trouble}, one fails; others are `skipped`. */
export async function runAllChecks(checks: readonly NamedCheck[], { onResult, onWait }: RunListener = {}): Promise<CheckResult[]> {
  const running = new Map(checks.map((check) => [check.id, runToEnd(check)]))
  const reported = new Set<unknown>()
  const results: CheckResult[] = []
  for (const [id, work] of running) {
    onWait?.(id)
    const end = await work
    const owner = end.error instanceof Trouble && end.error.check !== id ? await running.get(end.error.check) : undefined
    // A trouble names the check that reports it; if that one passed, the first that threw it does.
    const isUnowned = owner?.finding !== undefined && !reported.has(end.error)
    if (isUnowned) reported.add(end.error)
    const result = toResult(end, isUnowned)
    results.push(result)
    onResult?.(result)
  }
  return results
}

/** Runs one check. Never rejects: an error becomes a result. */
export const runCheck = async (check: NamedCheck): Promise<CheckResult> => toResult(await runToEnd(check))

async function runToEnd({ id, run }: NamedCheck): Promise<CheckEnd> {
  const startedAt = elapsed()
  const end = await run().then(
    (finding) => ({ finding }),
    (error: unknown) => ({ error }),
  )
  return { id, ...end, durationMs: Math.round(elapsed() - startedAt) }
}

const toResult = ({ id, finding, error, durationMs }: CheckEnd, isUnowned = false): CheckResult => ({
  id,
  ...(finding ?? toFinding(id, error, isUnowned)),
  durationMs,
})

function toFinding(id: CheckId, error: unknown, isUnowned: boolean): Finding {
  if (!(error instanceof Trouble)) {
    // An error other than a Trouble is a bug. Its message is not shown: it may quote request data.
    const name = error instanceof Error ? error.name : typeof error
    return {
      status: 'failed',
      message: { en: `The check itself failed with an unexpected error (${name}).`, zh: `检查本身出错（${name}）。` },
    }
  }
  if (error.check === id || isUnowned) return error.finding
  const { en, zh } = toCheckInfo(error.check).title
  return { status: 'skipped', message: { en: `Not checked: see “${en}”.`, zh: `未检查：见“${zh}”。` } }
}
