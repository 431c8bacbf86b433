/** Makes a test for a pattern in which `*` matches any text. A RegExp could take minutes. */
export function makeMatcher(pattern: string): (name: string) => boolean {
  const literals = pattern.split('*')
  const [first = '', last = ''] = [literals[0], literals.at(-1)]
  if (literals.length === 1) return (name) => name === pattern
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false
    let from = first.length
    for (const literal of literals.slice(1, -1)) {
      const at = name.indexOf(literal, from)
      if (at === -1) return false
      from = at + literal.length
    }
    return from <= name.length - last.length
  }
}
