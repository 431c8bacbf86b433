/** Matches an escaped surrogate, or the two escapes of a surrogate pair together. */
const SURROGATES = /\\u[dD](?:[89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|[89a-fA-F][\da-fA-F]{2})/g
const ESCAPE_LENGTH = 6
const REPLACEMENT = '\ufffd'

/**
 * Replaces escaped lone surrogates, such as half of a cut emoji, in JSON: Google refuses a request
 * with one. JSON.stringify writes each lone surrogate of a value as an escape.
 */
export const toWellFormedJson = (json: string): string =>
  json.replace(SURROGATES, (found, index: number) => {
    const isPair = found.length > ESCAPE_LENGTH
    // If the first backslash is itself escaped, the `ud83d` after it is text, and no pair begins.
    if (followsBackslash(json, index)) return isPair ? `${found.slice(0, ESCAPE_LENGTH)}${REPLACEMENT}` : found
    return isPair ? found : REPLACEMENT
  })

/** True if an odd number of backslashes precedes a character. */
function followsBackslash(json: string, index: number): boolean {
  let start = index
  while (json[start - 1] === '\\') start -= 1
  return (index - start) % 2 === 1
}
