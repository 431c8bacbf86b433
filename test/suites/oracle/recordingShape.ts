/**
 * Returns the paths of all keys in a JSON value, in their order. An array of plain values is one
 * path; other arrays have the paths of each element.
 */
export const pathsOf = (value: unknown, path = ''): string[] => {
  if (Array.isArray(value)) {
    if (value.every((entry) => typeof entry !== 'object' || entry === null)) return [`${path}[]`]
    return value.flatMap((entry: unknown, index) => pathsOf(entry, `${path}[${index}]`))
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, child]) => {
    const place = path === '' ? key : `${path}.${key}`
    return [place, ...pathsOf(child, place)]
  })
}

/** The paths that only one of the two lists has. */
export const differenceOf = (one: readonly string[], other: readonly string[]): string[] => {
  const [left, right] = [new Set(one), new Set(other)]
  return [...[...left].filter((path) => !right.has(path)), ...[...right].filter((path) => !left.has(path))].sort()
}

/**
 * Returns the lines of an event stream, with the JSON of each chunk replaced by `{chunk}`. Other
 * lines are unchanged.
 */
export const framesOf = (body: string): string[] =>
  body.split('\n').map((line) => {
    if (line === '' || line === 'data: [DONE]') return line
    return line.startsWith('data: {') ? 'data: {chunk}' : line
  })

/** The keys of every chunk of an event stream, prefixed with the number of the chunk. */
export const chunkPathsOf = (body: string): string[] =>
  body
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .flatMap((line, index) => pathsOf(JSON.parse(line.slice('data: '.length))).map((path) => `${index}: ${path}`))

/** Returns the distinct sets of key paths among the elements of a list response. */
export const kindsOf = (body: unknown): string[] => {
  const data = typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data) ? body.data : []
  const kinds = data.map((entry: unknown) => pathsOf(entry).join(','))
  return [...new Set(kinds)].sort()
}
