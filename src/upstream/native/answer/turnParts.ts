import type { Part } from '../wire/types.js'

/** Collects the parts of an answer as Gemini sent them, because later requests must repeat them. */
export class TurnParts {
  readonly #parts: Part[] = []
  /** Number of parts at the last continuation token, and the last part, which may be extended. */
  #savedState: { readonly count: number; readonly last: Part | undefined } = { count: 0, last: undefined }

  /** Adds the parts of one event, except thoughts: they have no signature to send back. */
  add(parts: readonly Part[]): void {
    for (const part of parts) {
      // A call without a name only ends a streamed call, and Gemini refuses it in requests.
      if (part.thought === true || (part.functionCall && !part.functionCall.name)) continue
      const last = this.#parts.at(-1)
      if (last !== undefined && isPlainText(last) && isPlainText(part))
        this.#parts[this.#parts.length - 1] = { text: last.text + part.text }
      else if (!isPlainText(part) || part.text !== '') this.#parts.push(part)
    }
  }

  /** Saves the parts so far at a continuation token, for {@link rewind}. */
  markResumePoint(): void {
    this.#savedState = { count: this.#parts.length, last: this.#parts.at(-1) }
  }

  /** Restores the saved parts: in a resumption, Gemini sends all later parts again. */
  rewind(): void {
    const { count, last } = this.#savedState
    this.#parts.splice(last === undefined ? 0 : count - 1, Number.POSITIVE_INFINITY, ...(last === undefined ? [] : [last]))
  }

  /** Returns all parts; undefined if all are texts and function calls, which clients send back. */
  replayParts(): readonly Part[] | undefined {
    const isKnown = ({ text, functionCall: called }: Part): boolean => typeof text === 'string' || Boolean(called)
    return this.#parts.every(isKnown) ? undefined : this.#parts
  }
}

/** True for a part that has only text. It has no signature, so it may be joined with another. */
export const isPlainText = (part: Part): part is { text: string } => typeof part.text === 'string' && Object.keys(part).length === 1
