import type { Level, Model } from './models.js'
import type { Behaviour } from './types.js'
import { type ChatRequest, thinkingOf } from './wire.js'

/** The thinking of one answer: its tokens, and the thought summaries that the client gets. */
export interface ThinkingResult {
  readonly tokens: number
  readonly shown: readonly string[]
}

const TOKENS: { readonly [level: string]: number } = { none: 0, minimal: 0, low: 24, medium: 108, high: 300, xhigh: 400 } satisfies Record<
  Level,
  number
>

/** Returns the thinking tokens of this request, and the summaries if they were requested. */
export const thoughtsFor = (request: ChatRequest, model: Model, behaviour: Behaviour, userText: string): ThinkingResult => {
  const config = thinkingOf(request)
  const tokens = behaviour.thinkingTokens ?? (behaviour.empty === true ? 0 : defaultTokens(request, model))
  const isShown =
    (config?.include_thoughts === true || behaviour.forceThoughts === true) && (tokens > 0 || behaviour.thoughts !== undefined)
  return { tokens, shown: isShown ? summaries(behaviour.thoughts, userText) : [] }
}

function defaultTokens(request: ChatRequest, model: Model): number {
  if (model.generation !== '3' && model.generation !== '2.5') return 0
  const config = thinkingOf(request)
  const budget = config?.thinking_budget
  const level = request.reasoning_effort ?? config?.thinking_level?.toLowerCase() ?? model.defaultLevel
  const byLevel = TOKENS[level] ?? 0
  if (budget === undefined || budget === null || budget === -1) return byLevel
  return Math.min(Number(budget), 108)
}

function summaries(scripted: Behaviour['thoughts'], userText: string): readonly string[] {
  if (typeof scripted === 'string') return [scripted]
  return (
    scripted ?? [
      `**Reading the request**\n\nThe user wrote: ${userText}\n\n\n`,
      '**Choosing an answer**\n\nA short and direct answer fits best.\n\n\n',
    ]
  )
}
