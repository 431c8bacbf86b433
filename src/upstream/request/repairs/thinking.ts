import { omit, replaceMember } from '../../../contract/copyOnWrite.js'
import type { ChatCompletionRequest, ThinkingConfig } from '../../../contract/types.js'
import { familyModelOf } from '../../models/familyModel.js'
import type { CataloguedModel, ThinkingLevel } from '../../models/model.js'
import { maxTokens, maxTokensById } from '../../models/tokenLimit.js'
import type { RequestContext, RequestRepair } from './context.js'
import { clampLevel, fitBudget, THINKING_BUDGETS } from './thinkingLevels.js'

/** Tokens to add to the client's token limit for thinking, by level; a generous estimate. */
const HEADROOM: Readonly<Record<ThinkingLevel, number>> = { none: 0, minimal: 1024, low: 4096, medium: 8192, high: 24_576, xhigh: 32_768 }

const CONFIG_PATH = 'extra_body.google.thinking_config'

/** Returns the model whose thinking settings apply: the called one, else one of its family. */
const thinkingModelOf = ({ model, modelId }: RequestContext): CataloguedModel | undefined => model ?? familyModelOf(modelId)

/**
 * Returns the model's level for `reasoning_effort`. If that is not set, returns the lowest level if
 * the requested model never thinks, else undefined.
 */
function levelOf(request: ChatCompletionRequest, { requestedModel }: RequestContext, model: CataloguedModel): ThinkingLevel | undefined {
  const lowest = requestedModel?.thinkingLevels.length === 0 ? model.thinkingLevels[0] : undefined
  return clampLevel(request.reasoning_effort, model.thinkingLevels) ?? lowest
}

const configOf = (request: ChatCompletionRequest): ThinkingConfig | undefined => request.extra_body?.google?.thinking_config ?? undefined

/** True if a `thinking_config` sets how much to think, not only `include_thoughts`. */
const setsThinkingAmount = (config: ThinkingConfig | undefined): boolean =>
  config?.thinking_level !== undefined || config?.thinking_budget !== undefined

/** Sets the `thinking_config` of a request; an empty one is removed. */
function replaceConfig(request: ChatCompletionRequest, config: ThinkingConfig): ChatCompletionRequest {
  const body = request.extra_body ?? {}
  const google = replaceMember(body.google ?? {}, 'thinking_config', Object.keys(config).length === 0 ? undefined : config)
  return replaceMember(request, 'extra_body', Object.keys(google).length === 0 ? undefined : replaceMember(body, 'google', google))
}

/** Fits the client's own `thinking_config` to the model that is called. */
export const ownThinkingConfigRepair: RequestRepair = {
  name: 'own-thinking-config',
  reason:
    'Google refuses a `thinking_config` that does not suit the model. A client may have written it for another one, such as a retired model.',
  apply: (request, context) => {
    const config = configOf(request)
    const model = thinkingModelOf(context)
    if (config === undefined || model === undefined) return request
    const { ignore } = context
    if (model.thinkingLevels.length > 0) return replaceConfig(request, omitThoughtsWithoutBudget(fitConfig(config, model, ignore)))
    ignore(CONFIG_PATH)
    return replaceConfig(request, {})
  },
}

/** Removes `include_thoughts` if the thinking budget is 0: Google refuses the two together. */
const omitThoughtsWithoutBudget = (config: ThinkingConfig): ThinkingConfig =>
  config.thinking_budget === 0 && config.include_thoughts === true ? omit(config, 'include_thoughts') : config

/** Makes a `thinking_config` that the model accepts, with a level or a budget but not both. */
function fitConfig(sent: ThinkingConfig, model: CataloguedModel, ignore: (path: string) => void): ThinkingConfig {
  const surplus = model.thinkingBy === 'budget' ? 'thinking_level' : 'thinking_budget'
  const hasBoth = sent.thinking_level !== undefined && sent.thinking_budget !== undefined
  if (hasBoth) ignore(`${CONFIG_PATH}.${surplus}`)
  const config = hasBoth ? omit(sent, surplus) : sent
  const { thinking_budget: budget, thinking_level: wanted } = config
  const level = clampLevel(wanted?.toLowerCase(), model.thinkingLevels)
  if (level !== undefined) {
    if (level !== wanted?.toLowerCase()) ignore(`${CONFIG_PATH}.thinking_level`)
    if (model.thinkingBy === 'budget') return { ...omit(config, 'thinking_level'), thinking_budget: THINKING_BUDGETS[level] }
    return replaceMember(config, 'thinking_level', level)
  }
  if (typeof budget !== 'number') return config
  const fitted = fitBudget(budget, model)
  if (fitted.thinking_budget === budget) return config
  ignore(`${CONFIG_PATH}.thinking_budget`)
  return { ...omit(config, 'thinking_budget'), ...fitted }
}

