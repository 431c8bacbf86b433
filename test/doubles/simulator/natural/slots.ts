import { type Fact, type FactKind, listsOf } from './facts.js'
import { isStopWord, piecesOf, wordsOf } from './words.js'

/** A property of a schema for which a value is needed. */
export interface Slot {
  readonly name: string
  readonly description: string
  readonly isRequired: boolean
  /** True if several values become items of an array; then all of them must be of one kind. */
  readonly isList?: boolean
}

/** The source of values for properties: a text with its facts, and data from tool results. */
export interface Source {
  readonly text: string
  readonly facts: readonly Fact[]
  /** Name and description of the tool whose arguments are filled. */
  readonly context?: string
  /** Values from JSON objects, such as tool results, by the names of their members. */
  readonly data?: Readonly<Record<string, unknown>>
}

type Picker = (source: Source, slot: Slot) => readonly (Fact | string)[]

const ofKind =
  (...kinds: readonly FactKind[]): Picker =>
  ({ facts }) =>
    kinds.flatMap((kind) => facts.filter((fact) => fact.kind === kind))

const FROM = /\b(?:from|leaving)\s*$|从\s*$|自\s*$/
const TO = /\b(?:to|into|towards?|as)\s*$|到\s*$|去\s*$|至\s*$|往\s*$|成\s*$|给\s*$/
const PLACE_BEFORE = /\b(?:in|at|near|around|of|for|from|to)\s*$|在\s*$|从\s*$|到\s*$|去\s*$/

/** Puts values first whose preposition fits: "from Oslo" for `origin`. Drops the opposite ones. */
function directed(facts: readonly Fact[], { name }: Slot): readonly Fact[] {
  const words = ` ${wordsIn(name)} `
  const isFrom = / (?:from|origin|source|departure|start|base) /.test(words)
  const isTo = / (?:to|destination|target|arrival|dest|into) /.test(words)
  if (!isFrom && !isTo) return facts
  const [wanted, other] = isFrom ? [FROM, TO] : [TO, FROM]
  const fitting = facts.filter((fact) => wanted.test(fact.before))
  return [...fitting, ...facts.filter((fact) => !wanted.test(fact.before) && !other.test(fact.before))]
}

const CURRENCIES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:USD|US dollars?|dollars?|bucks)\b|\$|美元/i, 'USD'],
  [/\b(?:EUR|euros?)\b|€|欧元/i, 'EUR'],
  [/\b(?:GBP|pounds?)\b|£|英镑/i, 'GBP'],
  [/\b(?:JPY|yen)\b|日元/i, 'JPY'],
  [/\b(?:CNY|RMB|yuan|renminbi)\b|¥|人民币/i, 'CNY'],
  [/\b(?:INR|rupees?)\b|₹|卢比/i, 'INR'],
  [/\b(?:CHF|francs?)\b|瑞士法郎/i, 'CHF'],
  [/\b(?:HKD)\b|港币|港元/i, 'HKD'],
]

function currencies({ text }: Source, slot: Slot): readonly Fact[] {
  const found = CURRENCIES.flatMap(([form, value]) => {
    const match = form.exec(text)
    if (match === null) return []
    const [at, end] = [match.index, match.index + match[0].length]
    return [{ kind: 'code' as const, value, at, end, before: text.slice(Math.max(0, at - 24), at).toLowerCase(), after: '' }]
  }).sort((a, b) => a.at - b.at)
  const words = wordsIn(slot.name)
  const isTarget = /\b(?:to|target|dest|destination|into|quote)\b/.test(words)
  const ordered = directed(found, slot)
  return isTarget && !found.some(({ before }) => TO.test(before)) ? [...ordered].reverse() : ordered
}

function timezones({ facts }: Source): readonly (Fact | string)[] {
  const known = Intl.supportedValuesOf('timeZone')
  return facts.flatMap((fact) => {
    const city = fact.value.replaceAll(' ', '_')
    const zone = fact.kind === 'name' ? known.find((name) => name === fact.value || name.endsWith(`/${city}`)) : undefined
    return zone === undefined ? (fact.kind === 'name' ? [fact] : []) : [{ ...fact, value: zone }]
  })
}

const required =
  (pick: Picker): Picker =>
  (source, slot) =>
    slot.isRequired ? pick(source, slot) : []

/** Picks the text after words such as "called" or "about", up to the end of the sentence. */
const saidAfter =
  (words: RegExp): Picker =>
  ({ text }) => {
    const match = words.exec(text)
    const said =
      match === null
        ? ''
        : text
            .slice(match.index + match[0].length)
            .split(/[.!?\n。！？](?:\s|$)/, 1)[0]
            ?.trim()
    return said ? [said.replace(/[.!?。！？]+$/, '')] : []
  }

