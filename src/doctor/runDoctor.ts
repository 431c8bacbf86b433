import { type Bilingual, type Language, languageOf } from '../contract/language.js'
import { allowsColors, allowsControlSequences } from '../contract/terminal.js'
import { DEFAULT_MODEL } from '../upstream/models/catalogue.js'
import { type NamedCheck, toCheckInfo } from './check.js'
import { Deployment } from './deployment.js'
import { makeDeploymentChecks } from './deploymentChecks.js'
import { type CheckSet, makeEnvironmentChecks } from './environmentChecks.js'
import { Deadline, DOCTOR_LIMITS, type DoctorLimits } from './limits.js'
import { formatResult, formatSummary, toJsonResult } from './report.js'
import { runAllChecks } from './runChecks.js'
import { readDoctorSettings } from './settingsChecks.js'
import type { TargetAddress } from './targetClient.js'

/** Options of a run of the doctor from the command line. */
export interface DoctorRunOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Address of a deployment; if undefined, the settings of the environment are checked. */
  readonly target?: string | undefined
  readonly token?: string | undefined
  /** Name of the model that the checks call; DEFAULT_MODEL if undefined. */
  readonly model?: string | undefined
  /** Language of the report; by default from LC_ALL, LC_MESSAGES or LANG. */
  readonly language?: Language | undefined
  readonly isJson: boolean
  /** True if the output is a terminal: the report is coloured and names the running check. */
  readonly isTerminal?: boolean
  readonly version: string
  readonly write: (text: string) => void
  readonly limits?: DoctorLimits
}

/**
 * Runs all checks of an environment or a deployment, and writes a report.
 *
 * @returns the exit code: 0, or 1 if a check failed, or 2 for an invalid target
 */
export async function runDoctor(run: DoctorRunOptions): Promise<number> {
  const { env, isJson, isTerminal = false, version, write } = run
  const language = run.language ?? languageOf(env)
  const address = run.target?.trim() ? toTargetAddress(run.target.trim(), run) : undefined
  if (address === 'invalid') {
    write(`${USAGE[language]}\n`)
    return 2
  }
  const { checks, close } = checksFor(run, address)
  const style = { language, isColoured: allowsColors(isTerminal, env) }
  if (!isJson) write(`${introOf(address, checks.length, version)[language]}\n\n`)
  const isLive = allowsControlSequences(isTerminal, env) && !isJson
  const results = await runAllChecks(checks, {
    onWait: (id) => isLive && write(`  … ${toCheckInfo(id).title[language]}`),
    onResult: (result) => !isJson && write(`${isLive ? '\r\u001b[K' : ''}${formatResult(result, style)}`),
  })
  await close()
  const failed = results.filter(({ status }) => status === 'failed').length
  if (isJson)
    write(`${JSON.stringify({ version, target: address?.base.origin ?? null, failed, results: results.map(toJsonResult) }, null, 2)}\n`)
  else write(`\n${formatSummary(results, language)}`)
  return failed === 0 ? 0 : 1
}

function checksFor(run: DoctorRunOptions, address: TargetAddress | undefined): CheckSet {
  const { env, limits = DOCTOR_LIMITS } = run
  const model = run.model?.trim() || DEFAULT_MODEL
  if (address === undefined) return makeEnvironmentChecks({ settings: readDoctorSettings(env), env, model, limits })
  const deployment = new Deployment({ address, model, deadline: new Deadline(limits) })
  const checks: readonly NamedCheck[] = makeDeploymentChecks({ deployment, address, model, limits })
  return { checks, close: async () => undefined }
}

/** Parses TARGET, any URL of a deployment, and removes `/v1` and what follows it. */
function toTargetAddress(target: string, { env, token }: DoctorRunOptions): TargetAddress | 'invalid' {
  if (!URL.canParse(target) || !/^https?:$/.test(new URL(target).protocol)) return 'invalid'
  const base = new URL(target)
  const path = base.pathname.indexOf('/v1')
  base.pathname = (path === -1 ? base.pathname : base.pathname.slice(0, path)).replace(/\/$/, '')
  for (const part of ['search', 'hash', 'username', 'password'] as const) base[part] = ''
  const proxyUrl = env.HTTPS_PROXY?.trim() || env.https_proxy?.trim()
  const noProxy = env.NO_PROXY ?? env.no_proxy ?? ''
  const forwardProxy = proxyUrl !== undefined && URL.canParse(proxyUrl) ? { url: proxyUrl, noProxy } : undefined
  return { base, token: token?.trim() || undefined, forwardProxy }
}

const USAGE: Bilingual = {
  en: 'usage: make doctor TARGET=https://<host of the deployment> TOKEN=<its AUTH_TOKEN> [MODEL=<model>]; without TARGET, the settings of this environment are checked',
  zh: '用法：make doctor TARGET=https://<部署的主机> TOKEN=<其 AUTH_TOKEN> [MODEL=<模型>]；不带 TARGET 时检查当前环境的设置',
}

const introOf = (address: TargetAddress | undefined, count: number, version: string): Bilingual =>
  address === undefined
    ? {
        en: `Gemini Proxy ${version}: checking the settings of this environment\n${count} checks in at most 10 s; they use about 700 Gemini tokens, and a few more for each further key`,
        zh: `Gemini Proxy ${version}：检查当前环境的设置\n共 ${count} 项检查，最多 10 秒；约使用 700 个 Gemini token，每多一个密钥再用几个`,
      }
    : {
        en: `Gemini Proxy ${version}: checking ${address.base.origin}\n${count} checks in at most 10 s; they use about 700 Gemini tokens and send 2 MB`,
        zh: `Gemini Proxy ${version}：检查 ${address.base.origin}\n共 ${count} 项检查，最多 10 秒；约使用 700 个 Gemini token，并发送 2 MB`,
      }