/** Raises the token limit by the tokens that thinking may use. */
export const thinkingHeadroomRepair: RequestRepair = {
  name: 'thinking-headroom',
  reason: 'Thinking counts against the token limit at Gemini, so that a small limit ends in an empty answer.',
  apply: (request, context) => {
    const model = thinkingModelOf(context)
    const { max_tokens: limit } = request
    if (typeof limit !== 'number' || model === undefined) return request
    const kind = { upstream: context.upstream, isStream: request.stream === true }
    // An unlisted model gets the lower of two limits: its family's and that of all current models.
    const most = Math.min(maxTokens(model, context.traits, kind), maxTokensById(context.modelId, kind))
    // An unlisted model may accept more tokens, so the client's limit is never lowered for it.
    const least = context.model === undefined ? limit : 0
    return replaceMember(request, 'max_tokens', Math.max(Math.min(limit + thinkingTokens(request, context, model), most), least))
  },
}

/** Returns the number of tokens that thinking may use in a request. */
function thinkingTokens(request: ChatCompletionRequest, context: RequestContext, model: CataloguedModel): number {
  if (model.thinkingLevels.length === 0) return 0
  const config = configOf(request)
  const budget = config?.thinking_budget
  if (typeof budget === 'number' && budget >= 0) return budget
  const usual = HEADROOM[model.defaultThinkingLevel ?? 'medium']
  // With a budget of -1, the model decides how much to think, even if its default is no thinking.
  if (budget === -1) return Math.max(usual, HEADROOM.medium)
  const level = setsThinkingAmount(config) ? clampLevel(config?.thinking_level, model.thinkingLevels) : levelOf(request, context, model)
  return level === undefined ? usual : HEADROOM[level]
}

/** Converts `reasoning_effort` to `thinking_config`, which also requests thought summaries. */
export const thinkingConfigRepair: RequestRepair = {
  name: 'thinking-config',
  reason: 'Google refuses levels that a model does not have, and `reasoning_effort` together with the setting that returns thoughts.',
  apply: (request, context) => {
    const { thoughts, ignore, upstream } = context
    const { reasoning_effort: effort } = request
    const model = thinkingModelOf(context)
    const own = configOf(request)
    if (setsThinkingAmount(own) || model === undefined || model.thinkingLevels.length === 0) {
      if (effort !== undefined) ignore('reasoning_effort')
      return omit(request, 'reasoning_effort')
    }
    const level = levelOf(request, context, model)
    // For unlisted models, and without thought summaries, leave `reasoning_effort` to Google.
    const isTranslated =
      upstream === 'compat' && own === undefined && level !== 'xhigh' && (context.model === undefined || thoughts === 'off')
    if (isTranslated) return replaceMember(request, 'reasoning_effort', level)
    return omit(replaceConfig(request, toConfig(level, own, { model, thoughts })), 'reasoning_effort')
  },
}

/**
 * Makes the `thinking_config` for a level. @param own - the client's, without level and budget
 */
function toConfig(
  level: ThinkingLevel | undefined,
  own: ThinkingConfig | undefined,
  { model, thoughts }: { readonly model: CataloguedModel; readonly thoughts: RequestContext['thoughts'] },
): ThinkingConfig {
  const shown = own ?? (thoughts === 'off' ? {} : { include_thoughts: level !== 'none' })
  if (level === undefined) return shown
  if (model.thinkingBy === 'budget') return omitThoughtsWithoutBudget({ thinking_budget: THINKING_BUDGETS[level], ...shown })
  return { thinking_level: level, ...shown }
}
