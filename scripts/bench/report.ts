import type { BenchFigures, FigureName } from './goals.js'
import { NEVER_MS } from './groups.js'
import { MISSED_GOAL_REASONS } from './reasons.js'
import {
  type BenchResults,
  evaluateGoals,
  type FigureSummary,
  formatNumber,
  formatWithSpread,
  type GoalResult,
  summariseFigure,
} from './results.js'
import type { TargetName } from './targets.js'

export type Language = 'en' | 'zh'

/** The names of the measured servers in both languages, without version. */
export const TARGET_TITLES: Readonly<Record<TargetName, Readonly<Record<Language, string>>>> = {
  direct: { en: 'no proxy', zh: '无代理' },
  nginx: { en: 'nginx', zh: 'nginx' },
  pipe: { en: 'bare `node:http` pipe', zh: '纯转发的 `node:http` 服务' },
  ours: { en: '**Gemini Proxy**, compatible API', zh: '**Gemini Proxy**，兼容 API' },
  native: { en: '**Gemini Proxy**, native API (default)', zh: '**Gemini Proxy**，原生 API（默认）' },
  express: { en: 'Express + OpenAI SDK', zh: 'Express + OpenAI SDK' },
  portkey: { en: 'Portkey', zh: 'Portkey' },
  litellm: { en: 'LiteLLM', zh: 'LiteLLM' },
}

const WORDS = {
  en: {
    goals: ['Figure', 'Reached', 'Spread', 'Goal', 'Moonshot', ''],
    met: 'met',
    missed: 'missed',
    none: 'not measured',
    never: 'never',
    rivals: [
      '',
      'CPU for a small request, µs',
      'CPU per chunk of a paced stream, µs',
      'CPU per chunk of a burst, µs',
      'Body of 8 MB: CPU, ms; peak, MB',
      'Memory after the requests, MB',
      'Latency added to a single request, p50, ms',
      'Latency added to the first chunk of 200 streams, p50 / p99, ms',
      'Client disconnects → upstream closed: mid-stream / before the first byte / without a stream, ms',
    ],
    figures: 'Figure',
  },
  zh: {
    goals: ['指标', '实测', '范围', '目标', '挑战目标', ''],
    met: '达到',
    missed: '未达到',
    none: '未测量',
    never: '未关闭',
    rivals: [
      '',
      '小请求的 CPU 时间（微秒）',
      '匀速流每个数据块的 CPU 时间（微秒）',
      '突发流每个数据块的 CPU 时间（微秒）',
      '8 MB 请求体：CPU 时间（毫秒）；内存峰值（MB）',
      '请求处理完后的内存（MB）',
      '单个请求增加的延迟 p50（毫秒）',
      '200 路流：首个数据块增加的延迟 p50 / p99（毫秒）',
      '客户端断开 → 上游关闭：流式输出中 / 首字节前 / 非流式（毫秒）',
    ],
    figures: '指标',
  },
} as const

