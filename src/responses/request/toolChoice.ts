import type { ChatCompletionRequest, ResponseRequest } from '../../contract/types.js'
import { type Fields, isRecord, optionalTextOf, textOf } from './readers.js'
import { toChatName } from './toolNames.js'
import type { ChatTools } from './tools.js'

type ChatChoice = ChatCompletionRequest['tool_choice']

/** A choice in the chat's form. */
export interface Chosen {
  readonly choice: ChatChoice | undefined
  /** True where the choice was of a tool that is left out. */
  readonly isIgnored: boolean
}

const NAMED: ReadonlySet<unknown> = new Set(['function', 'custom'])
const IGNORED: Chosen = { choice: undefined, isIgnored: true }

/** Brings the choice of a tool to the chat's form. @throws 400 where a named choice has no name */
export function toChatChoice(choice: ResponseRequest['tool_choice'], { tools }: ChatTools): Chosen {
  if (choice === undefined || choice === null) return { choice: undefined, isIgnored: false }
  if (typeof choice === 'string') return { choice, isIgnored: false }
  if (choice.type === 'allowed_tools') return toAllowed(choice)
  // Of one of OpenAI's own tools, which are left out.
  if (!NAMED.has(choice.type) || tools.length === 0) return IGNORED
  return { choice: toNamed(choice, 'tool_choice'), isIgnored: false }
}

const toNamed = (tool: Fields, place: string): { type: 'function'; function: { name: string } } => ({
  type: 'function',
  function: { name: toChatName(textOf(tool, 'name', place), optionalTextOf(tool, 'namespace')) },
})

function toAllowed({ mode, tools }: Exclude<NonNullable<ResponseRequest['tool_choice']>, string>): Chosen {
  const named = (tools ?? []).flatMap((tool, index) =>
    isRecord(tool) && NAMED.has(tool.type) ? [toNamed(tool, `tool_choice.tools[${index}]`)] : [],
  )
  if (named.length === 0) return IGNORED
  return { choice: { type: 'allowed_tools', allowed_tools: { mode: mode ?? 'auto', tools: named } }, isIgnored: false }
}
