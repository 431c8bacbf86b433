// Longer texts are not compared: no model id or path is longer, and the time grows with the square.
const LONGEST = 64
// A text of five characters may have one mistake, one of fifteen three.
const CHARACTERS_PER_MISTAKE = 5
const MOST_MISTAKES = 3

/**
 * The candidate that a text is most likely a misspelling of, whatever its case; undefined for none.
 *
 * @param candidates - of several equally similar ones, the first is returned
 */
export function closestTo(text: string, candidates: readonly string[]): string | undefined {
  if (text.length > LONGEST) return undefined
  const typed = text.toLowerCase()
  let closest: string | undefined
  let fewest = Math.min(MOST_MISTAKES, Math.floor(typed.length / CHARACTERS_PER_MISTAKE)) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - typed.length) >= fewest || candidate.length > LONGEST) continue
    const mistakes = mistakesIn(typed, candidate.toLowerCase())
    if (mistakes >= fewest) continue
    fewest = mistakes
    closest = candidate
  }
  return closest
}

/** The number of characters that are missing, surplus, wrong or swapped with their neighbour. */
function mistakesIn(typed: string, meant: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: meant.length + 1 }, (_, index) => index)
  for (let row = 1; row <= typed.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= meant.length; column += 1) {
      const isSame = typed[row - 1] === meant[column - 1]
      const isSwapped = row > 1 && column > 1 && typed[row - 1] === meant[column - 2] && typed[row - 2] === meant[column - 1]
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = current
  }
  return last[meant.length] ?? 0
}
