import { createRequire } from 'node:module'
import { createContext, Script } from 'node:vm'
import type { JsonObject } from '../types.js'
import type { Source } from './slots.js'
import { wordsOf } from './words.js'

const MATCH_MS = 50
const requireHere = createRequire(import.meta.url)

/** Returns the enum value that a text mentions: `celsius` for "in Celsius" or "°C". */
export function matchOf(values: readonly unknown[], text: string): unknown {
  const plain = text.toLowerCase()
  const said = values.find(
    (value) => isWord(plain, String(value).toLowerCase()) || isWord(plain, String(value).toLowerCase().replaceAll(/[_-]/g, ' ')),
  )
  if (said !== undefined) return said
  const words = wordsOf(text)
  return values.find((value) => wordsOf(String(value)).some(({ stem }) => stem.length > 3 && words.some((word) => word.stem === stem)))
}

function isWord(text: string, word: string): boolean {
  if (word.length < 2) return false
  const at = text.indexOf(word)
  if (at === -1) return false
  const isPart = (character: string | undefined): boolean => character !== undefined && /[a-z0-9]/.test(character)
  return !(isPart(text[at - 1]) && isPart(word[0])) && !(isPart(text[at + word.length]) && isPart(word.at(-1)))
}

/** Adapts a text to a string schema, for example cuts it; returns undefined if it cannot match. */
export function fitsText(schema: JsonObject, text: string, source?: Source): string | undefined {
  if (schema.format === 'date-time') return dateTimeOf(text, source)
  const { pattern, minLength, maxLength } = schema
  if (typeof pattern === 'string' && !matches(pattern, text)) return undefined
  if (typeof minLength === 'number' && [...text].length < minLength) return undefined
  if (typeof maxLength !== 'number' || [...text].length <= maxLength) return text
  return typeof pattern === 'string' ? undefined : [...text].slice(0, maxLength).join('')
}

/** Makes an RFC 3339 timestamp from a date or a time; takes the missing half from the source. */
function dateTimeOf(text: string, source: Source | undefined): string | undefined {
  const isTime = /^\d{2}:\d{2}$/.test(text)
  const day = source?.facts.find(({ kind }) => kind === 'date')?.value ?? new Date().toISOString().slice(0, 10)
  const date = isTime ? day : /^\d{4}-\d{2}-\d{2}$/.exec(text)?.[0]
  if (date === undefined) return undefined
  const time = isTime ? text : (source?.facts.find(({ kind }) => kind === 'time')?.value ?? '00:00')
  return `${date}T${time}:00Z`
}

/** True if a text matches a client's pattern. Has a time limit, because some patterns take long. */
function matches(pattern: string, text: string): boolean {
  try {
    const context = createContext({ pattern, text })
    return new Script('new RegExp(pattern, "u").test(text)').runInContext(context, { timeout: MATCH_MS }) === true
  } catch {
    return false // an invalid pattern, or one that takes too long
  }
}

/** Generates a text that matches a pattern; deterministic. Undefined for unsupported patterns. */
export function textMatching(pattern: string): string | undefined {
  // Load fast-check only if a schema has a pattern.
  const { sample, stringMatching } = requireHere('fast-check') as typeof import('fast-check')
  try {
    return sample(stringMatching(new RegExp(pattern, 'u')), { numRuns: 1, seed: 1 })[0]
  } catch {
    return undefined // fast-check does not support every pattern
  }
}
