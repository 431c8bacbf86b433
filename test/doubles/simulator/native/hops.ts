import { invalidArgument } from '../errors.js'
import { sign } from '../signatures.js'
import { countTokens, pieces } from '../tokens.js'
import type { Behaviour, JsonObject } from '../types.js'
import type { NativeAnswer, NativePrompt } from './answer.js'
import type { Continuations, Position } from './continuations.js'
import type { Written } from './events.js'

const START: Position = { hop: 0, sent: 0, generated: 0, behaviour: {}, isSpent: false, isCheckpoint: false, uses: 0 }
const THOUGHT_TOKENS = 64

/** What the first request of an answer decides about all of it; the rest is about one connection. */
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
  'hops',
] as const satisfies readonly (keyof Behaviour)[]

/**
 * Returns where the answer to a request begins: at its start, or where its token says.
 *
 * @throws Refusal 400 for a model without long decode, and for a wrong token
 */
export const positionOf = (prompt: NativePrompt, body: JsonObject, continuations: Continuations): Position => {
  const { continuationToken: token } = prompt.request
  if (token === undefined) return START
  if (!prompt.model.refusesBudget) throw invalidArgument(`Continuation tokens are not supported for models/${prompt.model.id}.`)
  return continuations.take(body, token)
}

const lastingOf = (behaviour: Behaviour): Behaviour =>
  Object.fromEntries(LASTING.flatMap((name) => (behaviour[name] === undefined ? [] : [[name, behaviour[name]]])))

/** The behaviour of a request that goes on: what was scripted for the whole answer stays. */
export const behaviourAt = (position: Position, behaviour: Behaviour): Behaviour => ({ ...behaviour, ...position.behaviour })

/** Returns after how many events the connection breaks; undefined if it does not. */
export const cutOf = ({ hop, isCheckpoint, uses }: Position, { hops }: Behaviour): number | undefined =>
  hop === (hops?.cutHop ?? 0) && !isCheckpoint && uses <= 1 ? hops?.cutAfter : undefined

/** Cuts the part of one request out of the whole answer of Gemini 4. */
export const hopOf = (
  whole: NativeAnswer,
  prompt: NativePrompt,
  position: Position,
  body: JsonObject,
  store: Continuations,
): Partial<Written> => {
  const { behaviour } = prompt
  const hops = behaviour.hops
  if (!prompt.model.refusesBudget) return {}
  if (hops === undefined && position.hop === 0 && whole.finish !== 'MAX_TOKENS') return {}
  const count = hops?.count ?? (hops === undefined ? 1 : 2)
  const isThoughts = hops?.thoughtsOnly === position.hop
  const isLast = position.hop >= count - 1
  const rest = whole.texts.join('').slice(position.sent)
  const later = (hops?.thoughtsOnly ?? -1) > position.hop ? 1 : 0
  const own = isThoughts ? '' : isLast ? rest : headOf(rest, Math.ceil(rest.length / Math.max(1, count - position.hop - later)))
  const sent = position.sent + own.length
  const tokens = hops?.tokensPerHop ?? countTokens(own)
  const issue = (at: number, hop: number, generated: number, more: Pick<Position, 'isSpent' | 'isCheckpoint'>): string =>
    store.issue(body, { hop, sent: at, generated: position.generated + generated, behaviour: lastingOf(behaviour), ...more })
  const thoughts = position.hop === 0 ? whole.usage.thoughts : isThoughts ? THOUGHT_TOKENS : 0
  const isTokenless = hops?.tokenless !== undefined && position.hop >= hops.tokenless
  const finish = isLast ? whole.finish : 'CONTINUATION'
  const token = issue(sent, position.hop + 1, tokens + thoughts, { isSpent: finish === 'MAX_TOKENS', isCheckpoint: false })
  const answer = {
    ...whole,
    before: position.hop === 0 && position.sent === 0 ? whole.before : [],
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
    ...(hops?.checkpoints === undefined
      ? {}
      : {
          checkpoint: (characters: number, said: number) =>
            issue(position.sent + characters, position.hop, said + thoughts, { isSpent: false, isCheckpoint: true }),
        }),
  }
}

/** The beginning of a text, never with half a character at its end. */
function headOf(text: string, length: number): string {
  const unit = text.charCodeAt(length)
  return text.slice(0, unit >= 0xdc00 && unit <= 0xdfff ? length + 1 : length)
}

/** A whole answer keeps its deltas; a part of it is cut into as many as it has of them. */
function textsOf(own: string, texts: readonly string[]): readonly string[] {
  const whole = texts.join('')
  if (own === whole) return texts
  return [...pieces(own, Math.max(1, Math.min(own.length >> 1, Math.round((texts.length * own.length) / whole.length))))]
}
