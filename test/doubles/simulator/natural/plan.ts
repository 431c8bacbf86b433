import { hasChinese } from '../tokens.js'
import type { JsonObject, ScriptedCall } from '../types.js'
import type { ChatRequest, Tool } from '../wire.js'
import { bestTool, type Choice, chooseTools } from './choice.js'
import { type Fact, factsOf, listsOf } from './facts.js'
import { type Filled, fill } from './fill.js'

/** The reaction of a model with tools to a text: calls, a question to the user, or neither. */
export interface Plan {
  readonly calls: readonly ScriptedCall[]
  /** A question to the user, if a tool matches the text but a required argument is missing. */
  readonly question?: string
}

const MAX_CALLS = 8
/** Maximum length of a question, in characters. No tools are called for longer instructions. */
const MAX_QUESTION = 600

/** Sections that client programs add to a user's text. The simulator ignores them. */
const ADDED = /<(system-reminder|session_context|environment_context)>.*?<\/\1>/gs
/** Prohibitions. No tool is called for such a text, since the simulator cannot interpret it. */
const FORBIDS = /\b(?:do not|don't|never)\b|不要/i

/** Plans the calls of a model for a text, with arguments from the text, or a question. */
export const planFor = (request: ChatRequest, whole: string): Plan => {
  const tools = request.tools ?? []
  const text = whole.replace(ADDED, '')
  if (text.length > MAX_QUESTION || FORBIDS.test(text)) return { calls: [] }
  const facts = factsOf(text)
  const chosen = chooseTools(tools, text, facts)
  const followed = chosen.length === 0 ? followedUp(request, text) : undefined
  const choices = followed === undefined ? chosen : [{ tool: followed, evidence: [] }]
  const calls: ScriptedCall[] = []
  for (const choice of choices) {
    const own = nearest(facts, choice, choices)
    const made = callsOf(choice.tool, text, own)
    calls.push(...(made.length > 0 || own.length === facts.length ? made : callsOf(choice.tool, text, facts)))
  }
  const [first] = choices
  if (calls.length === 0 && first !== undefined) return { calls, question: questionFor(first.tool, text) }
  return { calls: calls.slice(0, MAX_CALLS) }
}

/**
 * Makes the calls of a tool that must be called, with arguments from the text. If the text has
 * none, makes one call without arguments; the simulator later invents them from the schema.
 *
 * @param name - the tool; undefined for the one that matches the text best
 */
export const forcedCalls = (request: ChatRequest, text: string, name: string | undefined): readonly ScriptedCall[] => {
  const tools = request.tools ?? []
  const tool = name === undefined ? bestTool(tools, text) : tools.find((candidate) => candidate.function?.name === name)
  const made = tool === undefined ? [] : callsOf(tool, text, factsOf(text))
  return made.length > 0 ? made : [{ name: tool?.function?.name ?? name ?? '' }]
}

/** Makes one call, or one for each value of a list such as "in Paris and Oslo". */
function callsOf(tool: Tool, text: string, facts: readonly Fact[]): ScriptedCall[] {
  const make = (some: readonly Fact[]): Filled =>
    fill({ type: 'object', ...tool.function?.parameters }, { text, facts: some, context: contextOf(tool) }, 'call')
  const filled = make(facts)
  if (!filled.isGrounded && requiredOf(tool).length > 0) return []
  const list = listsOf(facts, text).find((facts) => facts.filter((fact) => filled.used.has(fact)).length === 1)
  const all = list === undefined ? [filled] : list.map((fact) => make(facts.filter((other) => other === fact || !list.includes(other))))
  // The cast is safe: the type of parameters is `object`. Gemini refuses any other.
  const distinct = new Map(all.map(({ value }) => [JSON.stringify(value), value as JsonObject]))
  return [...distinct.values()].map((value) => ({ name: tool.function?.name ?? '', arguments: value }))
}

const contextOf = (tool: Tool): string => `${tool.function?.name ?? ''} ${(tool.function?.description ?? '').slice(0, 200)}`

/** Returns the facts for one of several tools: those nearest to the words that mention the tool. */
function nearest(facts: readonly Fact[], choice: Choice, choices: readonly Choice[]): readonly Fact[] {
  if (choices.length < 2) return facts
  const distance = (fact: Fact, { evidence }: Choice): number =>
    Math.min(...evidence.map((at) => (at < fact.at ? fact.at - at : 2 * (at - fact.at))), Number.MAX_SAFE_INTEGER)
  return facts.filter((fact) => choices.every((other) => distance(fact, choice) <= distance(fact, other)))
}

const FOLLOWS = /^\s*(?:and|what about|how about|also|now for|or)\b|^\s*(?:那|还有)|呢[？?]?\s*$/i

/** Returns the tool of the last call, if a short text such as "And in Oslo?" continues with it. */
function followedUp({ messages, tools }: ChatRequest, text: string): Tool | undefined {
  if (text.length > 80 || !FOLLOWS.test(text)) return undefined
  const last = (messages ?? []).findLast((message) => (message.tool_calls ?? []).length > 0)?.tool_calls?.[0]?.function?.name
  return (tools ?? []).find((tool) => tool.function?.name === last)
}

function questionFor(tool: Tool, text: string): string {
  const needed = requiredOf(tool).join(', ')
  const name = tool.function?.name ?? ''
  return hasChinese(text) ? `调用 ${name} 还需要：${needed}。请补充。` : `To call ${name}, I need to know: ${needed}.`
}

function requiredOf(tool: Tool): readonly unknown[] {
  const { required } = tool.function?.parameters ?? {}
  return Array.isArray(required) ? required : []
}

/**
 * Returns whether the tool passes the conversation on to another agent, which may call tools
 * itself.
 */
export const isHandover = (name: string | undefined): boolean => /^transfer_to_/.test(name ?? '')
