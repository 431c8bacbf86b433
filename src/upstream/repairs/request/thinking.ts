import type { CataloguedModel, ThinkingLevel } from '../../catalogue.js'
import { isRecord, type RawRequest, type RequestContext, type RequestRepair, without } from './context.js'

const ORDER: readonly ThinkingLevel[] = ['none', 'minimal', 'low', 'medium', 'high']

/** Tokens of thinking that a level of Gemini 2.5 stands for. Source: Google's compatibility page. */
const BUDGETS: Readonly<Record<ThinkingLevel, number>> = { none: 0, minimal: 1024, low: 1024, medium: 8192, high: 24_576 }

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
  return { ...without(request, 'reasoning_effort'), extra_body: { google: { ...google, thinking_config: config } } }
}

const headroom: RequestRepair = {
  name: 'thinking-headroom',
  stage: 'request',
  reason: 'Thinking counts against the token limit at Gemini, so that a small limit ends in an empty answer.',
  apply: (request, context) => {
    const { known } = context
    const limit = request.max_tokens
    if (typeof limit !== 'number' || known === undefined) return request
    const most = known.maxOutputTokens
    if (known.thinkingLevels.length === 0 || ownConfig(request) !== undefined)
      return limit > most ? { ...request, max_tokens: most } : request
    const level = levelOf(request, context, known) ?? known.defaultThinkingLevel ?? 'medium'
    return { ...request, max_tokens: Math.min(limit + HEADROOM[level], most) }
  },
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
    return withConfig(request, toConfig(level, known))
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
export const THINKING_REPAIRS: readonly RequestRepair[] = [headroom, thinkingConfig]
