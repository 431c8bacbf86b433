import { isRecord } from '../../../contract/isRecord.js'
import type { Redact } from '../../failures/redact.js'
import type { Candidate } from '../wire/types.js'
import { cleanQueries } from './pieces.js'

/** Members of a candidate without an equivalent at OpenAI, to their names in `extra_content`. */
const EXTRA_CONTENT_NAMES: ReadonlyMap<string, string> = new Map<keyof Candidate, string>([
  ['groundingMetadata', 'grounding_metadata'],
  ['urlContextMetadata', 'url_context_metadata'],
  ['citationMetadata', 'citation_metadata'],
  ['safetyRatings', 'safety_ratings'],
  ['finishMessage', 'finish_message'],
  ['avgLogprobs', 'avg_logprobs'],
])

/**
 * Collects reports about one candidate, such as its safety ratings. The events of a stream may
 * repeat them; clients join deltas, so they get each report once, at the end.
 */
export class Metadata {
  #members: Record<string, unknown> = {}
  /** The members at the last continuation token. */
  #membersAtResumePoint: Readonly<Record<string, unknown>> = {}
  /** The members of earlier responses of the answer. */
  #earlier: Readonly<Record<string, unknown>> = {}
  /** Search queries already sent to the client. */
  readonly #queries = new Set<string>()

  /** @param redact - removes secrets from Google's messages */
  constructor(private readonly redact: Redact) {}

  /** Saves the state at a continuation token. */
  markResumePoint(): void {
    this.#membersAtResumePoint = { ...this.#members }
  }

  /** Restores the state at the last continuation token: Gemini repeats what followed it. */
  rewind(): void {
    this.#members = { ...this.#membersAtResumePoint }
  }

  /** Begins a continuation: its lists are appended to those of earlier responses. */
  beginContinuation(): void {
    this.#earlier = this.#joined()
    this.#members = {}
  }

  add(candidate: Candidate): void {
    // Over the candidate, not over the table: most candidates have none of these members.
    for (const member in candidate) {
      const name = EXTRA_CONTENT_NAMES.get(member)
      // After a normal end, the message only says that functions were called.
      const isKnown = member === 'finishMessage' && candidate.finishReason === 'STOP'
      if (name !== undefined && !isKnown) this.set(name, candidate[member as keyof Candidate])
    }
  }

  /** Sets a member, or joins it with its value from earlier events. Ignores empty values. */
  set(name: string, value: unknown): void {
    if (!saysNothing(value)) this.#members[name] = joinReports(this.#members[name], value, joinItems)
  }

  /** Records search queries. @returns those not sent to the client yet */
  addQueries(queries: readonly string[]): string[] {
    const added = queries.filter((query) => !this.#queries.has(query))
    for (const query of added) this.#queries.add(query)
    return [...new Set(added)]
  }

  /** Returns the members of `extra_content.google` at the end of the answer. */
  toMembers(): Readonly<Record<string, unknown>> {
    const members = this.#joined()
    if (Object.keys(members).length === 0) return members
    const { grounding_metadata: grounding } = members
    const queries = this.addQueries(isRecord(grounding) ? cleanQueries(grounding.webSearchQueries) : [])
    return { ...(queries.length === 0 ? {} : { web_search_queries: queries }), ...members, ...this.#redacted(members) }
  }

  /** Returns the members that contain messages of Google, with secrets removed. */
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

/** Joins two reports: their lists by `join`; for other members the later value wins. */
function joinReports(earlier: unknown, later: unknown, join: Join): unknown {
  if (!isRecord(earlier) || !isRecord(later)) return later
  const joined: Record<string, unknown> = { ...earlier }
  for (const [name, value] of Object.entries(later)) {
    const begun = earlier[name]
    joined[name] = Array.isArray(begun) && Array.isArray(value) ? join(begun, value) : value
  }
  return joined
}

/** Joins the items of two events; the later event may repeat all earlier items. */
export function joinItems(earlier: readonly unknown[], later: readonly unknown[]): readonly unknown[] {
  const isRepeated = later.length >= earlier.length && earlier.every((item, index) => JSON.stringify(item) === JSON.stringify(later[index]))
  return isRepeated ? later : [...earlier, ...later]
}
