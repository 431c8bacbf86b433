import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type Canary, NOT_FOR_GEMINI, NOT_IN_LOGS, NOT_IN_OUTPUT } from './canaries.js'

/** The result of a search. */
export interface Search {
  readonly files: number
  readonly bytes: number
  /** Descriptions of the leaks: one line per canary and file. */
  readonly leaks: readonly string[]
}

/**
 * The kinds of files that a run records, by the end of their names, and the canaries that they must
 * not contain.
 */
const KINDS: readonly (readonly [end: string, canaries: readonly Canary[], toText: (text: string) => string])[] = [
  ['.proxy.log', NOT_IN_LOGS, (text) => text],
  ['.upstream.jsonl', NOT_FOR_GEMINI, withoutOwnKeys],
  ['.output.log', NOT_IN_OUTPUT, (text) => text],
]

/** Returns the kind of a file. The output of a process with a proxy counts as a proxy log. */
const kindOf = (name: string, names: readonly string[]): (typeof KINDS)[number] | undefined => {
  const isOfProxy = name.endsWith('.output.log') && names.includes(name.replace('.output.log', '.is-proxy'))
  return KINDS.find(([end]) => (isOfProxy ? '.proxy.log' : name).endsWith(end))
}

/**
 * Searches the files that a run has recorded for canaries, plain and encoded.
 *
 * @param start - prefix of the names of the files to search
 */
export function findLeaks(folder: string, start = ''): Search {
  if (!existsSync(folder)) return { files: 0, bytes: 0, leaks: [] }
  const names = readdirSync(folder).filter((name) => name.startsWith(start))
  let bytes = 0
  const leaks = names.flatMap((name) => {
    const kind = kindOf(name, names)
    if (kind === undefined) return []
    const [, canaries, toText] = kind
    const text = readFileSync(`${folder}/${name}`, 'utf8')
    bytes += text.length
    return leaksIn(toText(text), canaries).map((leak) => `${leak} in ${name}`)
  })
  return { files: names.length, bytes, leaks }
}

/** Lists the canaries in a text, with their encoding. */
export function leaksIn(text: string, canaries: readonly Canary[]): string[] {
  const lower = text.toLowerCase()
  return canaries.flatMap(({ name, value }) => {
    const plain = lower.indexOf(value.toLowerCase())
    if (plain >= 0) return [`${name}, plain: ${excerpt(text, plain)}`]
    const found = disguisesOf(value).find(([, disguise]) => text.includes(disguise))
    return found === undefined ? [] : [`${name}, ${found[0]}: ${excerpt(text, text.indexOf(found[1]))}`]
  })
}

const excerpt = (text: string, at: number): string => JSON.stringify(text.slice(Math.max(0, at - 80), at + 120))

/** Returns the encodings in which a value can be part of a text, such as base64. */
function disguisesOf(value: string): readonly (readonly [name: string, disguise: string])[] {
  const hex = Buffer.from(value).toString('hex')
  const percent = hex.replace(/../g, '%$&')
  // Base64 encodes three bytes as four characters: the encoding of a value depends on its offset,
  // and at both ends on the neighbouring bytes.
  const base64 = [0, 1, 2].map((shift) => {
    const skipped = Math.ceil((shift * 4) / 3)
    const whole = Buffer.from('\0'.repeat(shift) + value)
      .toString('base64')
      .replace(/=+$/, '')
    return whole.slice(skipped, whole.length - ((shift + value.length) % 3 === 0 ? 0 : 1))
  })
  const escaped = JSON.stringify(value).slice(1, -1)
  return [
    ...base64.map((each) => ['base64', each] as const),
    ...base64.map((each) => ['base64url', each.replaceAll('+', '-').replaceAll('/', '_')] as const),
    ['percent-encoded', encodeURIComponent(value)],
    ['percent-encoded', percent],
    ['percent-encoded', percent.toUpperCase()],
    ['hexadecimal', hex],
    ['hexadecimal', hex.toUpperCase()],
    ['escaped', escaped],
    ['reversed', [...value].reverse().join('')],
  ]
}

/**
 * Removes the Gemini key from the headers that must have it, so that only other occurrences are
 * leaks. Each line of the text is a recorded request.
 */
function withoutOwnKeys(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { headers, ...rest } = JSON.parse(line) as { readonly headers: Readonly<Record<string, string>> }
      return JSON.stringify({ ...rest, headers: Object.fromEntries(Object.entries(headers).map(withoutOwnKey)) })
    })
    .join('\n')
}

/**
 * The headers that may have the Gemini key, with their expected values. A header with another value
 * is searched for canaries, too.
 */
const OWN: Readonly<Record<string, string>> = Object.fromEntries(
  NOT_IN_OUTPUT.flatMap(({ value }) => [
    ['authorization', `Bearer ${value}`],
    ['x-goog-api-key', value],
  ]),
)

const withoutOwnKey = ([name, value]: readonly [string, string]): readonly [string, string] => [name, OWN[name] === value ? '' : value]
