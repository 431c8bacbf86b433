import { omit, replace } from '../../../contract/copyOnWrite.js'
import type { ChatCompletionRequest, ThinkingConfig } from '../../../contract/types.js'
import type { CataloguedModel, ThinkingLevel } from '../../models/catalogue.js'
import type { RequestContext, RequestRepair } from './context.js'

const LEVELS: readonly ThinkingLevel[] = ['none', 'minimal', 'low', 'medium', 'high']

/** Thinking tokens that each level means for Gemini 2.5. Source: Google's compatibility page. */
const BUDGETS: Readonly<Record<ThinkingLevel, number>> = { none: 0, minimal: 1024, low: 1024, medium: 8192, high: 24_576 }

// The smallest budget that Gemini 2.5 Pro accepts.
const LEAST_BUDGET = 128

/** Tokens to add to the client's limit for thinking, by level; a generous estimate. */
const HEADROOM: Readonly<Record<ThinkingLevel, number>> = { none: 0, minimal: 1024, low: 4096, medium: 8192, high: 24_576 }

const CONFIG_PATH = 'extra_body.google.thinking_config'

/** Returns the lowest level of a model that is not below the wanted one, else its highest. */
function clampLevel(effort: string | null | undefined, levels: readonly ThinkingLevel[]): ThinkingLevel | undefined {
  const isHigher = effort === 'xhigh' || effort === 'max'
  const wanted = LEVELS.find((level) => level === (isHigher ? 'high' : effort))
  if (wanted === undefined) return undefined
  return levels.find((level) => LEVELS.indexOf(level) >= LEVELS.indexOf(wanted)) ?? levels.at(-1)
}

/** Returns the level of a request; the lowest if the requested model never thinks. */
function levelOf(request: ChatCompletionRequest, { requestedModel }: RequestContext, model: CataloguedModel): ThinkingLevel | undefined {
  const lowest = requestedModel?.thinkingLevels.length === 0 ? model.thinkingLevels[0] : undefined
  return clampLevel(request.reasoning_effort, model.thinkingLevels) ?? lowest
}

const configOf = (request: ChatCompletionRequest): ThinkingConfig | undefined => request.extra_body?.google?.thinking_config ?? undefined

/** Replaces the client's `thinking_config`; undefined removes it. */
function replaceConfig(request: ChatCompletionRequest, config: ThinkingConfig | undefined): ChatCompletionRequest {
  const body = request.extra_body ?? {}
  const google = replace(body.google ?? {}, 'thinking_config', config)
  return replace(request, 'extra_body', Object.keys(google).length === 0 ? undefined : replace(body, 'google', google))
}

/** Fits the client's own `thinking_config` to the model that serves. */
export const ownThinkingConfigRepair: RequestRepair = {
  name: 'own-thinking-config',
  reason: "A client's own `thinking_config` was written for one model, and Google refuses it for another, such as a replacement.",
  apply: (request, { model, ignore }) => {
    const config = configOf(request)
    if (config === undefined || model === undefined) return request
    if (model.thinkingLevels.length > 0) return replaceConfig(request, fitConfig(config, model, ignore))
    ignore(CONFIG_PATH)
    return replaceConfig(request, undefined)
  },
}

/** Converts a setting to one that the model accepts. Google refuses a level beside a budget. */
function fitConfig(config: ThinkingConfig, model: CataloguedModel, ignore: (path: string) => void): ThinkingConfig {
  const { thinking_budget: budget, thinking_level: wanted } = config
  const level = clampLevel(wanted?.toLowerCase(), model.thinkingLevels)
  if (level !== undefined && budget === undefined) {
    if (level !== wanted?.toLowerCase()) ignore(`${CONFIG_PATH}.thinking_level`)
    if (model.thinkingBy === 'budget') return { ...omit(config, 'thinking_level'), thinking_budget: BUDGETS[level] }
    return replace(config, 'thinking_level', level)
  }
  const [lowest] = model.thinkingLevels
  if (budget !== 0 || wanted !== undefined || lowest === undefined || model.thinkingLevels.includes('none')) return config
  ignore(`${CONFIG_PATH}.thinking_budget`)
  const least = model.thinkingBy === 'budget' ? { thinking_budget: LEAST_BUDGET } : { thinking_level: lowest }
  return { ...omit(config, 'thinking_budget'), ...least }
}

/** Raises the token limit by what thinking may use. */
export const thinkingHeadroomRepair: RequestRepair = {
  name: 'thinking-headroom',
  reason: 'Thinking counts against the token limit at Gemini, so that a small limit ends in an empty answer.',
  apply: (request, context) => {
    const { model } = context
    const { max_tokens: limit } = request
    if (typeof limit !== 'number' || model === undefined) return request
    return { ...request, max_tokens: Math.min(limit + thinkingTokens(request, context, model), model.maxOutputTokens) }
  },
}

/** Returns the number of tokens that thinking may use. */
function thinkingTokens(request: ChatCompletionRequest, context: RequestContext, model: CataloguedModel): number {
  if (model.thinkingLevels.length === 0) return 0
  const config = configOf(request)
  const budget = config?.thinking_budget
  if (typeof budget === 'number' && budget >= 0) return budget
  const level = config === undefined ? levelOf(request, context, model) : clampLevel(config.thinking_level, model.thinkingLevels)
  return HEADROOM[level ?? model.defaultThinkingLevel ?? 'medium']
}

/** Converts `reasoning_effort` to `thinking_config`, which also makes thoughts visible. */
export const thinkingConfigRepair: RequestRepair = {
  name: 'thinking-config',
  reason: 'Google refuses levels that a model does not have, and `reasoning_effort` beside the setting that makes thoughts visible.',
  apply: (request, context) => {
    const { model, thoughts, ignore } = context
    const { reasoning_effort: effort } = request
    if (configOf(request) !== undefined || model?.thinkingLevels.length === 0) {
      if (effort !== undefined) ignore('reasoning_effort')
      return omit(request, 'reasoning_effort')
    }
    // An unlisted model gets the effort itself, without the levels that only OpenAI has.
    if (model === undefined) return replace(request, 'reasoning_effort', clampLevel(effort, LEVELS))
    const level = levelOf(request, context, model)
    if (thoughts === 'off') return replace(request, 'reasoning_effort', level)
    return omit(replaceConfig(request, toConfig(level, model)), 'reasoning_effort')
  },
}

function toConfig(level: ThinkingLevel | undefined, { thinkingBy }: CataloguedModel): ThinkingConfig {
  if (level === undefined) return { include_thoughts: true }
  if (thinkingBy === 'budget') return { thinking_budget: BUDGETS[level], include_thoughts: level !== 'none' }
  return { thinking_level: level, include_thoughts: true }
}
