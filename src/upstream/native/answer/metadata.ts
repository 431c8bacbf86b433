import { isRecord } from '../../../contract/isRecord.js'
import type { Redact } from '../../failures/redact.js'
import type { Candidate } from '../wire/types.js'
import { ItemList, MAX_ITEMS } from './itemList.js'
import { cleanQueries } from './pieces.js'

/** Candidate members without an equivalent at OpenAI, with their names in `extra_content`. */
const EXTRA_CONTENT_NAMES: ReadonlyMap<string, string> = new Map<keyof Candidate, string>([
  ['groundingMetadata', 'grounding_metadata'],
  ['urlContextMetadata', 'url_context_metadata'],
  ['citationMetadata', 'citation_metadata'],
  ['safetyRatings', 'safety_ratings'],
  ['finishMessage', 'finish_message'],
  ['avgLogprobs', 'avg_logprobs'],
])

// Maximum number of members of one metadata object; those of real answers have about ten.
const MAX_MEMBERS = 100

/** Value of a metadata member, joined from several events; its lists are {@link ItemList}s. */
type Report = unknown

/**
 * Collects reports about one candidate, such as its safety ratings. The events of a stream may
 * repeat them; clients join deltas, so they get each report once, at the end.
 */
export class Metadata {
  #members: Record<string, Report> = {}
  /** Copy of `#members` at the last continuation token. */
  #membersAtResumePoint: Readonly<Record<string, Report>> = {}
  /** The joined metadata of the responses before the current continuation. */
  #earlier: Readonly<Record<string, unknown>> = {}
  /** Search queries already sent to the client. */
  readonly #queries = new Set<string>()

  /** @param redact - removes secrets from Google's messages */
  constructor(private readonly redact: Redact) {}

  /** Saves the members so far at a continuation token, for {@link rewind}. */
  markResumePoint(): void {
    this.#membersAtResumePoint = { ...this.#members }
  }

  /** Restores the saved members: in a resumption, Gemini sends all later metadata again. */
  rewind(): void {
    this.#members = { ...this.#membersAtResumePoint }
  }

  /** Begins a continuation, whose lists are appended to those of earlier responses. */
  beginContinuation(): void {
    this.#earlier = this.#joined()
    this.#members = {}
  }

  /** Adds the metadata of a whole candidate, or of its part in one event. */
  add(candidate: Candidate): void {
    // Loop over the candidate: in most events it has fewer members than EXTRA_CONTENT_NAMES.
    for (const member in candidate) {
      const name = EXTRA_CONTENT_NAMES.get(member)
      // For the reason STOP, `finishMessage` only states that functions were called: omit it.
      const isRedundant = member === 'finishMessage' && candidate.finishReason === 'STOP'
      if (name !== undefined && !isRedundant) this.set(name, candidate[member as keyof Candidate])
    }
  }

  /** Sets a member of the metadata, or joins it with its earlier value. Ignores empty values. */
  set(name: string, value: unknown): void {
    if (!isEmptyValue(value)) this.#members[name] = addReport(this.#members[name], value)
  }

  /** Records search queries as sent to the client. @returns those not recorded before, each once */
  addQueries(queries: readonly string[]): string[] {
    const added = queries.filter((query) => !this.#queries.has(query))
    for (const query of added) this.#queries.add(query)
    return [...new Set(added)]
  }

  /** Returns the members for `extra_content.google`, with search queries that were not sent yet. */
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
    for (const [name, report] of Object.entries(this.#members)) joined[name] = appendReport(joined[name], toValue(report))
    return joined
  }
}

const isEmptyValue = (value: unknown): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)

/** Merges two objects, up to 100 members; `join` computes the value of each member of `later`. */
function joinMembers(earlier: object, later: object, join: (earlier: unknown, later: unknown) => unknown): object {
  const joined = new Map<string, unknown>(Object.entries(earlier))
  for (const [name, value] of Object.entries(later)) {
    if (joined.has(name) || joined.size < MAX_MEMBERS) joined.set(name, join(joined.get(name), value))
  }
  return Object.fromEntries(joined)
}

/** Joins an event's metadata value with the earlier one: extends lists, replaces other values. */
function addReport(earlier: Report, later: unknown): Report {
  if (!isRecord(later)) return later
  return joinMembers(isRecord(earlier) ? earlier : {}, later, (begun, value) => {
    if (!Array.isArray(value)) return value
    return begun instanceof ItemList ? begun.add(value) : ItemList.of(value)
  })
}

/** Converts a report to JSON values: arrays instead of {@link ItemList}s. */
const toValue = (report: Report): unknown =>
  isRecord(report) ? joinMembers({}, report, (_, value) => (value instanceof ItemList ? value.toArray() : value)) : report

/** Joins the metadata values of two responses: concatenates lists, replaces other values. */
function appendReport(earlier: unknown, later: unknown): unknown {
  if (!isRecord(earlier) || !isRecord(later)) return later
  return joinMembers(earlier, later, (begun, value) =>
    Array.isArray(begun) && Array.isArray(value) ? [...begun, ...value].slice(0, MAX_ITEMS) : value,
  )
}
