// Longer texts are not compared, to save time: no model id or path is longer.
const LONGEST = 64
// One mistake is allowed for each five characters of a text, and at most three.
const CHARACTERS_PER_MISTAKE = 5
const MOST_MISTAKES = 3

/**
 * Finds the candidate that a text most likely misspells, ignoring case; undefined if none is close.
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
    const mistakes = mistakesIn(...withoutCommonEnds(typed, candidate.toLowerCase()), fewest)
    if (mistakes >= fewest) continue
    fewest = mistakes
    closest = candidate
  }
  return closest
}

/** Removes the common prefix and suffix of two texts, which is cheaper than comparing them. */
function withoutCommonEnds(typed: string, meant: string): [string, string] {
  const shorter = Math.min(typed.length, meant.length)
  let start = 0
  while (start < shorter && typed[start] === meant[start]) start += 1
  let end = 0
  while (end < shorter - start && typed.at(-1 - end) === meant.at(-1 - end)) end += 1
  return [typed.slice(start, typed.length - end), meant.slice(start, meant.length - end)]
}

/**
 * The number of characters that are missing, surplus, wrong or swapped with their neighbour.
 *
 * @param limit - the largest result: the comparison stops once it finds as many mistakes
 */
function mistakesIn(typed: string, meant: string, limit: number): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: meant.length + 1 }, (_, index) => index)
  for (let row = 1; row <= typed.length; row += 1) {
    const current = new Array<number>(meant.length + 1).fill(limit)
    if (row < limit) current[0] = row
    let fewest = current[0] ?? limit
    // Cells farther from the diagonal have at least `limit` mistakes.
    const end = Math.min(meant.length, row + limit - 1)
    for (let column = Math.max(1, row - limit + 1); column <= end; column += 1) {
      const isSame = typed[row - 1] === meant[column - 1]
      const isSwapped = row > 1 && column > 1 && typed[row - 1] === meant[column - 2] && typed[row - 2] === meant[column - 1]
      const mistakes = Math.min(
        (last[column] ?? limit) + 1,
        (current[column - 1] ?? limit) + 1,
        (last[column - 1] ?? limit) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[column - 2] ?? limit) + 1 : limit,
        limit,
      )
      current[column] = mistakes
      fewest = Math.min(fewest, mistakes)
    }
    if (fewest >= limit) return limit
    beforeLast = last
    last = current
  }
  return Math.min(last[meant.length] ?? limit, limit)
}
