import { readdirSync, readFileSync } from 'node:fs'
import { analyse } from 'scslre'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

interface Expression {
  readonly where: string
  readonly source: string
  readonly flags: string
}

const SRC = new URL('../../../src/', import.meta.url)
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))

/** Parses a source file and calls `onNode` with each of its syntax nodes. */
function visit(name: string, onNode: (node: ts.Node, file: ts.SourceFile) => void): void {
  const file = ts.createSourceFile(name, readFileSync(new URL(name, SRC), 'utf8'), ts.ScriptTarget.Latest, true)
  const descend = (node: ts.Node): void => {
    onNode(node, file)
    ts.forEachChild(node, descend)
  }
  descend(file)
}

function toExpression(literal: string, where: string): Expression {
  const end = literal.lastIndexOf('/')
  return { where, source: literal.slice(1, end), flags: literal.slice(end + 1) }
}

const literals: Expression[] = []
/** Files that call `RegExp`. This test cannot read the patterns that they pass to it. */
const makers: string[] = []
for (const name of files) {
  visit(name, (node, file) => {
    if (ts.isRegularExpressionLiteral(node)) literals.push(toExpression(node.text, `${name}: ${node.text}`))
    const isMade = (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText(file) === 'RegExp'
    if (isMade) makers.push(name)
  })
}

/**
 * Returns the values of `pattern` in the contract, which the request validators use as regular
 * expressions.
 */
function patternsOf(value: unknown, path = 'contract'): Expression[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) =>
    key === 'pattern' && typeof member === 'string'
      ? [{ where: `${path}: ${member}`, source: member, flags: 'u' }]
      : patternsOf(member, `${path}.${key}`),
  )
}

const contract: { readonly paths: object } = JSON.parse(readFileSync(new URL('../../../generated/openapi.json', import.meta.url), 'utf8'))
const patterns = patternsOf(contract)
/** The regular expressions that src/http/dispatch/urls.ts makes from the paths of the contract. */
const urls: Expression[] = Object.keys(contract.paths).map((path) => ({
  where: path,
  source: `^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`,
  flags: '',
}))

/**
 * True if a group with alternatives is repeated. Alternatives that overlap make matching slow, but
 * the library `scslre` does not report them.
 */
function repeatsAlternatives(source: string): boolean {
  // Replaces escapes and character classes, in which parentheses and bars are literal.
  const plain = source.replace(/\\.|\[(?:[^\]\\]|\\.)*\]/g, 'x')
  const groups: boolean[] = []
  for (const [index, character] of [...plain].entries()) {
    if (character === '(') groups.push(false)
    else if (character === '|' && groups.length > 0) groups[groups.length - 1] = true
    else if (character === ')' && groups.pop() === true && /^[*+{]/.test(plain.slice(index + 1))) return true
  }
  return false
}

/**
 * Returns the reasons why matching may take more than linear time for some text, even if it starts
 * again at each position; empty if there are none.
 */
const problemsOf = ({ source, flags }: Expression): string[] => [
  ...analyse({ source, flags }, { reportTypes: { Move: true, Self: true, Trade: true } }).reports.map(
    ({ type, exponential }) => `${exponential ? 'exponential' : 'polynomial'} (${type})`,
  ),
  ...(repeatsAlternatives(source) ? ['repeated alternatives'] : []),
]

describe('a regular expression takes linear time', () => {
  const all = [...literals, ...patterns, ...urls]

  test.each(all.map((expression) => [expression.where, expression] as const))('%s', (_, expression) => {
    expect(problemsOf(expression)).toEqual([])
  })

  test('all of them are checked, except those built at runtime for URLs', () => {
    expect(literals.length).toBeGreaterThan(40)
    expect(patterns.length).toBeGreaterThan(0)
    expect(makers).toEqual(['http/dispatch/urls.ts'])
  })
})

describe('the check finds', () => {
  test.each([
    ['a search that starts at every newline', /\n\s*at [^\n]*/g],
    ['a search that starts at every slash', /\/+$/],
    ['nested repetitions', /^(?:a+)+$/],
    ['two repetitions of the same characters', /^\s*x?\s*$/],
    ['alternatives that overlap', /^(?:a|aa)+$/],
    ['a number before its unit', /([\d.]+)(ms|[hms])/g],
  ])('%s', (_, { source, flags }) => {
    expect(problemsOf({ where: '', source, flags })).not.toEqual([])
  })
})
