import { ConfigError, loadConfig } from '../config/load.js'
import { bodyBytesThatFit } from '../config/memory.js'
import type { Config } from '../config/settings.js'
import { isEmbeddingModel } from '../upstream/models/embeddingCatalogue.js'
import { withoutModelsPrefix } from '../upstream/models/names.js'
import { findCataloguedModel } from '../upstream/models/retirement.js'
import { Trouble, trouble } from './check.js'
import { joinLines } from './geminiChecks.js'
import { type Finding, passed, warned } from './result.js'
import { toChineseProblem } from './settingsZh.js'

/** Returns the settings of an environment, or a {@link Trouble} that lists all invalid ones. */
export function readDoctorSettings(env: Readonly<Record<string, string | undefined>>): Config | Trouble {
  try {
    return loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const lines = (problems: readonly string[]): string => problems.map((problem) => `  ${problem}`).join('\n')
    return trouble(
      'settings',
      {
        en: `The server does not start with these settings:\n${lines(error.problems)}`,
        zh: `使用以下设置无法启动服务：\n${lines(error.problems.map(toChineseProblem))}`,
      },
      {
        en: 'Correct them in the environment, in .env or in s.yaml; docs/settings.md describes every setting.',
        zh: '请在环境变量、.env 或 s.yaml 中改正；各项设置见 docs/settings.zh-CN.md。',
      },
    )
  }
}

const MIN_NODE_MAJOR = 20
const FUNCTION_BODY_BYTES = 33_554_432
const toMegabytes = (bytes: number): number => Math.floor(bytes / 1_048_576)

/** Checks Node.js and the memory for request bodies. @throws {Trouble} if Node.js is too old */
export function checkRuntime(
  config: Pick<Config, 'bodyLimitBytes' | 'maxInflightBodyBytes' | 'functionMegabytes' | 'functionName'>,
  version: string,
): Finding {
  const { bodyLimitBytes, maxInflightBodyBytes, functionMegabytes, functionName } = config
  if (Number(/^v(\d+)/.exec(version)?.[1] ?? 0) < MIN_NODE_MAJOR)
    throw trouble(
      'runtime',
      { en: `Node.js ${version} is too old.`, zh: `Node.js ${version} 版本过低。` },
      {
        en: 'Install Node.js 22 or newer (https://nodejs.org); 20.19 is the oldest that is supported.',
        zh: '请安装 Node.js 22 或更新版本（https://nodejs.org）；最低支持 20.19。',
      },
    )
  const fitting = bodyBytesThatFit(functionMegabytes)
  const held = Math.max(bodyLimitBytes, maxInflightBodyBytes ?? 0)
  const name = held > bodyLimitBytes ? 'MAX_INFLIGHT_BODY_BYTES' : 'BODY_LIMIT_BYTES'
  if (held > fitting)
    return warned(
      {
        en: `${name} allows ${toMegabytes(held)} MB of request bodies, but the memory suffices for ${toMegabytes(fitting)} MB.`,
        zh: `${name} 允许 ${toMegabytes(held)} MB 的请求体，但内存只够 ${toMegabytes(fitting)} MB。`,
      },
      {
        en: `Set ${name}=${Math.max(1024, toMegabytes(fitting) * 1_048_576)} or less, or give the server more memory (FC_MEMORY on Function Compute).`,
        zh: `请设置 ${name}=${Math.max(1024, toMegabytes(fitting) * 1_048_576)} 或更小，或增加内存（函数计算为 FC_MEMORY）。`,
      },
    )
  if (functionName !== undefined && bodyLimitBytes > FUNCTION_BODY_BYTES)
    return warned(
      {
        en: 'BODY_LIMIT_BYTES is above the limit of Function Compute (32 MB), which refuses larger requests itself.',
        zh: 'BODY_LIMIT_BYTES 超过了函数计算的上限（32 MB），更大的请求会被平台拒绝。',
      },
      { en: `Set BODY_LIMIT_BYTES=${FUNCTION_BODY_BYTES} or less.`, zh: `请设置 BODY_LIMIT_BYTES=${FUNCTION_BODY_BYTES} 或更小。` },
    )
  return passed(
    `Node.js ${version}; the memory suffices for ${toMegabytes(fitting)} MB of request bodies.`,
    `Node.js ${version}；内存足够容纳 ${toMegabytes(fitting)} MB 请求体。`,
  )
}

// Shortest safe length of a token, in characters: shorter tokens can be guessed.
const MIN_TOKEN_LENGTH = 16

