import type { Bilingual } from '../contract/language.js'
import type { UpstreamApi } from '../contract/upstreamApi.js'
import { findCataloguedModel } from '../upstream/models/retirement.js'
import { type AnswerFacts, judgeStreaming, judgeThinking } from './answerFacts.js'
import { type NamedCheck, once, Trouble } from './check.js'
import type { GeminiProbes, KeyReport } from './gemini.js'
import type { DoctorLimits } from './limits.js'
import { type Finding, passed } from './result.js'

/** Dependencies of {@link makeGeminiChecks}. */
export interface GeminiChecksParts {
  readonly probes: GeminiProbes
  readonly model: string
  readonly limits: DoctorLimits
  /** Checks that Gemini can be reached. @throws {Trouble} if it cannot */
  readonly checkConnection: () => Promise<unknown>
}

/** The checks that call Gemini with the operator's keys, and the models listed for these keys. */
export interface GeminiChecks {
  readonly checks: readonly NamedCheck[]
  /** The models that Google lists for at least one key; undefined if no list could be read. */
  listedModels(): Promise<ReadonlySet<string> | undefined>
}

/** Makes the checks of keys, region, quota, model, thinking and streaming. They share API calls. */
export function makeGeminiChecks({ probes, model, limits, checkConnection }: GeminiChecksParts): GeminiChecks {
  const reports = once(async () => {
    await checkConnection()
    return probes.listModelsPerKey()
  })
  const answer = once(async () => streamAnswerWithKeys(await reports(), probes))
  /** Awaits the streamed answer; if it succeeds, requests one token with each key not yet tried. */
  const judgedKeys = once(async () => {
    const judged = await reports()
    const answered = await answer().then(
      () => true,
      () => false,
    )
    const untried = judged.filter((report) => report.trouble === undefined && !report.isTried)
    if (answered) await Promise.all(untried.map((report) => probes.requestOneToken(report)))
    return judged
  })

  return {
    listedModels: async () => {
      const lists = (await reports()).flatMap(({ models }) => (models === undefined ? [] : [...models]))
      return lists.length === 0 ? undefined : new Set(lists)
    },
    checks: [
      { id: 'keys', run: async () => judgeKeys(await judgedKeys()) },
      { id: 'region', run: () => answer().then(() => passed('Gemini serves this region.', 'Gemini 向本地区提供服务。')) },
      { id: 'quota', run: async () => judgeQuota(await judgedKeys(), answer) },
      {
        id: 'model',
        run: async () => {
          const { timeToFirstEventMs } = await answer()
          return passed(
            `${model} answers, after ${timeToFirstEventMs} ms (${API_NAMES[probes.upstream].en}).`,
            `${model} 正常响应，用时 ${timeToFirstEventMs} 毫秒（${API_NAMES[probes.upstream].zh}）。`,
          )
        },
      },
      { id: 'thinking', run: async () => judgeThinking(await answer(), model, canThink(model)) },
      { id: 'streaming', run: async () => judgeStreaming(await answer(), limits.minStreamMs, SERVERS_BEFORE_GEMINI) },
    ],
  }
}

/** Names of Google's two APIs, as the doctor's messages call them. */
export const API_NAMES: Readonly<Record<UpstreamApi, Bilingual>> = {
  native: { en: 'native API of Google', zh: 'Google 的原生 API' },
  compat: { en: 'OpenAI-compatible API of Google', zh: 'Google 的 OpenAI 兼容 API' },
}

const SERVERS_BEFORE_GEMINI = {
  en: 'the proxy of HTTPS_PROXY or the relay at GEMINI_BASE_URL (nginx: proxy_buffering off; see docs/nginx.conf)',
  zh: ' HTTPS_PROXY 的代理或 GEMINI_BASE_URL 的中转服务（nginx 使用 proxy_buffering off，见 docs/nginx.conf）',
}

/** Returns false only for a model of the catalogue that has no thinking levels. */
const canThink = (model: string): boolean => findCataloguedModel(model)?.thinkingLevels.length !== 0

/** Tries the keys in turn, until one gets an answer or a failure that does not concern the key. */
async function streamAnswerWithKeys(reports: readonly KeyReport[], probes: GeminiProbes): Promise<AnswerFacts> {
  for (const report of reports) {
    if (report.trouble !== undefined) continue
    report.isTried = true
    try {
      return await probes.streamAnswer(report)
    } catch (error) {
      const isOfKey = error instanceof Trouble && (error.check === 'keys' || error.check === 'quota')
      if (!isOfKey) throw error
      report.trouble = error
    }
  }
  // Every key failed. `keys` and `quota` report this; the error makes other checks `skipped`.
  const troubles = reports.flatMap(({ trouble }) => (trouble === undefined ? [] : [trouble]))
  throw troubles.find(({ check }) => check === 'quota') ?? troubles[0] ?? new Error('no key is configured')
}

/** Makes the finding of the check `keys`. @throws {Trouble} if Google refuses a key */
function judgeKeys(reports: readonly KeyReport[]): Finding {
  const refused = reports.filter(({ trouble }) => trouble?.check === 'keys')
  const lines = reports.map(({ name, trouble }) =>
    trouble?.check === 'keys'
      ? { en: `${name.en} is ${trouble.finding.message.en}.`, zh: `${name.zh}：${trouble.finding.message.zh}。` }
      : { en: `${name.en} is accepted.`, zh: `${name.zh}：可用。` },
  )
  if (refused.length === 0) return { status: 'ok', message: joinLines(lines) }
  throw new Trouble('keys', { status: 'failed', message: joinLines(lines), nextStep: stepsOf(refused) })
}

/** Makes the finding of the check `quota`. @throws {Trouble} if no key got an answer */
async function judgeQuota(reports: readonly KeyReport[], answer: () => Promise<unknown>): Promise<Finding> {
  const exhausted = reports.filter(({ trouble }) => trouble?.check === 'quota')
  const lines = exhausted.map(({ name, trouble }) => ({
    en: `${name.en}: ${trouble?.finding.message.en}.`,
    zh: `${name.zh}：${trouble?.finding.message.zh}。`,
  }))
  const finding = { message: joinLines(lines), nextStep: stepsOf(exhausted) }
  try {
    await answer()
  } catch (error) {
    const isOfQuota = error instanceof Trouble && error.check === 'quota'
    throw isOfQuota ? new Trouble('quota', { status: 'failed', ...finding }) : error
  }
  if (exhausted.length > 0) return { status: 'warning', ...finding }
  return passed('The keys have quota for this model.', '密钥有该模型的配额。')
}

/** Returns the next steps for the faults of these keys as lines, without duplicates. */
function stepsOf(reports: readonly KeyReport[]): Bilingual | undefined {
  const steps = new Map(
    reports.flatMap(({ trouble }) =>
      trouble?.finding.nextStep === undefined ? [] : [[trouble.finding.nextStep.en, trouble.finding.nextStep]],
    ),
  )
  return steps.size === 0 ? undefined : joinLines([...steps.values()])
}

/** Joins bilingual texts as the lines of one text. */
export const joinLines = (lines: readonly Bilingual[]): Bilingual => ({
  en: lines.map(({ en }) => en).join('\n'),
  zh: lines.map(({ zh }) => zh).join('\n'),
})
