// Ten times what Gemini takes of a schema, and far from where writing a value as JSON, or as text, runs out of stack.
const DEEPEST = 1_000

/** True for a value whose lists and objects stand in each other more than a thousand deep. Costs one look at each of them. */
export function isTooDeep(value: unknown): boolean {
  let level = childrenOf([[value]])
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true
    level = childrenOf(level)
  }
  return false
}

/** The lists and objects that stand in others. */
function childrenOf(holders: readonly object[]): object[] {
  const found: object[] = []
  for (const holder of holders) {
    for (const child of Array.isArray(holder) ? holder : Object.values(holder)) {
      if (typeof child === 'object' && child !== null) found.push(child)
    }
  }
  return found
}
