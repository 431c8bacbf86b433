import { invalidArgument, refusal } from './errors.js'
import type { Level, Model } from './models.js'
import { invalidValue, refuseAll } from './strict.js'
import { type ChatRequest, generateError, type ThinkingConfig, thinkingOf } from './wire.js'

const EFFORTS: readonly string[] = ['none', 'minimal', 'low', 'medium', 'high'] satisfies readonly Level[]
const LEVELS: readonly string[] = [...EFFORTS, 'xhigh' satisfies Level]
const SERVICE_TIERS = ['standard', 'flex', 'priority']

/**
 * Checks the values of single parameters: ranges, enums, stop sequences and thinking settings.
 *
 * @throws Refusal 400
 */
export const checkValues = (request: ChatRequest, model: Model): void => {
  const { n, presence_penalty: penalty, service_tier: tier } = request
  if (n !== undefined && n !== null && n > 1) throw refusal('multiple-candidates')
  if (penalty !== undefined && penalty !== null && Number(penalty) !== 0) throw refusal('penalty')
  if (typeof tier === 'string' && !SERVICE_TIERS.includes(tier)) throw invalidArgument(`Invalid service tier: ${tier}`)
  checkRange('temperature', request.temperature, 0, 2)
  checkRange('top_p', request.top_p, 0, 1)
  for (const limit of [request.max_tokens, request.max_completion_tokens]) {
    if (limit !== undefined && limit !== null && limit < 1)
      throw generateError('generation_config.max_output_tokens', 'max_output_tokens must be positive.')
    if (request.stream !== true && Number(limit) > model.maxUnstreamedTokens)
      throw invalidArgument(`max_output_tokens must not exceed ${model.maxUnstreamedTokens} without a continuation token.`)
  }
  checkStop(request.stop)
  checkThinking(request, model)
}

function checkRange(name: string, value: number | null | undefined, low: number, high: number): void {
  if (value === undefined || value === null) return
  if (Number(value) >= low && Number(value) <= high) return
  throw generateError(`generation_config.${name}`, `${name} must be in the range [${low}.0, ${high}.0].`)
}

function checkStop(stop: unknown): void {
  if (stop === undefined || stop === null || typeof stop === 'string') return
  const list: readonly unknown[] = Array.isArray(stop) ? stop : [stop]
  const wrong = list.find((entry) => typeof entry !== 'string')
  if (wrong !== undefined) refuseAll([invalidValue('stop', 'TYPE_STRING', wrong)])
  if (list.length > 5) throw generateError('generation_config.stop_sequences', 'the number of stop sequences must not be greater than 5.')
}

function checkThinking(request: ChatRequest, model: Model): void {
  const config = thinkingOf(request)
  const effort = request.reasoning_effort
  if (typeof effort === 'string' && config !== undefined) {
    throw invalidArgument('Expected one of either `reasoning_effort` or custom `thinking_config`; found both.')
  }
  if (typeof effort === 'string') checkEffort(effort, model)
  if (config !== undefined) checkConfig(config, model)
}

function checkEffort(effort: string, model: Model): void {
  if (!EFFORTS.includes(effort)) throw invalidArgument(`Invalid reasoning_effort: ${effort}`)
  if (model.generation === '2.5') {
    if (effort === 'none' && !model.canStopThinking) throw refusal('thinking-budget-zero')
    return
  }
  checkLevel(effort, model)
}

function checkLevel(requested: string, model: Model): void {
  const level = requested.toLowerCase()
  if (model.levels.length === 0) throw refusal('thinking-level')
  if (model.levels.some((known) => known === level)) return
  if (!LEVELS.includes(level)) refuseAll([invalidValue('extra_body.google.thinking_config.thinking_level', 'TYPE_ENUM', requested)])
  throw refusal('thinking-level-minimal', `Thinking level ${level.toUpperCase()} is not supported for this model`)
}

function checkConfig(config: ThinkingConfig, model: Model): void {
  const { thinking_level: level, thinking_budget: budget } = config
  if (typeof level === 'string') checkLevel(level, model)
  if (budget === undefined || budget === null) return
  if (model.refusesBudget) throw invalidArgument('Thinking budget is not supported for this model. Use thinking level instead.')
  if (budget === -1) return
  if (typeof level === 'string') throw invalidArgument('You can only set only one of thinking budget and thinking level.')
  if (Number(budget) === 0 && !model.canStopThinking) throw refusal('thinking-budget-zero')
  if (Number(budget) === 0 && config.include_thoughts === true)
    throw invalidArgument('Thinking_config.include_thoughts is only enabled when thinking is enabled.')
  if (Number(budget) !== 0 && (budget < model.minBudget || budget > model.maxBudget)) {
    throw invalidArgument(
      `The thinking budget ${budget} is invalid. Please choose a value between ${model.minBudget} and ${model.maxBudget}.`,
    )
  }
}
