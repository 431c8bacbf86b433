import { isRecord } from '../../../contract/isRecord.js'

// Maximum number of JSON values in all texts of one request: the default of MAX_BODY_VALUES.
const MAX_VALUES = 200_000
// Maximum nesting depth; real objects have fewer levels. Google's parser allows 100 levels of its
// own format, of which one level of JSON takes up to 3.
const DEEPEST_OBJECT = 32

/**
 * Parses JSON objects in texts of one request, such as all its tool results, within limits: for a
 * malicious text, JSON.parse takes many times the memory of the text and seconds of CPU time.
 */
export class JsonObjects {
  #left = MAX_VALUES

  /** Parses a JSON object; undefined for other texts, and for too many values or levels. */
  parse(text: string): object | undefined {
    if (!/^\s*\{/.test(text)) return undefined
    const values = countValues(text, this.#left)
    if (values === undefined) return undefined
    try {
      const value: unknown = JSON.parse(text)
      if (!isRecord(value)) return undefined
      this.#left -= values
      return value
    } catch {
      return undefined // invalid JSON
    }
  }

  /** Counts a valid JSON object to be parsed later. @returns false if it exceeds the limits */
  admit(text: string): boolean {
    const values = countValues(text, this.#left)
    this.#left -= values ?? 0
    return values !== undefined
  }
}

const SPACE = new Set([' ', '\t', '\n', '\r'])

/**
 * True if `json`, the output of JSON.stringify for the value of a valid JSON text, differs from the
 * text only in white space and escapes. False if JSON.parse has rounded a number, sorted members or
 * dropped a repeated one.
 */
export function isSameJson(text: string, json: string): boolean {
  let position = 0
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? ''
    if (SPACE.has(character)) continue
    const end = character === '"' ? endOfString(text, index) : index
    const token = text.slice(index, end + 1)
    const expected = token.includes('\\') ? JSON.stringify(JSON.parse(token)) : token
    if (!json.startsWith(expected, position)) return false
    position += expected.length
    index = end
  }
  return position === json.length
}

/** Counts the values of a JSON text; undefined above `most` values or 32 levels of nesting. */
function countValues(text: string, most: number): number | undefined {
  let values = 1
  let level = 0
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (character === '"') index = endOfString(text, index)
    else if (character === '}' || character === ']') level -= 1
    else if (character === ',') values += 1
    else if (character === '{' || character === '[') {
      values += 1
      level += 1
    }
    if (values > most || level > DEEPEST_OBJECT) return undefined
  }
  return values
}

/** Returns the index of the quotation mark that ends the string at `start`; the length if none. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    if (text[index] === '"') return index
    if (text[index] === '\\') index += 1
  }
  return text.length
}