/** Warns if AUTH_TOKEN is not set or has tokens that are short enough to guess. */
export function checkTokens({ authTokens }: Pick<Config, 'authTokens'>): Finding {
  const make = {
    en: 'Set AUTH_TOKEN to a long random text, for example from `openssl rand -hex 24`.',
    zh: '请将 AUTH_TOKEN 设为随机的长字符串，例如 `openssl rand -hex 24` 的输出。',
  }
  if (authTokens === undefined)
    return warned(
      {
        en: 'AUTH_TOKEN is not set: anyone who can reach the server can use your Gemini quota.',
        zh: '未设置 AUTH_TOKEN：任何能访问该服务的人都可以消耗你的 Gemini 配额。',
      },
      make,
    )
  const short = authTokens.filter(({ token }) => token.reveal().length < MIN_TOKEN_LENGTH).length
  if (short > 0)
    return warned(
      {
        en: `${short} of ${authTokens.length} tokens in AUTH_TOKEN are shorter than ${MIN_TOKEN_LENGTH} characters: they can be guessed.`,
        zh: `AUTH_TOKEN 中有 ${short} 个令牌（共 ${authTokens.length} 个）短于 ${MIN_TOKEN_LENGTH} 个字符，容易被猜到。`,
      },
      make,
    )
  return passed(`Tokens in AUTH_TOKEN: ${authTokens.length}.`, `AUTH_TOKEN 中有 ${authTokens.length} 个。`)
}

/** Returns the models that settings name, with the names of the settings, without duplicates. */
function configuredModels({
  modelAliases,
  modelFallbacks,
  extraModels,
}: Pick<Config, 'modelAliases' | 'modelFallbacks' | 'extraModels'>): [id: string, setting: string][] {
  const named: [string, string][] = [
    ...modelAliases.map(({ served }): [string, string] => [served, 'MODEL_ALIASES']),
    ...[...modelFallbacks].flat().map((id): [string, string] => [id, 'MODEL_FALLBACKS']),
    ...extraModels.map((id): [string, string] => [id, 'EXTRA_MODELS']),
  ]
  return [
    ...new Map(
      named.map(([id, name]) => [`${name} ${withoutModelsPrefix(id)}`, [withoutModelsPrefix(id), name] as [string, string]]),
    ).values(),
  ]
}

/**
 * Checks that Google serves the models that the settings name.
 *
 * @param list - lists Google's models; called only if a name is not in the catalogue
 * @throws {Trouble} if Google does not list a model, or has retired it
 */
export async function checkConfiguredModels(
  config: Pick<Config, 'modelAliases' | 'modelFallbacks' | 'extraModels'>,
  list: () => Promise<ReadonlySet<string> | undefined>,
  now: number,
): Promise<Finding> {
  const named = configuredModels(config)
  const retired = named.filter(([id]) => Date.parse(findCataloguedModel(id)?.retiredOn ?? '') <= now)
  const uncatalogued = named.filter(([id]) => findCataloguedModel(id) === undefined && !isEmbeddingModel(id))
  const listed = uncatalogued.length === 0 ? undefined : await list()
  const unknown = listed === undefined ? [] : uncatalogued.filter(([id]) => !listed.has(id))
  const lines = [
    ...unknown.map(([id, setting]) => ({
      en: `${setting} names ${id}, which Google does not list.`,
      zh: `${setting} 中的 ${id} 不在 Google 的模型列表中。`,
    })),
    ...retired.map(([id, setting]) => ({
      en: `${setting} names ${id}, which Google has retired.`,
      zh: `${setting} 中的 ${id} 已被 Google 停用。`,
    })),
  ]
  if (lines.length === 0)
    return passed(
      named.length === 0 ? 'The settings name no models.' : `Model names in the settings: ${named.length}, all current.`,
      named.length === 0 ? '设置中没有指定模型。' : `共 ${named.length} 个，均有效。`,
    )
  const [replacement] = retired.flatMap(([id]) => findCataloguedModel(id)?.replacement ?? [])
  throw new Trouble('models', {
    status: unknown.length > 0 ? 'failed' : 'warning',
    message: joinLines(lines),
    nextStep: {
      en: `Use current models in these settings, such as ${replacement ?? 'gemini-3.8-flash'}. An alias must name a Gemini model, not another alias.`,
      zh: `请改为现有模型，例如 ${replacement ?? 'gemini-3.8-flash'}。别名必须指向 Gemini 模型，不能指向另一个别名。`,
    },
  })
}
