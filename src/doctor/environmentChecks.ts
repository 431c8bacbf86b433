import type { Config } from '../config/settings.js'
import { type NamedCheck, once, Trouble } from './check.js'
import { checkClock, checkForwardProxy, requestModelList } from './connectionChecks.js'
import { GeminiProbes } from './gemini.js'
import { makeGeminiChecks } from './geminiChecks.js'
import { Deadline, type DoctorLimits } from './limits.js'
import { checkRedis } from './redisCheck.js'
import { type CheckId, passed } from './result.js'
import { checkConfiguredModels, checkRuntime, checkTokens } from './settingsChecks.js'

/** Dependencies of {@link makeEnvironmentChecks}. */
export interface EnvironmentParts {
  /** The configuration, or a {@link Trouble} that lists the invalid settings. */
  readonly settings: Config | Trouble
  readonly env: Readonly<Record<string, string | undefined>>
  /** Name of the model that the checks call. */
  readonly model: string
  readonly limits: DoctorLimits
}

/** A set of checks; `close` releases their connections. */
export interface CheckSet {
  readonly checks: readonly NamedCheck[]
  close(): Promise<void>
}

/** Ids of the checks of an environment, in the order of the report. */
export const ENVIRONMENT_CHECK_IDS = [
  'settings',
  'runtime',
  'token',
  'models',
  'redis',
  'proxy',
  'connection',
  'clock',
  'keys',
  'region',
  'quota',
  'model',
  'thinking',
  'streaming',
] as const satisfies readonly CheckId[]

/** Makes the checks for a proxy that would start with these settings on this machine. */
export function makeEnvironmentChecks({ settings: config, env, model, limits }: EnvironmentParts): CheckSet {
  if (config instanceof Trouble) {
    const fail = async (): Promise<never> => {
      throw config
    }
    return { checks: ENVIRONMENT_CHECK_IDS.map((id) => ({ id, run: fail })), close: async () => undefined }
  }
  const deadline = new Deadline(limits)
  const probes = new GeminiProbes({ config, model, deadline })
  const tunnel = once(() => checkForwardProxy(config, deadline.stepSignal(), env))
  const greeting = once(async () => {
    await tunnel()
    const response = await requestModelList(config, deadline.stepSignal())
    return { response, at: Date.now() }
  })
  const { checks, listedModels } = makeGeminiChecks({ probes, model, limits, checkConnection: greeting })
  const own: readonly NamedCheck[] = [
    { id: 'settings', run: async () => passed('All settings are valid.', '所有设置均有效。') },
    { id: 'runtime', run: async () => checkRuntime(config, process.version) },
    { id: 'token', run: async () => checkTokens(config) },
    { id: 'models', run: () => checkConfiguredModels(config, listedModels, Date.now()) },
    { id: 'redis', run: () => checkRedis(config.redisUrl, limits.slowRedisMs, deadline.stepSignal()) },
    { id: 'proxy', run: tunnel },
    {
      id: 'connection',
      run: async () => {
        await greeting()
        const { host } = new URL(config.geminiBaseUrl)
        return passed(`The API responds at ${host}.`, `${host} 的接口有响应。`)
      },
    },
    {
      id: 'clock',
      run: async () => {
        const { response, at } = await greeting()
        return checkClock(response.headers.date, at)
      },
    },
    ...checks,
  ]
  return { checks: own, close: () => probes.close() }
}
