import { hasChinese } from '../tokens.js'
import { chineseNumber, datesIn, timesIn } from './dates.js'
import { chineseNames, latinNames } from './names.js'

/** The kinds of values that a text can contain. */
export type FactKind = 'name' | 'quote' | 'number' | 'email' | 'url' | 'path' | 'date' | 'time' | 'code' | 'expression'

/** A value that a text contains. */
export interface Fact {
  readonly kind: FactKind
  readonly value: string
  readonly at: number
  readonly end: number
  /** Up to 24 characters before the value, in lower case. */
  readonly before: string
  /** Up to 24 characters after the value, in lower case. */
  readonly after: string
}

const MAX_TEXT = 4_000
const MAX_FACTS = 100
const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

type Raw = Pick<Fact, 'kind' | 'value' | 'at' | 'end'>

/** Finders in order of precedence: a value that overlaps one of an earlier finder is ignored. */
const FINDERS: readonly ((text: string) => readonly Raw[])[] = [
  (text) => matches(text, /https?:\/\/[^\s"'<>，。）)]+/g, 'url'),
  (text) => matches(text, /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, 'email'),
  (text) =>
    [
      ...text.matchAll(
        /"([^"\n]{1,500})"|“([^”\n]{1,500})”|「([^」\n]{1,500})」|《([^》\n]{1,500})》|`([^`\n]{1,500})`|(?<!\w)'([^'\n]{1,500})'(?!\w)/g,
      ),
    ].map((match) => ({
      kind: 'quote',
      value: match.slice(1).find((group) => group !== undefined) ?? '',
      at: match.index,
      end: match.index + match[0].length,
    })),
  (text) => datesIn(text).map((found) => ({ kind: 'date', ...found })),
  (text) => timesIn(text).map((found) => ({ kind: 'time', ...found })),
  (text) =>
    matches(text, /(?<![\w.])[(\d][\d\s.()]*(?:(?:[-+*/^%×÷]|\*\*)[\d\s.()]+)+(?![\w])/g, 'expression').filter(({ value }) =>
      /\d\s*\D+\s*\d/.test(value),
    ),
  (text) =>
    matches(
      text,
      /(?<![\w/.])(?:~|\.{1,2})?(?:\/[\w.-]+)+\/?|(?<![\w/.])[\w-]+(?:\/[\w.-]+)+|(?<![\w/.])[\w-]+\.(?:[a-z]{2,4}\d?|[ch])(?![\w])/g,
      'path',
    ),
  (text) =>
    matches(
      text,
      /(?<![\w])(?=[A-Za-z_-]*\d)(?=[\d_-]*[A-Za-z])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)+(?![\w])|(?<![\w])[A-Z]{1,6}\d{2,}(?![\w])/g,
      'code',
    ),
  spelledTerms,
  numbersIn,
  latinNames,
  chineseNames,
]

/** Finds the values in a text, and returns them in the order of their positions. */
export function factsOf(whole: string): Fact[] {
  const text = whole.slice(0, MAX_TEXT)
  const found: Raw[] = []
  for (const find of FINDERS)
    for (const fact of find(text)) {
      // Numbers within an expression are facts as well: 2 and 3 in "2 + 3", for add(a, b).
      const isFree = !found.some(
        (other) => fact.at < other.end && fact.end > other.at && !(fact.kind === 'number' && other.kind === 'expression'),
      )
      if (isFree && found.length < MAX_FACTS) found.push(fact)
    }
  return found.sort((a, b) => a.at - b.at).map((fact) => ({ ...fact, before: before(text, fact.at), after: after(text, fact.end) }))
}

const before = (text: string, at: number): string => text.slice(Math.max(0, at - 24), at).toLowerCase()
const after = (text: string, end: number): string => text.slice(end, end + 24).toLowerCase()

function matches(text: string, expression: RegExp, kind: FactKind): Raw[] {
  return [...text.matchAll(expression)].map(({ 0: match, index }) => {
    const value = match.trim().replace(/[.,;:!?]+$/, '')
    const at = index + match.length - match.trimStart().length
    return { kind, value, at, end: at + value.length }
  })
}

const OPERATORS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:plus|added to)\b|加上?/gi, '+'],
  [/\bminus\b|减去?/gi, '-'],
  [/\b(?:times|multiplied by)\b|乘以?/gi, '*'],
  [/\bdivided by\b|除以/gi, '/'],
]

/** Finds arithmetic expressions that are written in words, such as "17 times 23". */
function spelledTerms(text: string): Raw[] {
  const form = /\d[\d.]*(?: *(?:plus|added to|minus|times|multiplied by|divided by|加上?|减去?|乘以?|除以|[-+*/]) *\d[\d.]*)+/gi
  return matches(text, form, 'expression').map((fact) => ({
    ...fact,
    value: OPERATORS.reduce((value, [word, operator]) => value.replaceAll(word, operator), fact.value),
  }))
}

function numbersIn(text: string): Raw[] {
  const digits = matches(text, /(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?/g, 'number').map((fact) => ({
    ...fact,
    value: fact.value.replaceAll(',', ''),
  }))
  const english = new RegExp(`\\b(?:${NUMBER_WORDS.slice(2).join('|')})\\b`, 'gi')
  const spelled = matches(text, english, 'number').map((fact) => ({
    ...fact,
    value: String(NUMBER_WORDS.indexOf(fact.value.toLowerCase())),
  }))
  const chinese = hasChinese(text)
    ? matches(text, /[一二三四五六七八九十两]{1,3}(?=[个天位人张次分小份杯间本点])/g, 'number').map((fact) => ({
        ...fact,
        value: String(chineseNumber(fact.value)),
      }))
    : []
  return [...digits, ...spelled, ...chinese.filter(({ value }) => value !== '1')]
}

const JOINS = /^[\s,]*(?:,|&|\b(?:and|or|versus|vs\.?|than|with)\b|和|与|及|以及|还有|、|，)[\s,]*(?:(?:in|for|at|of|to|is|the|在)\s*)*$/i

/** Groups facts of one kind that form a list, as in "in Paris, Oslo and Rome". */
export function listsOf(facts: readonly Fact[], text: string): Fact[][] {
  const lists: Fact[][] = []
  for (const fact of facts) {
    const list = lists.findLast((other) => other[0]?.kind === fact.kind)
    const last = list?.at(-1)
    if (list !== undefined && last !== undefined && JOINS.test(text.slice(last.end, fact.at))) list.push(fact)
    else lists.push([fact])
  }
  return lists.filter((list) => list.length > 1)
}
