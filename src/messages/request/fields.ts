/** Fields that have an effect, by the path of the object that they belong to. */
const KNOWN: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    '',
    new Set([
      ...['model', 'messages', 'system', 'tools', 'tool_choice', 'max_tokens', 'stream', 'stop_sequences', 'temperature', 'top_p'],
      ...['top_k', 'thinking', 'output_config', 'output_format'],
    ]),
  ],
  ['output_config', new Set(['effort', 'format'])],
])

/** Returns the paths of the fields that are accepted and have no effect. */
export function findIgnoredFields(request: object): string[] {
  return [...KNOWN].flatMap(([path, known]) => {
    const object: unknown = path === '' ? request : Reflect.get(request, path)
    if (typeof object !== 'object' || object === null) return []
    const names = Object.entries(object).flatMap(([name, value]) =>
      value === undefined || value === null || known.has(name) ? [] : [name],
    )
    return names.map((name) => (path === '' ? name : `${path}.${name}`))
  })
}
