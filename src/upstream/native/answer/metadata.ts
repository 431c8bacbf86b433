import { isRecord } from '../../../contract/isRecord.js'
import type { Redact } from '../../failures/redact.js'
import type { Candidate } from '../wire/types.js'
import { cleanQueries } from './pieces.js'

/** Members of a candidate that OpenAI's messages lack, and their names in `extra_content`. */
const EXTRA_CONTENT_NAMES: ReadonlyMap<string, string> = new Map<keyof Candidate, string>([
  ['groundingMetadata', 'grounding_metadata'],
  ['urlContextMetadata', 'url_context_metadata'],
  ['citationMetadata', 'citation_metadata'],
  ['safetyRatings', 'safety_ratings'],
  ['finishMessage', 'finish_message'],
  ['avgLogprobs', 'avg_logprobs'],
])

/**
 * Collects what Gemini reports about one candidate. A stream may report it event by event, and the
 * same again: clients, which join the deltas, get it once, at the end.
 */
export class Metadata {
  #members: Record<string, unknown> = {}
  /** Those at the last continuation token. */
  #membersAtResumePoint: Readonly<Record<string, unknown>> = {}
  /** Those of earlier calls of the answer. */
  #earlier: Readonly<Record<string, unknown>> = {}
  /** The searches that the client has already got. */
  readonly #queries = new Set<string>()

  /** @param redact - removes from Google's messages what clients must not see */
  constructor(private readonly redact: Redact) {}

  /** Saves the state at a continuation token. */
  markResumePoint(): void {
    this.#membersAtResumePoint = { ...this.#members }
  }

  /** Removes what was added after the token: Gemini sends it again. */
  rewind(): void {
    this.#members = { ...this.#membersAtResumePoint }
  }

  /** Begins the next call of the answer, which repeats nothing. */
  beginContinuation(): void {
    this.#earlier = this.#joined()
    this.#members = {}
  }

  add(candidate: Candidate): void {
    // Most events have none of them.
    for (const member in candidate) {
      const name = EXTRA_CONTENT_NAMES.get(member)
      // After a normal end it only says that functions were called.
      const isKnown = member === 'finishMessage' && candidate.finishReason === 'STOP'
      if (name !== undefined && !isKnown) this.set(name, candidate[member as keyof Candidate])
    }
  }

  /** Sets a member, or joins it with that of earlier events. Empty ones are not sent. */
  set(name: string, value: unknown): void {
    if (!saysNothing(value)) this.#members[name] = joinReports(this.#members[name], value, joinItems)
  }

  /** Returns those of some searches that are new. */
  addQueries(queries: readonly string[]): string[] {
    const added = queries.filter((query) => !this.#queries.has(query))
    for (const query of added) this.#queries.add(query)
    return [...new Set(added)]
  }

  /** The members of `extra_content.google`, at the end of the answer. */
  toMembers(): Readonly<Record<string, unknown>> {
    const members = this.#joined()
    if (Object.keys(members).length === 0) return members
    const { grounding_metadata: grounding } = members
    const queries = this.addQueries(isRecord(grounding) ? cleanQueries(grounding.webSearchQueries) : [])
    return { ...(queries.length === 0 ? {} : { web_search_queries: queries }), ...members, ...this.#redacted(members) }
  }

  /** The messages among the members. */
  #redacted({ finish_message: message, prompt_feedback: feedback }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const reason = isRecord(feedback) ? feedback.blockReasonMessage : undefined
    return {
      ...(typeof message === 'string' ? { finish_message: this.redact(message) } : {}),
      ...(typeof reason === 'string' ? { prompt_feedback: { ...(feedback as object), blockReasonMessage: this.redact(reason) } } : {}),
    }
  }

  #joined(): Readonly<Record<string, unknown>> {
    const joined: Record<string, unknown> = { ...this.#earlier }
    for (const [name, value] of Object.entries(this.#members)) joined[name] = joinReports(joined[name], value, appendItems)
    return joined
  }
}

const saysNothing = (value: unknown): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)

type Join = (earlier: readonly unknown[], later: readonly unknown[]) => readonly unknown[]

const appendItems: Join = (earlier, later) => [...earlier, ...later]

/** Joins two reports, whose lists are joined by `join`; of other members the later one counts. */
function joinReports(earlier: unknown, later: unknown, join: Join): unknown {
  if (!isRecord(earlier) || !isRecord(later)) return later
  const joined: Record<string, unknown> = { ...earlier }
  for (const [name, value] of Object.entries(later)) {
    const begun = earlier[name]
    joined[name] = Array.isArray(begun) && Array.isArray(value) ? join(begun, value) : value
  }
  return joined
}

/** Joins the items of two events: the later one has the new ones only, or all of them again. */
export function joinItems(earlier: readonly unknown[], later: readonly unknown[]): readonly unknown[] {
  const isRepeated = later.length >= earlier.length && earlier.every((item, index) => JSON.stringify(item) === JSON.stringify(later[index]))
  return isRepeated ? later : [...earlier, ...later]
}
