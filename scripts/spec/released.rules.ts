// Finds contract changes that break clients: api-smart-diff, and rules for cases it misses.
import { apiCompare } from 'api-smart-diff'
import { keysOf, lacking, makeSchemaRules, type Node, type Pair, resolverOf } from './released.schemas.js'

const METHODS = / (get|put|post|delete|patch)$/

/** Compares two versions of a contract. @returns the changes that break clients, one line each */
export function breaksIn(before: Node, after: Node): string[] {
  const { diffs } = apiCompare(withSchemeKinds(before), withSchemeKinds(after))
  // Changes outside `paths` are dropped: api-smart-diff reports them below `paths`, too, where it
  // knows whether they concern a request or a response.
  const found = diffs.filter(({ type, path }) => type === 'breaking' && path[0] === 'paths')
  return [...new Set([...found.map(({ action, path }) => `${action} ${path.slice(1).join(' ')}`), ...ownRules(before, after)])]
}

/** Copies a contract with security schemes named by type and header, as names are no change. */
function withSchemeKinds(contract: Node): Node {
  const schemes = (contract.components as { readonly securitySchemes?: Readonly<Record<string, Node>> } | undefined)?.securitySchemes
  const kindOf = (name: string): string => [schemes?.[name]?.type, schemes?.[name]?.scheme ?? schemes?.[name]?.name ?? name].join(' ')
  const inKinds = (key: string, value: unknown): unknown =>
    key === 'security' && Array.isArray(value)
      ? value.map((each: object) => Object.fromEntries(Object.entries(each).map(([name, scopes]) => [kindOf(name), scopes])))
      : value
  return JSON.parse(JSON.stringify(contract, inKinds)) as Node
}

function ownRules(before: Node, after: Node): string[] {
  const [ofBefore, ofAfter] = [resolverOf(before), resolverOf(after)]
  const compare = makeSchemaRules(ofBefore, ofAfter)
  const member = ({ before: old, after: now, ...pair }: Pair, key: string, label = key): Pair => ({
    ...pair,
    at: `${pair.at} ${label}`.trim(),
    before: ofBefore(old)[key],
    after: ofAfter(now)[key],
  })
  /** Lists the keys that `after` lacks, and the changes in the members that both have. */
  const each = (pair: Pair, compareMember: (inner: Pair) => string[]): string[] => {
    const [old, now] = [keysOf(ofBefore(pair.before)), keysOf(ofAfter(pair.after))]
    const common = old.filter((name) => now.includes(name)).map((name) => member(pair, name))
    return [...lacking(old, now).map((name) => `${pair.at}: no ${name}`), ...common.flatMap(compareMember)]
  }
  const media = (pair: Pair) => [...compare(member(pair, 'schema', '')), ...compare(member(pair, 'itemSchema', 'event'))]
  const contents = (pair: Pair) => each(member(pair, 'content', ''), media)
  const headers = (pair: Pair) => each(member(pair, 'headers', ''), (header) => compare(member(header, 'schema', '')))
  const response = (pair: Pair) => [...headers(pair), ...contents(pair)]
  const operation = (pair: Pair): string[] => {
    if (!METHODS.test(pair.at)) return []
    return [
      ...contents({ ...member(pair, 'requestBody', 'request body'), direction: 'request' }),
      ...each(member(pair, 'responses', ''), response),
    ]
  }
  return each({ at: '', before: before.paths, after: after.paths, direction: 'response' }, (path) => each(path, operation))
}
