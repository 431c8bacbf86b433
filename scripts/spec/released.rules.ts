// Finds contract changes that break clients, with api-smart-diff and rules for cases it misses.
import { apiCompare } from 'api-smart-diff'
import { type ContractNode, findMissing, keysOf, makeRefResolver, makeSchemaRules, type VersionPair } from './released.schemas.js'

const METHODS = / (get|put|post|delete|patch)$/

/** Compares two versions of a contract. @returns the changes that break clients, one line each */
export function findBreakingChanges(before: ContractNode, after: ContractNode): string[] {
  const { diffs } = apiCompare(withSchemeKinds(before), withSchemeKinds(after))
  // Ignore changes of `components`: api-smart-diff reports them below `paths`, too, where it knows
  // whether they concern a request or a response.
  const found = diffs.filter(({ type, path }) => type === 'breaking' && path[0] === 'paths')
  return [...new Set([...found.map(({ action, path }) => `${action} ${path.slice(1).join(' ')}`), ...ownRules(before, after)])]
}

/** Copies a contract, naming security schemes by type and header: renaming one breaks no client. */
function withSchemeKinds(contract: ContractNode): ContractNode {
  const schemes = (contract.components as { readonly securitySchemes?: Readonly<Record<string, ContractNode>> } | undefined)
    ?.securitySchemes
  const kindOf = (name: string): string => [schemes?.[name]?.type, schemes?.[name]?.scheme ?? schemes?.[name]?.name ?? name].join(' ')
  const inKinds = (key: string, value: unknown): unknown =>
    key === 'security' && Array.isArray(value)
      ? value.map((each: object) => Object.fromEntries(Object.entries(each).map(([name, scopes]) => [kindOf(name), scopes])))
      : value
  return JSON.parse(JSON.stringify(contract, inKinds)) as ContractNode
}

function ownRules(before: ContractNode, after: ContractNode): string[] {
  const [ofBefore, ofAfter] = [makeRefResolver(before), makeRefResolver(after)]
  const compare = makeSchemaRules(ofBefore, ofAfter)
  const member = ({ before: old, after: now, ...pair }: VersionPair, key: string, label = key): VersionPair => ({
    ...pair,
    at: `${pair.at} ${label}`.trim(),
    before: ofBefore(old)[key],
    after: ofAfter(now)[key],
  })
  /** Lists the keys that `after` lacks, and breaking changes of members that both versions have. */
  const each = (pair: VersionPair, compareMember: (inner: VersionPair) => string[]): string[] => {
    const [old, now] = [keysOf(ofBefore(pair.before)), keysOf(ofAfter(pair.after))]
    const common = old.filter((name) => now.includes(name)).map((name) => member(pair, name))
    return [...findMissing(old, now).map((name) => `${pair.at}: no ${name}`), ...common.flatMap(compareMember)]
  }
  const media = (pair: VersionPair) => [...compare(member(pair, 'schema', '')), ...compare(member(pair, 'itemSchema', 'event'))]
  const contents = (pair: VersionPair) => each(member(pair, 'content', ''), media)
  const headers = (pair: VersionPair) => each(member(pair, 'headers', ''), (header) => compare(member(header, 'schema', '')))
  const response = (pair: VersionPair) => [...headers(pair), ...contents(pair)]
  const operation = (pair: VersionPair): string[] => {
    if (!METHODS.test(pair.at)) return []
    return [
      ...contents({ ...member(pair, 'requestBody', 'request body'), direction: 'request' }),
      ...each(member(pair, 'responses', ''), response),
    ]
  }
  return each({ at: '', before: before.paths, after: after.paths, direction: 'response' }, (path) => each(path, operation))
}
