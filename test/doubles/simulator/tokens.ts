/** Is this code unit Chinese, Japanese or Korean script, where a character is about a token? */
const isCjk = (unit: number): boolean => unit >= 0x2e80 && unit <= 0xffef

const weight = (unit: number): number => (isCjk(unit) ? 1 : 0.25)

/** About as many tokens as Gemini would count: four Latin characters or one Chinese one make a token. */
export const countTokens = (text: string): number => {
  let sum = 0
  for (let at = 0; at < text.length; at += 1) sum += weight(text.charCodeAt(at))
  return Math.ceil(sum)
}

/** The longest beginning of the text that has at most so many tokens. */
export const firstTokens = (text: string, limit: number): string => {
  let sum = 0
  for (let at = 0; at < text.length; at += 1) {
    sum += weight(text.charCodeAt(at))
    if (sum > limit) return text.slice(0, at)
  }
  return text
}

/** Does the text hold Chinese characters? */
export const hasChinese = (text: string): boolean => /[\u3400-\u9fff]/.test(text)

/**
 * Splits a text into about equal pieces, inside words as Gemini does, but never inside a character.
 *
 * A text with fewer characters than pieces is followed by counted words, so that a short prompt can make a long stream.
 */
export function* pieces(text: string, count: number): Generator<string> {
  const own = Math.min(count, Math.max(1, Math.floor(text.length / 2)))
  let start = 0
  for (let piece = 1; piece <= own; piece += 1) {
    let end = piece === own ? text.length : Math.round((text.length * piece) / own)
    if (isLowSurrogate(text.charCodeAt(end))) end += 1
    yield text.slice(start, end)
    start = end
  }
  for (let piece = own; piece < count; piece += 1) yield ` ${piece}`
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff
