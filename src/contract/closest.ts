// Longest text to compare, in characters. Model ids and paths of the API are shorter.
const MAX_COMPARED_LENGTH = 64
// A misspelled text may have one mistake per five characters, and at most three.
const CHARACTERS_PER_MISTAKE = 5
const MAX_MISTAKES = 3

/**
 * Finds the candidate that a text most likely misspells, ignoring case; undefined if none is close.
 *
 * @param candidates - of several equally similar ones, the first is returned
 */
export function findClosest(text: string, candidates: readonly string[]): string | undefined {
  if (text.length > MAX_COMPARED_LENGTH) return undefined
  const typed = text.toLowerCase()
  let closest: string | undefined
  let fewest = Math.min(MAX_MISTAKES, Math.floor(typed.length / CHARACTERS_PER_MISTAKE)) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - typed.length) >= fewest || candidate.length > MAX_COMPARED_LENGTH) continue
    const mistakes = computeEditDistance(...withoutCommonEnds(typed, candidate.toLowerCase()), fewest)
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
 * Computes the edit distance of two texts: characters that are missing, extra, wrong or swapped.
 *
 * @param limit - the largest result: the comparison stops once the distance reaches it
 */
function computeEditDistance(typed: string, meant: string, limit: number): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: meant.length + 1 }, (_, index) => index)
  for (let row = 1; row <= typed.length; row += 1) {
    const current = new Array<number>(meant.length + 1).fill(limit)
    if (row < limit) current[0] = row
    let fewest = current[0] ?? limit
    // Only cells near the matrix diagonal are computed: the others mean at least `limit` mistakes.
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
