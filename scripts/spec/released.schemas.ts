// Finds schema changes that break clients and that api-smart-diff misses. The schema of a request
// may only allow more than before, that of a response only less; events of streams are included.

/** An object in an OpenAPI document, or the document itself. */
export type ContractNode = Readonly<Record<string, unknown>>

/** Two versions of one part of the contract; `at` is its location, for messages. */
export interface VersionPair {
  readonly at: string
  readonly before: unknown
  readonly after: unknown
  /** Direction of the data: the proxy reads requests, clients read responses. */
  readonly direction: 'request' | 'response'
}

/** Returns the object that a node is or refers to by `$ref`; `{}` if it is not an object. */
export type ResolveRef = (node: unknown) => ContractNode

const isNode = (value: unknown): value is ContractNode => typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])
const branches = (node: ContractNode): ContractNode[] => [...list(node.oneOf), ...list(node.anyOf), ...list(node.allOf)].filter(isNode)
const nameOf = ({ $ref, const: only, enum: some, type }: ContractNode): string =>
  typeof $ref === 'string' ? $ref : JSON.stringify(only ?? some ?? type)

/** Lists the entries of the first list that the second one lacks. */
export const findMissing = (from: readonly unknown[], other: readonly unknown[]): string[] =>
  from.filter((each) => !other.includes(each)).map(String)

/** Lists the keys of an object; an empty list for any other value. */
export const keysOf = (value: unknown): string[] => Object.keys(isNode(value) ? value : {})

/** Makes the function that follows `$ref` references within a document. */
export const makeRefResolver = (document: ContractNode): ResolveRef => {
  const resolve: ResolveRef = (node) => {
    if (!isNode(node)) return {}
    if (typeof node.$ref !== 'string') return node
    const path = node.$ref.split('/').slice(1)
    return resolve(path.reduce<unknown>((value, key) => (isNode(value) ? value[key] : undefined), document))
  }
  return resolve
}

/** Lists values that requests no longer allow, or that responses did not contain before. */
function compareValues({ direction }: VersionPair, old: ContractNode, now: ContractNode): string[] {
  const [wide, narrow] = direction === 'request' ? [old, now] : [now, old]
  const change = direction === 'request' ? 'no longer' : 'now also'
  const values = ['type', 'enum', 'const'].flatMap((key) => {
    if (narrow[key] === undefined) return []
    const lost = wide[key] === undefined ? ['anything'] : findMissing(list(wide[key]), list(narrow[key]))
    return lost.map((value) => `${change} ${key} ${value}`)
  })
  const choices = branches(narrow).length === 0 ? [] : findMissing(branches(wide).map(nameOf), branches(narrow).map(nameOf))
  return [...values, ...choices.map((choice) => `${change} ${choice}`)]
}

/**
 * Lists removed properties, properties that requests newly require or that responses no longer
 * guarantee, and requests that no longer allow additional properties.
 */
function compareMembers({ direction }: VersionPair, old: ContractNode, now: ContractNode): string[] {
  const isRequest = direction === 'request'
  const [stricter, looser] = isRequest ? [now, old] : [old, now]
  const isClosed = isRequest && old.additionalProperties !== false && now.additionalProperties === false
  return [
    ...findMissing(keysOf(old.properties), keysOf(now.properties)).map((name) => `without ${name}`),
    ...findMissing(list(stricter.required), list(looser.required)).map((name) => `${isRequest ? 'now' : 'no longer'} requires ${name}`),
    ...(isClosed ? ['now closed'] : []),
  ]
}

/** Makes the function that lists the breaking changes of a schema, one line for each. */
export const makeSchemaRules = (ofBefore: ResolveRef, ofAfter: ResolveRef): ((pair: VersionPair) => string[]) => {
  const seen = new Set<string>()
  const compare = (pair: VersionPair): string[] => {
    const mark = `${pair.direction} ${JSON.stringify([pair.before, pair.after])}`
    if (!isNode(pair.before) || !isNode(pair.after) || seen.has(mark)) return []
    seen.add(mark)
    const [old, now] = [ofBefore(pair.before), ofAfter(pair.after)]
    const [oldProperties, newProperties] = [old.properties as ContractNode | undefined, now.properties as ContractNode | undefined]
    const inner = [
      ...keysOf(oldProperties).map((name) => [`.${name}`, oldProperties?.[name], newProperties?.[name]] as const),
      ...['items', 'contentSchema'].map((key) => ['[]', old[key], now[key]] as const),
      ...branches(old).map((branch) => ['', branch, branches(now).find((other) => nameOf(other) === nameOf(branch))] as const),
    ]
    return [
      ...[...compareValues(pair, old, now), ...compareMembers(pair, old, now)].map((line) => `${pair.at}: ${line}`),
      ...inner.flatMap(([label, before, after]) => compare({ ...pair, at: pair.at + label, before, after })),
    ]
  }
  return compare
}
