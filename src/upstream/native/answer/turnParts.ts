import type { Part } from '../wire/types.js'

/** The parts of an answer as Gemini sent them, for the requests that must repeat them. */
export class TurnParts {
  readonly #parts: Part[] = []
  /** The number of parts at the last continuation token, and the last part: text may extend it. */
  #kept: { readonly count: number; readonly last: Part | undefined } = { count: 0, last: undefined }

  /** Adds the parts of one event. Thoughts need not come back: they carry no signature. */
  add(parts: readonly Part[]): void {
    for (const part of parts) {
      // Nor must the mark that ends a call: Gemini refuses calls without a name.
      if (part.thought === true || (part.functionCall && !part.functionCall.name)) continue
      const last = this.#parts.at(-1)
      if (last !== undefined && isPlainText(last) && isPlainText(part))
        this.#parts[this.#parts.length - 1] = { text: last.text + part.text }
      else if (!isPlainText(part) || part.text !== '') this.#parts.push(part)
    }
  }

  /** Saves the state at a continuation token. */
  markPlace(): void {
    this.#kept = { count: this.#parts.length, last: this.#parts.at(-1) }
  }

  /** Removes what was added after the token: Gemini sends it again. */
  rewind(): void {
    const { count, last } = this.#kept
    this.#parts.splice(last === undefined ? 0 : count - 1, Number.POSITIVE_INFINITY, ...(last === undefined ? [] : [last]))
  }

  /** All parts so far; undefined for text and calls alone, which clients send back themselves. */
  replayParts(): readonly Part[] | undefined {
    const isKnown = ({ text, functionCall: called }: Part): boolean => typeof text === 'string' || Boolean(called)
    return this.#parts.every(isKnown) ? undefined : this.#parts
  }
}

/** True for a text without a signature, which may be joined with others. */
export const isPlainText = (part: Part): part is { text: string } => typeof part.text === 'string' && Object.keys(part).length === 1
