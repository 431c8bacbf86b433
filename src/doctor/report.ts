import type { Bilingual, Language } from '../contract/language.js'
import { displayWidth } from '../contract/terminal.js'
import { toCheckInfo } from './check.js'
import type { CheckResult, CheckStatus } from './result.js'

const MARKS: Readonly<Record<CheckStatus, readonly [mark: string, colour: number]>> = {
  ok: ['✓', 32],
  warning: ['!', 33],
  failed: ['✗', 31],
  skipped: ['-', 90],
}
const TITLE_WIDTH = 22
const INDENT = ' '.repeat(TITLE_WIDTH + 4)

/** Language and colours of a report. */
export interface ReportStyle {
  readonly language: Language
  readonly isColoured: boolean
}

/** Formats the result of one check with its next step, as lines of the report. */
export function formatResult({ id, status, message, nextStep }: CheckResult, { language, isColoured }: ReportStyle): string {
  const [mark, colour] = MARKS[status]
  const title = toCheckInfo(id).title[language]
  const shown = isColoured ? `\u001b[${colour}m${mark}\u001b[0m` : mark
  const lines = message[language].split('\n').join(`\n${INDENT}`)
  const head = `  ${shown} ${title}${' '.repeat(Math.max(1, TITLE_WIDTH - displayWidth(title)))}${lines}`
  const steps = nextStep?.[language].split('\n').map((step) => `\n${INDENT}→ ${step}`) ?? []
  return `${head}${steps.join('')}\n`
}

/** Formats the last line of a report: the failed checks, else the warnings, else success. */
export function formatSummary(results: readonly CheckResult[], language: Language): string {
  const titles = (status: CheckStatus): string[] =>
    results.filter((result) => result.status === status).map(({ id }) => toCheckInfo(id).title[language])
  const [failed, warnings] = [titles('failed'), titles('warning')]
  const text: Bilingual =
    failed.length > 0
      ? {
          en: `✗ ${failed.length} of ${results.length} checks failed: ${failed.join(', ')}`,
          zh: `✗ ${results.length} 项检查中有 ${failed.length} 项失败：${failed.join('、')}`,
        }
      : warnings.length > 0
        ? { en: `✓ No check failed. Warnings: ${warnings.join(', ')}`, zh: `✓ 没有失败。警告：${warnings.join('、')}` }
        : { en: `✓ All ${results.length} checks passed`, zh: `✓ ${results.length} 项检查全部通过` }
  return `${text[language]}\n`
}

/** Converts the result of a check to the JSON of the command line and the console. */
export const toJsonResult = ({ id, status, message, nextStep, durationMs }: CheckResult) => ({
  id,
  title: toCheckInfo(id).title,
  status,
  message,
  next_step: nextStep ?? null,
  duration_ms: durationMs,
})
