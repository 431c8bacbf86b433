/**
 * True for a UTF-16 code unit of Chinese, Japanese or Korean script, in which one character is
 * about one token.
 */
const isCjk = (unit: number): boolean => unit >= 0x2e80 && unit <= 0xffef

const weight = (unit: number): number => (isCjk(unit) ? 1 : 0.25)

/** Estimates Gemini's token count: four Latin characters or one Chinese character per token. */
export const countTokens = (text: string): number => {
  let sum = 0
  for (let at = 0; at < text.length; at += 1) sum += weight(text.charCodeAt(at))
  return Math.ceil(sum)
}

/** Returns the longest prefix of the text with at most this many tokens. */
export const firstTokens = (text: string, limit: number): string => {
  let sum = 0
  for (let at = 0; at < text.length; at += 1) {
    sum += weight(text.charCodeAt(at))
    if (sum > limit) return text.slice(0, at)
  }
  return text
}

/** Returns whether the text contains Chinese characters. */
export const hasChinese = (text: string): boolean => /[\u3400-\u9fff]/.test(text)

/**
 * Splits a text into pieces of about equal length: within words, as Gemini does, but never within a
 * character.
 *
 * If the text has fewer characters than `count`, numbers fill up the rest, so that a short prompt
 * can produce a long stream.
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