const SAYING = /\b(?:(?:saying|says)(?: that)?|that|to tell \w+|remind me to)\s+|[:：]\s*|内容(?:是|为)|说/i

const POLITE =
  /^(?:(?:please|can you|could you|would you|hey|hi|hello|i want to|i would like to|i need to|let's|ok|请问|请|帮我|麻烦|能不能|可以)[,，\s]*)+/i
const ASKS =
  /^(?:(?:search|google|browse|look up|lookup|look|find|query|translate|summari[sz]e|calculate|compute|evaluate|run|execute|remember|搜索|查询|查找|搜一下|翻译|计算|运行|执行)(?:\s+|一下)?(?:the (?:web|internet|docs|documentation|database|command)|online|the|me|out)?\s*(?:for|about|on|up)?\s*[:：]?\s*)/i

/** Picks the request without polite phrases and commands such as "search for". */
const request: Picker = ({ text }) => {
  const plain = text.trim().replace(POLITE, '')
  const asked = plain.replace(ASKS, '').replace(/[\s.?!。？！]+$/, '')
  return asked === '' ? (plain === '' ? [] : [plain]) : [asked]
}

const first =
  (...pickers: readonly Picker[]): Picker =>
  (source, slot) =>
    pickers.map((pick) => pick(source, slot)).find((found) => found.length > 0) ?? []

const both =
  (...pickers: readonly Picker[]): Picker =>
  (source, slot) =>
    slot.isList === true ? first(...pickers)(source, slot) : pickers.flatMap((pick) => pick(source, slot))

// The cast is safe: ofKind() returns facts.
const names: Picker = (source, slot) => directed(ofKind('name')(source, slot) as readonly Fact[], slot)

/** Picks names after a preposition, and names in a list with such a name; otherwise all names. */
const places: Picker = (source, slot) => {
  const found = names(source, slot) as readonly Fact[] // the cast is safe: names() returns facts
  const lists = listsOf(source.facts, source.text)
  const isPlace = (fact: Fact): boolean =>
    PLACE_BEFORE.test(fact.before) ||
    lists.some(([first, ...more]) => first !== undefined && PLACE_BEFORE.test(first.before) && more.includes(fact))
  const sure = found.filter(isPlace)
  return sure.length > 0 ? sure : found
}

const persons: Picker = (source, slot) => {
  const found = names(source, slot) as readonly Fact[] // the cast is safe: names() returns facts
  const isElsewhere = (fact: Fact) => /\b(?:in|at|near|from)\s*$/.test(fact.before)
  const mails = slot.name === 'to' ? ofKind('email')(source, slot) : []
  return [...mails, ...found.filter((fact) => !isElsewhere(fact)), ...found.filter(isElsewhere)]
}

const symbols: Picker = (source, slot) => {
  // The cast is safe: both functions return facts.
  const found = [...names(source, slot), ...ofKind('code')(source, slot)] as readonly Fact[]
  return [...found.filter(({ value }) => /^[A-Z]{1,5}$/.test(value)), ...found]
}

const units: Picker = ({ text }) => {
  const unit =
    /\b(?:celsius|fahrenheit|kelvin|metric|imperial|kilomet(?:er|re)s?|km|miles?|met(?:er|re)s?|feet|kilograms?|kg|pounds?|lbs)\b|摄氏|华氏/i.exec(
      text,
    )?.[0]
  return unit === undefined ? [] : [unit.toLowerCase()]
}

/** How a slot is recognised by its name, or else by its description, in this order. */
const SLOTS: readonly (readonly [RegExp, Picker])[] = [
  [/\be ?mails?\b|邮箱/, first(ofKind('email'), persons)],
  [/\b(?:url|uri|link|website|href|webpage)s?\b|网址/, ofKind('url')],
  [/\b(?:paths?|files?|filename|directory|folder|dir)\b|路径|文件/, first(ofKind('path'), ofKind('quote'))],
  [/\b(?:time ?zone|tz)\b|时区/, timezones],
  [/\bcurrency|\bcurrencies|币种|货币/, currencies],
  [/\blanguages?\b|\blang\b|\blocale\b|语言/, names],
  [/\b(?:expression|formula|equation|calculation)\b|表达式|算式/, first(ofKind('expression'), request)],
  [/\b(?:cmd|commands?|script|code|sql)\b|命令|代码/, first(ofKind('quote'), request)],
  [/\b(?:symbol|ticker)s?\b|股票代码/, symbols],
  [
    /\b(?:location|city|cities|places?|town|country|region|address|where|destination|origin|airport|station|area|departure|arrival)\b|城市|地点|位置|地区|目的地|出发地/,
    places,
  ],
  [/\b(?:date|dates|day|when|deadline|due|check ?in|check ?out)\b|日期/, ofKind('date')],
  [/\b(?:units?|scale|system)\b|单位/, units],
  [/\b(?:time|start|end|at)\b|时间/, first(ofKind('time'), ofKind('date'))],
  [
    /\b(?:query|queries|q|questions?|search|keywords?|prompt|input|request|task|instructions?|term|objective)\b|关键词|问题/,
    first(ofKind('quote'), request),
  ],
  [
    /\b(?:message|body|content|text|note|description|comment|reason|summary|todo)\b|内容|文本|正文/,
    first(ofKind('quote'), saidAfter(SAYING), required(request)),
  ],
  [
    /\b(?:title|subject|topic|label|headline|event)\b|标题|主题/,
    first(
      ofKind('quote'),
      saidAfter(/\b(?:called|named|titled|entitled|about|subject)\s+|主题(?:是|为)|标题(?:是|为)/i),
      saidAfter(SAYING),
      required(request),
    ),
  ],
  [/\b(?:id|ids|number|reference|code|key|sku)\b|编号|单号/, first(ofKind('code', 'number'), ofKind('quote'), names)],
  [
    /\b(?:name|persons?|people|users?|recipients?|contacts?|customers?|author|to|who|attendees?|participants?|guests?|members?|company|from)\b|姓名|名字|名称|收件人/,
    both(persons, ofKind('quote')),
  ],
]

/**
 * Picks the last word that is neither in the tool's name or description nor in a fact, such as
 * "kitchen" in "the light in the kitchen". Picks none if many words are left.
 */
const leftover: Picker = ({ text, facts, context = '' }) => {
  const own = new Set(wordsOf(context).map(({ stem }) => stem))
  const concepts = new Set(wordsOf(context).map(({ concept }) => concept ?? ''))
  const rest = wordsOf(text).filter(
    ({ stem, concept, at }) => !own.has(stem) && !concepts.has(concept ?? '-') && !facts.some((fact) => at >= fact.at && at < fact.end),
  )
  const last = rest.at(-1)
  if (last === undefined || rest.length > 6) return []
  const word = piecesOf(text.slice(last.at))[0]?.text ?? ''
  return isStopWord(word) ? [] : [word]
}

const GENERAL: Picker = first(ofKind('quote'), names, ofKind('code', 'path', 'url'), leftover)

/** Slot names whose meaning depends on the tool, so that its description is consulted first. */
const WEAK = /^(?:to|from|source|target|base|quote|value|destination|origin)$/

/** Returns values for a slot, best first; a required slot that matches no rule takes any value. */
export function valuesFor(source: Source, slot: Slot): readonly (Fact | string)[] {
  const [name, description] = [wordsIn(slot.name), wordsIn(slot.description.slice(0, 120))]
  const strong = WEAK.test(name) ? [description, wordsIn(source.context ?? ''), name] : [name, description]
  // Values for optional slots are not guessed from descriptions, which mention too many subjects.
  const hints = slot.isRequired ? strong : [name]
  const picker = hints.map((hint) => SLOTS.find(([form]) => form.test(hint))?.[1]).find((found) => found !== undefined)
  return (picker ?? (slot.isRequired ? GENERAL : undefined))?.(source, slot) ?? []
}

/** Returns the numbers of a source; `sure` are those beside a word of the slot's name. */
export function numbersFor({ facts }: Source, slot: Slot): { readonly sure: readonly Fact[]; readonly all: readonly Fact[] } {
  const numbers = facts.filter(({ kind }) => kind === 'number')
  const words = wordsIn(`${slot.name} ${slot.description.slice(0, 80)}`)
    .split(' ')
    .filter((word) => word.length > 2)
    .map(singular)
  const isNamed = ({ before, after }: Fact) => {
    const next = /^[\s-]*([\p{L}]+)/u.exec(after)?.[1] ?? ''
    const previous = /([\p{L}]+)[\s#:=]*$/u.exec(before)?.[1] ?? ''
    return [next, previous].some((word) => word.length > 1 && words.includes(singular(word)))
  }
  return { sure: numbers.filter(isNamed), all: numbers }
}

const singular = (word: string): string => word.replace(/s$/, '')

/** Splits a name in code into plain words: `startDate` becomes "start date". */
const wordsIn = (name: string): string =>
  piecesOf(name)
    .map(({ text }) => text.toLowerCase())
    .join(' ')
