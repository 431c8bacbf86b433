import { hasChinese } from '../tokens.js'
import { conceptOf, isStopWord, type Piece, piecesOf } from './words.js'

/** A name in a text, such as a place or a person. */
export interface Name {
  readonly kind: 'name'
  readonly value: string
  readonly at: number
  readonly end: number
}

/** Words that are capitalised at the start of a sentence, although they are not names. */
const STARTERS = new Set(
  `add answer arrange ask bring buy cancel change check choose close compare compose compute count could create define delete describe
  download draw drive edit explain extract generate guess hi hello hey increase inform install introduce invite is look move navigate
  open order pay pick plan play post print put read recommend remove rename reply report run save schedule say search sell send set share
  should show sing solve start stop summarize suppose switch take teach tell test the think turn update upload use visit wake was watch
  were will write`.split(/\s+/),
)
const CALENDAR =
  /^(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|celsius|fahrenheit|kelvin|json|api|url|mr|mrs|ms|dr|am|pm)$/i
const CAPITALISED = /\p{Lu}[\p{L}\p{N}'’-]*\.?(?: (?:(?:de|da|do|del|la|le|of|upon|van|von|am|an der) )?\p{Lu}[\p{L}\p{N}'’-]*)*/gu
const NO_PLACE = new Set(
  `celsius fahrenheit kelvin degrees minutes minute hours hour seconds days day week weeks weekend month year morning afternoon evening night
  noon midnight english file files list lists them me him her us each every total detail general case time order next this last right now`.split(
    /\s+/,
  ),
)

/** Finds names in Latin script: capitalised words, or else words after a preposition. */
export function latinNames(text: string): Name[] {
  const capitalised = [...text.matchAll(CAPITALISED)].flatMap(({ 0: run, index }) => withoutStarter(run, index, text))
  const joined = withCountries(capitalised, text)
  return joined.length > 0 ? joined : afterPrepositions(text)
}

function withoutStarter(run: string, index: number, text: string): Name[] {
  const words = run.split(' ')
  let at = index
  if (/(?:^|[.!?:"“\n])\s*$/.test(text.slice(0, index))) {
    while (words.length > 0 && isStarter(words[0] ?? '')) at += (words.shift()?.length ?? 0) + 1
  }
  while (words.length > 0 && isNoName(words.at(-1) ?? '')) words.pop()
  while (words.length > 0 && isNoName(words[0] ?? '')) at += (words.shift()?.length ?? 0) + 1
  const value = words
    .join(' ')
    .replace(/['’]s$/, '')
    .replace(/(?<=\p{L}{3})\.$/u, '')
  return value.length < 2 ? [] : [{ kind: 'name', value, at, end: at + value.length }]
}

const isStarter = (word: string): boolean => {
  const plain = word.replace(/['’.].*$/, '').toLowerCase()
  return isStopWord(plain) || STARTERS.has(plain) || conceptOf(plain) !== undefined
}

const isNoName = (word: string): boolean =>
  CALENDAR.test(word) || /^(?:I|I['’]\w+)$/.test(word) || (isStopWord(word) && !/^\p{Lu}{2,}$/u.test(word))

let countries: Set<string> | undefined

/** Joins "Paris, France" and "Austin, TX" to one name. */
function withCountries(names: readonly Name[], text: string): Name[] {
  const joined: Name[] = []
  for (const name of names) {
    const last = joined.at(-1)
    const isNext = last !== undefined && /^, ?$/.test(text.slice(last.end, name.at))
    if (isNext && (/^[A-Z]{2}$/.test(name.value) || (isCountry(name.value) && !isCountry(last.value))))
      joined[joined.length - 1] = { ...last, value: `${last.value}, ${name.value}`, end: name.end }
    else joined.push(name)
  }
  return joined
}

function isCountry(name: string): boolean {
  if (countries === undefined) {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
    countries = new Set(letters.flatMap((first) => letters.map((second) => names.of(first + second) ?? '')))
  }
  return name !== '' && countries.has(name)
}

const PREPOSITION = /^(?:in|at|near|from|to|into|for|of)$/

/** Finds names in lower case after prepositions and in lists: "in new york and oslo tomorrow". */
function afterPrepositions(text: string): Name[] {
  const found: Name[] = []
  const pieces = piecesOf(text)
  for (let index = 0; index < pieces.length; index += 1) {
    const word = pieces[index]?.text ?? ''
    const before = found.at(-1)
    const isNext = before !== undefined && before.end + 1 === pieces[index]?.at && /^(?:and|or)$/.test(word)
    if (!PREPOSITION.test(word) && !isNext) continue
    const words: Piece[] = []
    // The cast is safe: canBeName() returns false for undefined.
    while (words.length < 3 && canBeName(pieces[index + 1], text)) words.push(pieces[++index] as Piece)
    const [first, last] = [words[0], words.at(-1)]
    if (first === undefined || last === undefined) continue
    const end = last.at + last.text.length
    found.push({ kind: 'name', value: titleCase(text.slice(first.at, end)), at: first.at, end })
  }
  return found.filter(({ value }) => value.length > 1)
}

function canBeName(piece: Piece | undefined, text: string): boolean {
  if (piece === undefined || hasChinese(piece.text) || !/^ ?\p{Ll}+$/u.test(text.slice(piece.at - 1, piece.at + piece.text.length)))
    return false
  return (
    !isStopWord(piece.text) &&
    !PREPOSITION.test(piece.text) &&
    !NO_PLACE.has(piece.text) &&
    conceptOf(piece.text) === undefined &&
    !CALENDAR.test(piece.text)
  )
}

const titleCase = (text: string): string => text.replaceAll(/(?<![\p{L}])\p{Ll}/gu, (letter) => letter.toUpperCase())

/** Finds Chinese names: adjacent words that are neither function words nor subjects of tools. */
export function chineseNames(text: string): Name[] {
  if (!hasChinese(text)) return []
  const found: Name[] = []
  for (const piece of piecesOf(text)) {
    if (!isChineseName(piece)) continue
    const last = found.at(-1)
    if (last !== undefined && last.end === piece.at && last.value.length + piece.text.length <= 8)
      found[found.length - 1] = { ...last, value: last.value + piece.text, end: last.end + piece.text.length }
    else found.push({ kind: 'name', value: piece.text, at: piece.at, end: piece.at + piece.text.length })
  }
  return found.filter(({ value }) => value.length > 1)
}

const isChineseName = ({ text }: Piece): boolean =>
  hasChinese(text) && !isStopWord(text) && conceptOf(text) === undefined && !CHINESE_NO_NAMES.has(text)

const CHINESE_NO_NAMES = new Set(
  '查一查 看看 看 分钟 小时 秒 天 元 美元 人民币 欧元 日元 发送 发 设置 设 打开 关闭 开 关 主题 内容 标题 说 叫 帮忙 麻烦 需要 应该 所有 最近 最新 成 人 位 张 封 点 号 月 年 日 几 了 下 早上 上午 下午 晚上 周 星期 读取 读 写 文件名 语言 中文 英文 英语 法语 等于 是否 会 要不要 带 用户'.split(
    ' ',
  ),
)