const toTable = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...rest] = rows
  return [head, head.map((_, index) => (index === 0 ? '---' : '--:')), ...rest].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const withUnit = (value: number, unit: string): string => {
  if (Number.isNaN(value)) return '–'
  return unit === 'x' ? `${formatNumber(value)} x` : unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`
}

/** Makes a table of the goals and reached values, with the reasons for missed goals. */
export function makeGoalsTable(results: BenchResults, language: Language, reached = evaluateGoals(results)): string {
  const words = WORDS[language]
  const verdict = ({ isMet, name }: GoalResult): string => {
    if (isMet === undefined) return words.none
    const reason = MISSED_GOAL_REASONS[name]?.[language]
    return isMet ? words.met : `**${words.missed}**${reason === undefined ? '' : `: ${reason}`}`
  }
  const rows = reached.map((each) => [
    each.goal[language],
    withUnit(each.value, each.goal.unit),
    Number.isNaN(each.value) ? '–' : `${formatNumber(each.min)}…${formatNumber(each.max)}`,
    withUnit(each.goal.goal, each.goal.unit),
    withUnit(each.goal.moonshot ?? Number.NaN, each.goal.unit),
    verdict(each),
  ])
  return toTable([words.goals, ...rows])
}

const LEFT = ['leftMidStreamMs', 'leftBeforeFirstMs', 'leftWithoutStreamMs'] as const

/** Makes a table of the main figures of each server, also relative to the minimal proxy. */
export function makeRivalsTable(results: BenchResults, language: Language): string {
  const words = WORDS[language]
  const row = (target: TargetName): string[] => {
    const value = (name: FigureName, of = target): number => summariseFigure(results, of, name).value
    const multiple = (name: FigureName): string =>
      Number.isNaN(value(name)) ? '–' : `${formatNumber(value(name))} (${formatNumber(value(name) / value(name, 'pipe'))} x)`
    const added = (name: FigureName): string => (target === 'direct' ? '–' : formatNumber(value(name) - value(name, 'direct')))
    const left = LEFT.map((name) => (value(name) >= NEVER_MS ? words.never : formatNumber(value(name))))
    const { version } = results.targets[target] ?? { version: '' }
    const title = TARGET_TITLES[target][language]
    return [
      ['ours', 'native', 'pipe'].includes(target) || version === '' ? title : `${title} ${version}`,
      multiple('requestCpuUs'),
      multiple('pacedCpuUs'),
      multiple('burstCpuUs'),
      `${multiple('eightMegabytesCpuMs')}; ${formatNumber(value('eightMegabytesPeak'))}`,
      formatNumber(value('residentMegabytes')),
      added('loneP50Ms'),
      `${added('firstP50Ms')} / ${added('firstP99Ms')}`,
      left.join(' / '),
    ]
  }
  // The cast is safe: the results are those of `makeTargets`, which names targets by TargetName.
  const compared = (Object.keys(results.targets) as TargetName[]).filter((target) => target !== 'direct')
  return toTable([words.rivals, ...compared.map(row)])
}

/** The row titles of {@link makeFiguresTable}, by figure. */
const NAMES: Readonly<Record<keyof BenchFigures, Readonly<Record<Language, string>>>> = {
  requestCpuUs: { en: 'CPU for a small request, µs', zh: '小请求的 CPU，微秒' },
  residentMegabytes: { en: 'Memory after the requests, MB', zh: '请求之后的内存，MB' },
  connectionShare: { en: 'Upstream connections per concurrent request', zh: '每个并发请求的上游连接数' },
  loneCpuUs: { en: 'CPU for a single request, µs', zh: '单个请求的 CPU，微秒' },
  loneP50Ms: { en: 'Single request, p50, ms', zh: '单个请求，p50，毫秒' },
  burstCpuUs: { en: 'CPU per chunk of a burst, µs', zh: '突发流每个数据块 CPU，微秒' },
  pacedCpuUs: { en: 'CPU per chunk of a paced stream, µs', zh: '匀速流每个数据块 CPU，微秒' },
  resumableCpuUs: { en: 'CPU per chunk of a paced stream, resumable, µs', zh: '匀速流每个数据块 CPU，可续传，微秒' },
  firstP50Ms: { en: '200 streams, first chunk, p50, ms', zh: '200 路流，首块，p50，毫秒' },
  firstP99Ms: { en: '200 streams, first chunk, p99, ms', zh: '200 路流，首块，p99，毫秒' },
  requestShare: {
    en: 'CPU for a small request, relative to the compatible API at the same time',
    zh: '小请求的 CPU，与同时运行的兼容 API 相比',
  },
  pacedShare: { en: 'CPU per chunk of a paced stream, relative to the compatible API at the same time', zh: '同上，匀速流每个数据块' },
  burstShare: { en: 'CPU per chunk of a burst, relative to the compatible API at the same time', zh: '同上，突发流每个数据块' },
  leftMidStreamMs: { en: 'Client disconnects → upstream closed, mid-stream, ms', zh: '客户端断开 → 上游关闭，流式输出中，毫秒' },
  leftBeforeFirstMs: { en: 'Client disconnects → upstream closed, before the first byte, ms', zh: '同上，首字节之前，毫秒' },
  leftWithoutStreamMs: { en: 'Client disconnects → upstream closed, without a stream, ms', zh: '同上，非流式，毫秒' },
  oneMegabyteP50Ms: { en: 'Body of 1 MB, p50, ms', zh: '1 MB 请求体，p50，毫秒' },
  eightMegabytesCpuMs: { en: 'Body of 8 MB, CPU, ms', zh: '8 MB 请求体，CPU，毫秒' },
  eightMegabytesPeak: { en: 'Body of 8 MB, peak memory, MB', zh: '8 MB 请求体，内存峰值，MB' },
  blockedMs: { en: 'Body of 20 MB, event loop blocked, ms', zh: '20 MB 请求体，事件循环阻塞，毫秒' },
  crowdDelayMs: { en: '1,000 streams, delay of a chunk, p50, ms', zh: '1,000 路流，数据块的延迟，p50，毫秒' },
  crowdPeak: { en: '1,000 streams, peak memory, MB', zh: '1,000 路流，内存峰值，MB' },
  coldShareMs: { en: 'Cold start, 0.35 CPU, ms', zh: '冷启动，0.35 CPU，毫秒' },
  coldMs: { en: 'Cold start, ms', zh: '冷启动，毫秒' },
}

/** Makes a table of all figures of all servers: median, minimum and maximum. */
export function makeFiguresTable(results: BenchResults, language: Language): string {
  const words = WORDS[language]
  // The cast is safe: the results are those of `makeTargets`, which names targets by TargetName.
  const targets = Object.keys(results.targets) as TargetName[]
  const cell = (value: FigureSummary, name: string): string =>
    name.startsWith('left') && value.value >= NEVER_MS ? words.never : formatWithSpread(value)
  const rows = Object.entries(NAMES).map(([name, title]) => [
    title[language],
    // The cast is safe: the names in NAMES are those of figures.
    ...targets.map((target) => cell(summariseFigure(results, target, name as FigureName), name)),
  ])
  return toTable([[words.figures, ...targets.map((target) => TARGET_TITLES[target][language])], ...rows])
}
