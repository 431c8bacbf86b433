import type { ChatCompletionRequest, MessageCountRequest } from '../../contract/types.js'

type Thinking = MessageCountRequest['thinking']
type Effort = ChatCompletionRequest['reasoning_effort']

const KNOWN_EFFORTS: ReadonlySet<unknown> = new Set(['low', 'medium', 'high', 'xhigh', 'max'])
/** The largest thinking budget of each effort, in tokens; a larger budget means `high`. */
const BUDGET_LEVELS: readonly (readonly [most: number, effort: NonNullable<Effort>])[] = [
  [4_096, 'low'],
  [16_384, 'medium'],
]

/** True if the answer has thinking blocks. Clients that send no `thinking` expect text first. */
export const isThinkingShown = (thinking: Thinking): boolean => thinking !== undefined && thinking !== null && thinking.type !== 'disabled'

/** True for an effort that `reasoning_effort` of the chat supports, too. */
export const isKnownEffort = (effort: unknown): effort is NonNullable<Effort> => KNOWN_EFFORTS.has(effort)

/** Returns the chat's `reasoning_effort` for a request; undefined for the model's default. */
export function toEffort({ thinking, output_config: config }: Pick<MessageCountRequest, 'thinking' | 'output_config'>): Effort {
  if (thinking?.type === 'disabled') return 'none'
  const effort: unknown = config?.effort
  if (isKnownEffort(effort)) return effort
  const budget = thinking?.budget_tokens
  if (typeof budget !== 'number') return undefined
  return BUDGET_LEVELS.find(([most]) => budget <= most)?.[1] ?? 'high'
}
