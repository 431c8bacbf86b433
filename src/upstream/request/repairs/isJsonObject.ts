// Maximum nesting of objects and lists; real arguments of tool calls have far fewer levels.
const MAX_LEVELS = 1_000

const LITERALS = ['true', 'false', 'null']

/**
 * True if a text is a JSON object with at most 1,000 levels of nesting. Does not use JSON.parse,
 * which can take many times the memory of a hostile text, and seconds of CPU time.
 */
export function isJsonObject(text: string): boolean {
  const reader = new JsonReader(text)
  if (!reader.take('{')) return false
  /** The closing brackets of the open objects and lists, innermost last. */
  const closing: ('}' | ']')[] = ['}']
  let isEmpty = true
  for (let end = closing.at(-1); end !== undefined; end = closing.at(-1)) {
    if (reader.take(end)) {
      closing.pop()
      isEmpty = false
      continue
    }
    if (!isEmpty && !reader.take(',')) return false
    if (end === '}' && !(reader.takeString() && reader.take(':'))) return false
    isEmpty = true
    if (reader.take('{')) closing.push('}')
    else if (reader.take('[')) closing.push(']')
    else if (reader.takeString() || reader.takeScalar()) isEmpty = false
    else return false
    if (closing.length > MAX_LEVELS) return false
  }
  return reader.isAtEnd()
}

/** Reads the tokens of a JSON text, each with the white space after it, without storing them. */
class JsonReader {
  readonly #text: string
  #index = 0

  constructor(text: string) {
    this.#text = text
    this.#moveTo(0)
  }

  /** Moves past the given character. @returns false, without moving, if another one is next */
  take(character: string): boolean {
    return this.#text[this.#index] === character && this.#moveTo(this.#index + 1)
  }

  /** Moves past a string. @returns false, without moving, if no valid string is next */
  takeString(): boolean {
    const text = this.#text
    if (text[this.#index] !== '"') return false
    for (let index = this.#index + 1; index < text.length; index += 1) {
      const character = text[index] ?? ''
      if (character === '"') return this.#moveTo(index + 1)
      if (character < ' ') return false
      if (character === '\\') {
        const length = escapeLength(text, index)
        if (length === 0) return false
        index += length - 1
      }
    }
    return false
  }

  /** Moves past a number, a boolean or null. @returns false, without moving, if none is next */
  takeScalar(): boolean {
    const text = this.#text
    const end = endOfNumber(text, this.#index)
    if (end > this.#index) return this.#moveTo(end)
    const literal = LITERALS.find((each) => text.startsWith(each, this.#index))
    return literal !== undefined && this.#moveTo(this.#index + literal.length)
  }

  /** True if the whole text has been read. */
  isAtEnd(): boolean {
    return this.#index === this.#text.length
  }

  /** Moves to an index, then past the white space that begins there. */
  #moveTo(start: number): true {
    const text = this.#text
    let index = start
    for (let next = text[index]; next === ' ' || next === '\n' || next === '\r' || next === '\t'; next = text[index]) index += 1
    this.#index = index
    return true
  }
}

/** Returns the length of the escape sequence at an index; 0 for an invalid one. */
function escapeLength(text: string, index: number): number {
  const kind = text[index + 1] ?? ''
  if (kind === 'u') return /^[0-9a-fA-F]{4}$/.test(text.slice(index + 2, index + 6)) ? 6 : 0
  return kind !== '' && '"\\/bfnrt'.includes(kind) ? 2 : 0
}

/** Returns the index after the number that begins at `start`; `start` itself if none does. */
function endOfNumber(text: string, start: number): number {
  const whole = text[start] === '-' ? start + 1 : start
  const fraction = text[whole] === '0' ? whole + 1 : endOfDigits(text, whole)
  if (fraction === whole) return start
  const exponent = text[fraction] === '.' ? endOfDigits(text, fraction + 1) : fraction
  if (exponent === fraction + 1) return start
  if (text[exponent] !== 'e' && text[exponent] !== 'E') return exponent
  const digits = text[exponent + 1] === '-' || text[exponent + 1] === '+' ? exponent + 2 : exponent + 1
  const end = endOfDigits(text, digits)
  return end === digits ? start : end
}

function endOfDigits(text: string, start: number): number {
  let index = start
  for (let next = text[index] ?? ''; next >= '0' && next <= '9'; next = text[index] ?? '') index += 1
  return index
}
