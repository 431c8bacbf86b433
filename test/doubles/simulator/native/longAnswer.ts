import { invalidArgument } from '../errors.js'
import { sign } from '../signatures.js'
import { countTokens, pieces } from '../tokens.js'
import type { Behaviour, JsonObject } from '../types.js'
import type { NativeAnswer, NativePrompt } from './answer.js'
import type { Continuations, Position } from './continuations.js'
import type { AnswerToWrite } from './events.js'

const START: Position = { requestIndex: 0, sent: 0, generated: 0, behaviour: {}, isSpent: false, isMidResponse: false, uses: 0 }
const THOUGHT_TOKENS = 64

/** Members of the first request's behaviour that apply to the whole answer, not to one response. */
const LASTING = [
  'text',
  'chunks',
  'charactersPerChunk',
  'deltas',
  'thoughts',
  'forceThoughts',
  'thinkingTokens',
  'toolCalls',
  'steps',
  'finish',
  'empty',
  'longAnswer',
] as const satisfies readonly (keyof Behaviour)[]

/**
 * Returns the position at which the response begins: that of the continuation token, or the start.
 *
 * @throws Refusal 400 for an invalid token, and for a model that does not support continuations
 */
export const positionOf = (prompt: NativePrompt, body: JsonObject, continuations: Continuations): Position => {
  const { continuationToken: token } = prompt.request
  if (token === undefined) return START
  if (!prompt.model.refusesBudget) throw invalidArgument(`Continuation tokens are not supported for models/${prompt.model.id}.`)
  return continuations.take(body, token)
}

const lastingOf = (behaviour: Behaviour): Behaviour =>
  Object.fromEntries(LASTING.flatMap((name) => (behaviour[name] === undefined ? [] : [[name, behaviour[name]]])))

/** The behaviour of a continuation: its own, except the members that script the whole answer. */
export const behaviourAt = (position: Position, behaviour: Behaviour): Behaviour => ({ ...behaviour, ...position.behaviour })

/** Returns after how many events the simulator breaks the connection; undefined if it does not. */
export const cutOf = ({ requestIndex, isMidResponse, uses }: Position, { longAnswer }: Behaviour): number | undefined =>
  requestIndex === (longAnswer?.cutRequest ?? 0) && !isMidResponse && uses <= 1 ? longAnswer?.cutAfter : undefined

/** Returns the part of Gemini 4's answer that a request gets; `{}` if it gets the whole answer. */
export const toRequestPart = (
  whole: NativeAnswer,
  prompt: NativePrompt,
  position: Position,
  body: JsonObject,
  store: Continuations,
): Partial<AnswerToWrite> => {
  const { behaviour } = prompt
  const longAnswer = behaviour.longAnswer
  if (!prompt.model.refusesBudget) return {}
  if (longAnswer === undefined && position.requestIndex === 0 && whole.finish !== 'MAX_TOKENS') return {}
  const count = longAnswer?.count ?? (longAnswer === undefined ? 1 : 2)
  const isThoughts = longAnswer?.thoughtsOnly === position.requestIndex
  const isLast = position.requestIndex >= count - 1
  const rest = whole.texts.join('').slice(position.sent)
  const later = (longAnswer?.thoughtsOnly ?? -1) > position.requestIndex ? 1 : 0
  const own = isThoughts ? '' : isLast ? rest : headOf(rest, Math.ceil(rest.length / Math.max(1, count - position.requestIndex - later)))
  const sent = position.sent + own.length
  const tokens = longAnswer?.tokensPerRequest ?? countTokens(own)
  const issue = (at: number, requestIndex: number, generated: number, more: Pick<Position, 'isSpent' | 'isMidResponse'>): string =>
    store.issue(body, { requestIndex, sent: at, generated: position.generated + generated, behaviour: lastingOf(behaviour), ...more })
  const thoughts = position.requestIndex === 0 ? whole.usage.thoughts : isThoughts ? THOUGHT_TOKENS : 0
  const isTokenless = longAnswer?.tokenless !== undefined && position.requestIndex >= longAnswer.tokenless
  const finish = isLast ? whole.finish : 'CONTINUATION'
  const token = issue(sent, position.requestIndex + 1, tokens + thoughts, { isSpent: finish === 'MAX_TOKENS', isMidResponse: false })
  const answer = {
    ...whole,
    before: position.requestIndex === 0 && position.sent === 0 ? whole.before : [],
    texts: own === '' ? [] : textsOf(own, whole.texts),
    after: isLast ? whole.after : [],
    signature: isLast ? whole.signature : whole.signature && sign(''),
    finish,
    finishMessage: isLast ? whole.finishMessage : undefined,
    usage: {
      ...whole.usage,
      prompt: whole.usage.prompt + position.generated,
      cached: position.generated === 0 ? whole.usage.cached : Math.floor((whole.usage.prompt + position.generated) * 0.9),
      candidates: tokens,
      thoughts,
    },
  }
  return {
    answer,
    ...(isTokenless ? {} : { token }),
    ...(longAnswer?.textsPerResumePoint === undefined
      ? {}
      : {
          issueResumeToken: (characters: number, said: number) =>
            issue(position.sent + characters, position.requestIndex, said + thoughts, { isSpent: false, isMidResponse: true }),
        }),
  }
}

/** Returns the start of a text, without splitting a surrogate pair at its end. */
function headOf(text: string, length: number): string {
  const unit = text.charCodeAt(length)
  return text.slice(0, unit >= 0xdc00 && unit <= 0xdfff ? length + 1 : length)
}

/** Splits a part of an answer into deltas; their number is proportional to its length. */
function textsOf(own: string, texts: readonly string[]): readonly string[] {
  const whole = texts.join('')
  if (own === whole) return texts
  return [...pieces(own, Math.max(1, Math.min(own.length >> 1, Math.round((texts.length * own.length) / whole.length))))]
}
