import type { ChatCompletionRequest, MessageCountRequest } from '../../contract/types.js'

type Thinking = MessageCountRequest['thinking']
type Effort = ChatCompletionRequest['reasoning_effort']

const KNOWN_EFFORTS: ReadonlySet<unknown> = new Set(['low', 'medium', 'high', 'xhigh', 'max'])
/** The largest budget of each level, in tokens. */
const BUDGET_LEVELS: readonly (readonly [most: number, effort: NonNullable<Effort>])[] = [
  [4_096, 'low'],
  [16_384, 'medium'],
]

/** True if the answer gets thinking blocks; without `thinking`, clients expect text first. */
export const isThinkingShown = (thinking: Thinking): boolean => thinking !== undefined && thinking !== null && thinking.type !== 'disabled'

/** True for an effort that the chat has, too. */
export const isKnownEffort = (effort: unknown): effort is NonNullable<Effort> => KNOWN_EFFORTS.has(effort)

/** How much the model thinks; undefined leaves it to the model. */
export function toEffort({ thinking, output_config: config }: Pick<MessageCountRequest, 'thinking' | 'output_config'>): Effort {
  if (thinking?.type === 'disabled') return 'none'
  const effort: unknown = config?.effort
  if (isKnownEffort(effort)) return effort
  const budget = thinking?.budget_tokens
  if (typeof budget !== 'number') return undefined
  return BUDGET_LEVELS.find(([most]) => budget <= most)?.[1] ?? 'high'
}
