import { callsFor, type IssuedCall, type Turn } from './calls.js'
import type { Model } from './models.js'
import { isHandover } from './natural/plan.js'
import { sign } from './signatures.js'
import { textFor } from './text.js'
import { type ThinkingResult, thoughtsFor } from './thinking.js'
import { countTokens, firstTokens, pieces } from './tokens.js'
import type { Behaviour } from './types.js'
import type { ChatRequest } from './wire.js'

/** Maximum number of chunks of a stream, unless the behaviour sets `chunks`. */
const MAX_CHUNKS = 150

/** Token counts as Google reports them: thinking tokens are counted in `total_tokens` only. */
export interface Usage {
  readonly completion_tokens: number
  readonly prompt_tokens: number
  readonly prompt_tokens_details?: { readonly cached_tokens: number }
  readonly total_tokens: number
}

/** A generated answer, before it is written as one JSON object or as the chunks of a stream. */
export interface Answer {
  readonly model: string
  readonly thoughts: readonly string[]
  /** The text of the answer; undefined if the message has no `content` member. */
  readonly text: string | undefined
  readonly deltas: Iterable<string>
  readonly calls: readonly IssuedCall[]
  /** The thought signature of the text. Of the models, only Gemini 3 signs texts. */
  readonly signature?: string
  readonly finish: string
  readonly usage: Usage
  readonly generation: Model['generation']
}

/** The input that an answer is generated from. */
export interface Prompt {
  readonly request: ChatRequest
  readonly model: Model
  readonly behaviour: Behaviour
  /** The text of the last user message, without its `simulate:` directive. */
  readonly userText: string
  readonly bodyLength: number
  readonly isQueued: boolean
}

interface Said {
  readonly text: string | undefined
  readonly calls: readonly IssuedCall[]
  readonly finish: string
  readonly isCut: boolean
}

/** Generates the answer to a request. Deterministic, except for ids and signatures. */
export const answerTo = (prompt: Prompt): Answer => {
  const { request, model, behaviour } = prompt
  const turn = turnOf(request, prompt.userText)
  const thinking = thoughtsFor(request, model, behaviour, prompt.userText)
  const said = limited(say(prompt, turn), thinking, request)
  const isMalformed = said.finish.startsWith('function_call_filter')
  const wantsSignature = model.generation === '3' && said.calls.length === 0 && said.text !== undefined && thinking.tokens > 0
  return {
    model: model.id,
    generation: model.generation,
    thoughts: thinking.shown,
    text: said.text,
    deltas: deltasOf(said, behaviour),
    calls: said.calls,
    ...(wantsSignature || isMalformed ? { signature: sign('') } : {}),
    finish: said.finish,
    usage: usageOf(prompt, said, thinking.tokens),
  }
}

function turnOf(request: ChatRequest, userText: string): Turn {
  const messages = request.messages ?? []
  const current = messages.slice(messages.findLastIndex((message) => message.role === 'user') + 1)
  const steps = current.flatMap(({ role, tool_calls: calls }) => (role === 'assistant' && calls && calls.length > 0 ? [calls] : []))
  const isFresh = steps.every((calls) => calls.every((call) => isHandover(call.function?.name))) && !isAfterResults(messages)
  return { userText, stepsDone: steps.length, results: current.filter((message) => message.role === 'tool'), calls: steps.flat(), isFresh }
}

/**
 * True if the last user message directly follows tool results. The client program wrote such a
 * message, with instructions or media of the results, so the model does not call tools for it.
 */
const isAfterResults = (messages: NonNullable<ChatRequest['messages']>): boolean =>
  messages[messages.findLastIndex((message) => message.role === 'user') - 1]?.role === 'tool'

function say(prompt: Prompt, turn: Turn): Said {
  const { request, model, behaviour } = prompt
  const { text: scripted, deltas, finish, empty } = behaviour
  if (empty === true) return { text: undefined, calls: [], finish: finish ?? 'stop', isCut: false }
  const explicit = deltas === undefined ? scripted : deltas.join('')
  const calls = callsFor(request, model, behaviour, turn, prompt.isQueued)
  if (calls.length > 0) return { text: explicit, calls, finish: finish ?? toolFinish(prompt), isCut: false }
  if (finish?.includes('filter') === true && explicit === undefined) return { text: undefined, calls: [], finish, isCut: false }
  const whole = explicit ?? textFor(request, behaviour, turn)
  const text = beforeStop(whole, request.stop)
  return { text, calls: [], finish: finish ?? 'stop', isCut: text.length < whole.length }
}

/** Finish reason of tool calls: `tool_calls`, or, as observed, `stop` in streams of Gemini 3. */
const toolFinish = ({ request, model }: Prompt): string => (request.stream === true && model.generation === '3' ? 'stop' : 'tool_calls')

function beforeStop(text: string, stop: ChatRequest['stop']): string {
  const sequences = typeof stop === 'string' ? [stop] : (stop ?? [])
  const ends = sequences.filter((sequence) => sequence !== '').map((sequence) => text.indexOf(sequence))
  const found = ends.filter((end) => end !== -1)
  return found.length === 0 ? text : text.slice(0, Math.min(...found))
}

/** Cuts an answer to `max_tokens`. This limit includes thinking tokens, so no text may remain. */
function limited(said: Said, thinking: ThinkingResult, request: ChatRequest): Said {
  const limit = request.max_completion_tokens ?? request.max_tokens
  if (limit === undefined || limit === null) return said
  const left = Number(limit) - thinking.tokens
  const spent = tokensOf(said)
  if (spent <= left) return said
  const text = left > 0 && said.text !== undefined ? firstTokens(said.text, left) : ''
  return { text: text === '' ? undefined : text, calls: [], finish: 'length', isCut: true }
}

const tokensOf = (said: Said): number => countTokens(`${said.text ?? ''}${said.calls.map((call) => call.name + call.arguments).join('')}`)

function deltasOf(said: Said, behaviour: Behaviour): Iterable<string> {
  const { text } = said
  if (text === undefined || text === '') return []
  if (behaviour.deltas !== undefined && !said.isCut) return behaviour.deltas
  // A truncated text ignores `chunks`: filler for this number of chunks would exceed `max_tokens`.
  const requested = said.isCut ? undefined : behaviour.chunks
  return pieces(text, requested ?? usualChunks(text, behaviour.charactersPerChunk))
}

function usualChunks(text: string, perChunk: number | undefined): number {
  if (perChunk !== undefined) return Math.min(MAX_CHUNKS, Math.ceil(text.length / perChunk))
  return Math.max(1, Math.min(text.length > 120 ? 5 : 3, text.length >> 1))
}

function usageOf(prompt: Prompt, said: Said, thinkingTokens: number): Usage {
  const override = typeof prompt.behaviour.usage === 'object' ? prompt.behaviour.usage : {}
  const limit = prompt.request.max_completion_tokens ?? prompt.request.max_tokens ?? Number.POSITIVE_INFINITY
  const completion = override.completion_tokens ?? tokensOf(said)
  const input = override.prompt_tokens ?? Math.ceil(prompt.bodyLength / 4)
  const total = override.total_tokens ?? input + completion + Math.min(thinkingTokens, Number(limit))
  const { cached_tokens: cached } = override
  const details = cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }
  return { completion_tokens: completion, prompt_tokens: input, ...details, total_tokens: total }
}
