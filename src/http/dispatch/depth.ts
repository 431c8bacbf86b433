// Ten times what Gemini accepts of a schema; JSON.stringify exhausts the stack far beyond it.
const DEEPEST = 1_000

/** True for a value with more than a thousand levels of nested arrays and objects. */
export function isTooDeep(value: unknown): boolean {
  let level = childrenOf([[value]])
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true
    level = childrenOf(level)
  }
  return false
}

/** The arrays and objects directly within others. */
function childrenOf(holders: readonly object[]): object[] {
  const found: object[] = []
  for (const holder of holders) {
    for (const child of Array.isArray(holder) ? holder : Object.values(holder)) {
      if (typeof child === 'object' && child !== null) found.push(child)
    }
  }
  return found
}
