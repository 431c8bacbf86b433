import type { CataloguedModel, ThinkingLevel } from '../../models/catalogue.js'
import { isRecord, type RawRequest, type RequestContext, type RequestRepair, without } from './context.js'

const ORDER: readonly ThinkingLevel[] = ['none', 'minimal', 'low', 'medium', 'high']

/** Tokens of thinking that a level of Gemini 2.5 stands for. Source: Google's compatibility page. */
const BUDGETS: Readonly<Record<ThinkingLevel, number>> = { none: 0, minimal: 1024, low: 1024, medium: 8192, high: 24_576 }

// Gemini 2.5 Pro cannot do with less.
const LEAST_BUDGET = 128

/** Tokens that thinking may take away from the caller's limit, by level, generously. */
const HEADROOM: Readonly<Record<ThinkingLevel, number>> = { none: 0, minimal: 1024, low: 4096, medium: 8192, high: 24_576 }

/** The lowest level of a model that is not below what was asked for, else its highest. */
export function clampLevel(effort: unknown, levels: readonly ThinkingLevel[]): ThinkingLevel | undefined {
  const wanted = effort === 'xhigh' || effort === 'max' ? 'high' : effort
  if (!isLevel(wanted)) return undefined
  return levels.find((level) => ORDER.indexOf(level) >= ORDER.indexOf(wanted)) ?? levels.at(-1)
}

const isLevel = (value: unknown): value is ThinkingLevel => ORDER.some((level) => level === value)

/** The level at which a request thinks: as asked; the lowest where the client asked for a model that never thought. */
function levelOf({ reasoning_effort: effort }: RawRequest, { asked }: RequestContext, model: CataloguedModel): ThinkingLevel | undefined {
  const level = clampLevel(effort, model.thinkingLevels)
  if (level !== undefined) return level
  return asked !== undefined && asked.thinkingLevels.length === 0 ? model.thinkingLevels[0] : undefined
}

const ownConfig = (request: RawRequest): Readonly<Record<string, unknown>> | undefined => {
  const google = isRecord(request.extra_body) ? request.extra_body.google : undefined
  const config = isRecord(google) ? google.thinking_config : undefined
  return isRecord(config) ? config : undefined
}

const withConfig = (request: RawRequest, config: Readonly<Record<string, unknown>>): RawRequest => {
  const google = isRecord(request.extra_body) && isRecord(request.extra_body.google) ? request.extra_body.google : {}
  return { ...request, extra_body: { google: { ...google, thinking_config: config } } }
}

const withoutConfig = (request: RawRequest): RawRequest => {
  const google =
    isRecord(request.extra_body) && isRecord(request.extra_body.google) ? without(request.extra_body.google, 'thinking_config') : {}
  return Object.keys(google).length === 0 ? without(request, 'extra_body') : { ...request, extra_body: { google } }
}

const PATH = 'extra_body.google.thinking_config'

const ownThinkingConfig: RequestRepair = {
  name: 'own-thinking-config',
  stage: 'request',
  reason: "A client's own `thinking_config` was written for one model, and Google refuses it on another, as when that one is retired.",
  apply: (request, { known, ignore }) => {
    const config = ownConfig(request)
    if (config === undefined || known === undefined) return request
    if (known.thinkingLevels.length > 0) return withConfig(request, fitted(config, known, ignore))
    ignore(PATH)
    return withoutConfig(request)
  },
}

/** A setting in the way of the model that serves. Two contradicting ones are left for Google to refuse. */
function fitted(
  config: Readonly<Record<string, unknown>>,
  model: CataloguedModel,
  ignore: (path: string) => void,
): Record<string, unknown> {
  const { thinking_budget: budget, thinking_level: wanted } = config
  const level = typeof wanted === 'string' ? clampLevel(wanted.toLowerCase(), model.thinkingLevels) : undefined
  if (level !== undefined && budget === undefined) {
    if (level !== String(wanted).toLowerCase()) ignore(`${PATH}.thinking_level`)
    return {
      ...without(config, 'thinking_level'),
      ...(model.thinkingBy === 'budget' ? { thinking_budget: BUDGETS[level] } : { thinking_level: level }),
    }
  }
  if (budget !== 0 || wanted !== undefined || model.thinkingLevels.includes('none')) return config
  ignore(`${PATH}.thinking_budget`)
  const least = model.thinkingBy === 'budget' ? { thinking_budget: LEAST_BUDGET } : { thinking_level: model.thinkingLevels[0] }
  return { ...without(config, 'thinking_budget'), ...least }
}

const headroom: RequestRepair = {
  name: 'thinking-headroom',
  stage: 'request',
  reason: 'Thinking counts against the token limit at Gemini, so that a small limit ends in an empty answer.',
  apply: (request, context) => {
    const { known } = context
    const limit = request.max_tokens
    if (typeof limit !== 'number' || known === undefined) return request
    return { ...request, max_tokens: Math.min(limit + thinkingTokens(request, context, known), known.maxOutputTokens) }
  },
}

/** Tokens that thinking may take. */
function thinkingTokens(request: RawRequest, context: RequestContext, model: CataloguedModel): number {
  if (model.thinkingLevels.length === 0) return 0
  const config = ownConfig(request)
  const budget = config?.thinking_budget
  if (typeof budget === 'number' && budget >= 0) return budget
  const level = config === undefined ? levelOf(request, context, model) : clampLevel(config.thinking_level, model.thinkingLevels)
  return HEADROOM[level ?? model.defaultThinkingLevel ?? 'medium']
}

const thinkingConfig: RequestRepair = {
  name: 'thinking-config',
  stage: 'request',
  reason: 'Google refuses levels that a model does not have, and `reasoning_effort` beside the setting that makes thoughts visible.',
  apply: (request, context) => {
    const { known, thoughts, ignore } = context
    const effort = request.reasoning_effort
    if (ownConfig(request) !== undefined) {
      if (effort !== undefined) ignore('reasoning_effort')
      return without(request, 'reasoning_effort')
    }
    if (known === undefined) return withKnownEffort(request, effort)
    if (known.thinkingLevels.length === 0) {
      if (effort !== undefined) ignore('reasoning_effort')
      return without(request, 'reasoning_effort')
    }
    const level = levelOf(request, context, known)
    if (thoughts === 'off') return level === undefined ? without(request, 'reasoning_effort') : { ...request, reasoning_effort: level }
    return without(withConfig(request, toConfig(level, known)), 'reasoning_effort')
  },
}

/** A model that the catalogue does not know gets the effort as it is, less what only OpenAI has. */
const withKnownEffort = (request: RawRequest, effort: unknown): RawRequest => {
  const level = clampLevel(effort, ORDER)
  return level === undefined ? without(request, 'reasoning_effort') : { ...request, reasoning_effort: level }
}

function toConfig(level: ThinkingLevel | undefined, { thinkingBy }: CataloguedModel): Record<string, unknown> {
  if (level === undefined) return { include_thoughts: true }
  if (thinkingBy === 'budget') return { thinking_budget: BUDGETS[level], include_thoughts: level !== 'none' }
  return { thinking_level: level, include_thoughts: true }
}

/** Repairs around thinking, in the order in which they apply. */
export const THINKING_REPAIRS: readonly RequestRepair[] = [ownThinkingConfig, headroom, thinkingConfig]
