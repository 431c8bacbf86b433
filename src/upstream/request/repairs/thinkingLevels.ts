import type { ThinkingConfig } from '../../../contract/types.js'
import type { CataloguedModel, ThinkingLevel } from '../../models/model.js'

const LEVELS: readonly ThinkingLevel[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh']

/** Thinking budget of each level for Gemini 2.5, in tokens. Source: Google's compatibility page. */
export const THINKING_BUDGETS: Readonly<Record<ThinkingLevel, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 32_768,
}

/**
 * Returns a model's lowest thinking level that is not below `effort`, else its highest one;
 * undefined if `effort` is no level. `max` means `xhigh`. @param levels - lowest first
 */
export function clampLevel(effort: string | null | undefined, levels: readonly ThinkingLevel[]): ThinkingLevel | undefined {
  if (effort === null || effort === undefined) return undefined
  const wanted = LEVELS.findIndex((level) => level === (effort === 'max' ? 'xhigh' : effort))
  if (wanted === -1) return undefined
  return levels.find((level) => LEVELS.indexOf(level) >= wanted) ?? levels.at(-1)
}

/** Makes a config with the nearest thinking budget that a model accepts, or else with a level. */
export function fitBudget(budget: number, { thinkingLevels, thinkingBy, budgets }: CataloguedModel): ThinkingConfig {
  const isOff = budget === 0 && thinkingLevels[0] === 'none'
  if (isOff || (budget === -1 && budgets !== undefined)) return { thinking_budget: budget }
  if (budgets !== undefined && (budget > 0 || thinkingBy === 'budget')) {
    const [least, most] = budgets
    return { thinking_budget: Math.min(Math.max(budget, least), most) }
  }
  // Omit a budget of -1: it lets the model decide how much to think, as no setting does.
  const level = budget === -1 ? undefined : (thinkingLevels.find((each) => THINKING_BUDGETS[each] >= budget) ?? thinkingLevels.at(-1))
  return level === undefined ? {} : { thinking_level: level }
}
