// What breaks clients in schemas and api-smart-diff passes over: the direction of a change decides, and events are schemas within schemas.

/** A JSON object of a contract. */
export type Node = Readonly<Record<string, unknown>>

/** Two versions of one part, where it stands, and who reads it: we a `request`, clients a `response`. */
export interface Pair {
  readonly at: string
  readonly before: unknown
  readonly after: unknown
  readonly way: 'request' | 'response'
}

/** What is compared, with the references followed in the document of each. */
export type Resolve = (node: unknown) => Node

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])
const branches = (node: Node): Node[] => [...list(node.oneOf), ...list(node.anyOf), ...list(node.allOf)].filter(isNode)
const nameOf = ({ $ref, const: only, enum: some, type }: Node): string =>
  typeof $ref === 'string' ? $ref : JSON.stringify(only ?? some ?? type)

/** What is in the first list and not in the second. */
export const lacking = (from: readonly unknown[], other: readonly unknown[]): string[] =>
  from.filter((each) => !other.includes(each)).map(String)

/** The keys of a member that is an object. */
export const keysOf = (value: unknown): string[] => Object.keys(isNode(value) ? value : {})

/** Makes the resolver of a document. */
export const resolverOf = (document: Node): Resolve => {
  const resolve: Resolve = (node) => {
    if (!isNode(node)) return {}
    if (typeof node.$ref !== 'string') return node
    const path = node.$ref.split('/').slice(1)
    return resolve(path.reduce<unknown>((value, key) => (isNode(value) ? value[key] : undefined), document))
  }
  return resolve
}

/** What may come: no less for what we read, no more for what clients read. */
function limits({ way }: Pair, old: Node, now: Node): string[] {
  const [wide, narrow] = way === 'request' ? [old, now] : [now, old]
  const word = way === 'request' ? 'no longer' : 'now also'
  const values = ['type', 'enum', 'const'].flatMap((key) => {
    if (narrow[key] === undefined) return []
    const lost = wide[key] === undefined ? ['anything'] : lacking(list(wide[key]), list(narrow[key]))
    return lost.map((value) => `${word} ${key} ${value}`)
  })
  const choices = branches(narrow).length === 0 ? [] : lacking(branches(wide).map(nameOf), branches(narrow).map(nameOf))
  return [...values, ...choices.map((choice) => `${word} ${choice}`)]
}

/** What has to be there: nothing more for what clients write, nothing less for what they read. */
function members({ way }: Pair, old: Node, now: Node): string[] {
  const isAsked = way === 'request'
  const [stricter, looser] = isAsked ? [now, old] : [old, now]
  const isClosed = isAsked && old.additionalProperties !== false && now.additionalProperties === false
  return [
    ...lacking(keysOf(old.properties), keysOf(now.properties)).map((name) => `without ${name}`),
    ...lacking(list(stricter.required), list(looser.required)).map((name) => `${isAsked ? 'now' : 'no longer'} requires ${name}`),
    ...(isClosed ? ['now closed'] : []),
  ]
}

/** Makes the comparison of two versions of schemas. @returns a function that gives what breaks clients, one line each */
export const makeSchemaRules = (ofBefore: Resolve, ofAfter: Resolve): ((pair: Pair) => string[]) => {
  const seen = new Set<string>()
  const compare = (pair: Pair): string[] => {
    const mark = `${pair.way} ${JSON.stringify([pair.before, pair.after])}`
    if (!isNode(pair.before) || !isNode(pair.after) || seen.has(mark)) return []
    seen.add(mark)
    const [old, now] = [ofBefore(pair.before), ofAfter(pair.after)]
    const [mine, yours] = [old.properties as Node | undefined, now.properties as Node | undefined]
    const inner = [
      ...keysOf(mine).map((name) => [`.${name}`, mine?.[name], yours?.[name]] as const),
      ...['items', 'contentSchema'].map((key) => ['[]', old[key], now[key]] as const),
      ...branches(old).map((branch) => ['', branch, branches(now).find((other) => nameOf(other) === nameOf(branch))] as const),
    ]
    return [
      ...[...limits(pair, old, now), ...members(pair, old, now)].map((line) => `${pair.at}: ${line}`),
      ...inner.flatMap(([label, before, after]) => compare({ ...pair, at: pair.at + label, before, after })),
    ]
  }
  return compare
}
