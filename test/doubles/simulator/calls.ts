import type { Model } from './models.js'
import { forcedCalls, planFor } from './natural/plan.js'
import { sampleOf } from './sample.js'
import { sign } from './signatures.js'
import type { Behaviour, ScriptedCall, Steps } from './types.js'
import type { ChatMessage, ChatRequest, SentCall, Tool } from './wire.js'

/** A generated tool call with its id. The first call of a Gemini 3 step also has a signature. */
export interface IssuedCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
  readonly signature?: string
}

/** The tool calls and results since the last user message. */
export interface Turn {
  readonly userText: string
  readonly stepsDone: number
  readonly results: readonly ChatMessage[]
  readonly calls: readonly SentCall[]
  /** True if this turn has called no tool yet, except to hand over to another agent. */
  readonly isFresh: boolean
}

/**
 * Decides which tools the model calls in this turn, if any.
 *
 * @param isQueued - true if a test queued the calls for this very request: it gets them even if the
 *   turn already has tool results
 */
export const callsFor = (
  request: ChatRequest,
  model: Model,
  behaviour: Behaviour,
  turn: Turn,
  isQueued: boolean,
): readonly IssuedCall[] => {
  const scripted = wanted(request, behaviour, turn, isQueued)
  const allowed = request.parallel_tool_calls === false ? scripted.slice(0, 1) : scripted
  return allowed.map((call, index) => issue(call, index, request, model, behaviour))
}

function wanted(request: ChatRequest, behaviour: Behaviour, turn: Turn, isQueued: boolean): readonly ScriptedCall[] {
  const tools = namesOf(request.tools)
  const choice = request.tool_choice ?? 'auto'
  if (behaviour.toolCalls !== undefined && behaviour.steps === undefined) return isQueued || turn.stepsDone === 0 ? behaviour.toolCalls : []
  if (choice === 'none' || tools.length === 0) return []
  if (behaviour.steps !== undefined) return step(behaviour.steps, turn.stepsDone, behaviour.toolCalls ?? tools.map((name) => ({ name })))
  if (typeof choice === 'object') return forcedCalls(request, turn.userText, choice.function?.name ?? '')
  const mentioned = tools.filter((name) => isMentioned(name, turn.userText))
  if (choice === 'required') return forcedCalls(request, turn.userText, mentioned[0])
  if (!turn.isFresh || !isPlain(behaviour)) return []
  if (mentioned.length > 0) return mentioned.flatMap((name) => forcedCalls(request, turn.userText, name))
  return planFor(request, turn.userText).calls
}

/** Returns whether a text contains the name of a tool as a whole word. */
function isMentioned(name: string, text: string): boolean {
  for (let at = text.indexOf(name); name !== '' && at !== -1; at = text.indexOf(name, at + 1))
    if (!/\w/.test(text[at - 1] ?? '') && !/\w/.test(text[at + name.length] ?? '')) return true
  return false
}

/** True if the behaviour scripts no answer, so that the model may decide to call tools. */
export const isPlain = (behaviour: Behaviour): boolean =>
  behaviour.text === undefined && behaviour.deltas === undefined && behaviour.empty !== true && behaviour.finish === undefined

function step(steps: Steps, done: number, pool: readonly ScriptedCall[]): readonly ScriptedCall[] {
  if (Array.isArray(steps)) return steps[done] ?? []
  // The cast is needed because Array.isArray does not narrow readonly arrays.
  const { count, parallel = 1 } = typeof steps === 'number' ? { count: steps } : (steps as { count: number; parallel?: number })
  if (done >= count) return []
  return Array.from({ length: parallel }, (_, index) => pool[(done + index) % pool.length]).filter((call) => call !== undefined)
}

const namesOf = (tools: ChatRequest['tools']): readonly string[] => (tools ?? []).map((tool) => tool.function?.name ?? '')

function issue(call: ScriptedCall, index: number, request: ChatRequest, model: Model, behaviour: Behaviour): IssuedCall {
  const tool = (request.tools ?? []).find((candidate) => candidate.function?.name === call.name)
  const id = call.id ?? (behaviour.emptyToolIds === true ? '' : newId(model))
  const issued = { id, name: call.name, arguments: argumentsOf(call, tool) }
  const usual = model.generation === '3' && index === 0 ? sign(call.name) : null
  const signature = call.signature === undefined ? usual : call.signature
  return signature === null ? issued : { ...issued, signature }
}

function argumentsOf(call: ScriptedCall, tool: Tool | undefined): string {
  if (typeof call.arguments === 'string') return call.arguments
  return JSON.stringify(call.arguments ?? sampleOf(tool?.function?.parameters ?? { type: 'object' }))
}

function newId(model: Model): string {
  if (model.generation === '3') return Math.random().toString(36).slice(2, 10).padEnd(8, '0')
  return `function-call-${String(Math.random()).slice(2, 12).padStart(10, '1')}${String(Date.now()).slice(-8)}`
}
