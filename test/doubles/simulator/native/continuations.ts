import { createHash } from 'node:crypto'
import { invalidArgument } from '../errors.js'
import { randomText } from '../random.js'
import type { Behaviour, JsonObject } from '../types.js'

/** The position in a long answer at which a request continues it. */
export interface Position {
  /** Number of earlier requests for the answer: 0 for the first request. */
  readonly requestIndex: number
  /** Number of characters of text that earlier responses have sent. */
  readonly sent: number
  /** Number of tokens that earlier responses have generated. */
  readonly generated: number
  /** The behaviour of the first request, which scripts the whole answer. */
  readonly behaviour: Behaviour
  /** True if the answer reached `maxOutputTokens`: only a higher value continues it. */
  readonly isSpent: boolean
  /** True if the token was sent in the middle of a response, for use after a lost connection. */
  readonly isMidResponse: boolean
  /** Number of requests with the same token, including this one; 0 without a token. */
  readonly uses: number
}

interface Entry extends Position {
  readonly request: string
  readonly limit: number
}

/** Issues continuation tokens of long answers, and stores the position that each stands for. */
export interface Continuations {
  /** Issues a token for a position in the answer to a request with this body. */
  issue(body: JsonObject, position: Omit<Position, 'uses'>): string
  /**
   * Returns the position that a token stands for. A token may be used several times, because
   * Google's SDK sends it again after a lost connection.
   *
   * @throws Refusal 400 for an unknown token, or if another field of the request has changed; but
   *   `maxOutputTokens` must be higher than before if the answer had reached it
   */
  take(body: JsonObject, token: string): Position
  clear(): void
}

const MAX_TOKENS = 10_000

/** Makes an empty store of continuation tokens. */
export const makeContinuations = (): Continuations => {
  const entries = new Map<string, Entry>()
  return {
    issue: (body, position) => {
      if (entries.size >= MAX_TOKENS) entries.clear()
      const token = randomText(48, 'base64')
      entries.set(token, { ...position, uses: 0, request: hashOf(body), limit: limitOf(body) })
      return token
    },
    take: (body, token) => {
      const entry = entries.get(token)
      if (entry === undefined) throw invalidArgument('The continuation token is not valid.')
      if (entry.request !== hashOf(body)) throw invalidArgument('The continuation token belongs to another request.')
      const limit = limitOf(body)
      if (entry.isSpent ? limit <= entry.limit : limit !== entry.limit)
        throw invalidArgument('The continuation token does not allow this value of max_output_tokens.')
      const used = { ...entry, uses: entry.uses + 1 }
      entries.set(token, used)
      return used
    },
    clear: () => entries.clear(),
  }
}

// The cast is safe: parseNative() has checked the body.
const configOf = ({ generationConfig: config }: JsonObject): JsonObject => (config ?? {}) as JsonObject

function limitOf(body: JsonObject): number {
  const { maxOutputTokens: limit } = configOf(body)
  return typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY
}

/** Hashes a body without `continuationToken` and `maxOutputTokens`; continuations must match it. */
function hashOf(body: JsonObject): string {
  const { continuationToken: _token, generationConfig: _config, ...rest } = body
  const { maxOutputTokens: _limit, ...config } = configOf(body)
  return createHash('sha256')
    .update(JSON.stringify([rest, config]))
    .digest('base64')
}
