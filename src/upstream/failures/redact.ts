import type { Secret } from '../../config/secret.js'

/** Truncates a message of Gemini and removes secrets and stack traces from it, in linear time. */
export type Redact = (message: string) => string

const CREDENTIALS = /AIza[\w-]{20,}|AQ\.[\w-]{20,}|ya29\.[\w.-]{16,}|(?:key|token|bearer)[=:\s]+[\w.-]{16,}/gi
const PROJECTS = /\b(projects?(?:[_-](?:number|id))?["']?[\s/:=]+["']?)(?:[\w-]*\d[\w-]*)/gi
const STACK_LINES = /\n[ \t\r]*at [^\n]*|\nTraceback [^\n]*|\n[ \t\r]*File "[^\n]*/g
// Maximum length of a message, in characters: Google may quote a whole image as invalid input.
const LONGEST_MESSAGE = 1_000
// Number of characters to search for secrets: above the maximum, as removals shorten the message.
const LONGEST_SEARCHED = 4 * LONGEST_MESSAGE
// Minimum length of keys to remove, in characters: shorter ones may occur in ordinary words.
const SHORTEST_KEY = 8
// Length of the parts of keys that are removed, in characters: some servers quote truncated keys.
const KEY_PART_LENGTH = 12

/**
 * Makes the function that removes Gemini keys, project numbers, stack traces and likely credentials
 * from a message.
 *
 * @param keys - removed in any letter case, truncated, URL-encoded, in base64 or hex, and with
 *   other characters inserted
 */
export function makeRedact(keys: readonly Secret[]): Redact {
  const runs = new Map<number, Set<string>>()
  for (const form of keys.flatMap((key) => formsOf(key.reveal()))) {
    const length = Math.min(KEY_PART_LENGTH, form.length)
    const known = runs.get(length) ?? new Set()
    runs.set(length, known)
    for (let start = 0; start + length <= form.length; start += 1) known.add(form.slice(start, start + length))
  }
  return (message) => {
    const keyless = redactKeyParts(message.slice(0, LONGEST_SEARCHED), runs)
    const clean = keyless.replace(STACK_LINES, '').replace(CREDENTIALS, '[redacted]').replace(PROJECTS, '$1[redacted]').trim()
    return clean.length > LONGEST_MESSAGE ? `${clean.slice(0, LONGEST_MESSAGE)}…` : clean
  }
}

/** Returns the forms in which texts may contain a key, reduced to lower-case letters and digits. */
function formsOf(key: string): string[] {
  if (key.length < SHORTEST_KEY) return []
  const bytes = Buffer.from(key)
  // A key has one of three forms in base64, depending on how many bytes precede it.
  const inBase64 = ['', '.', '..'].map((before) => Buffer.from(before + key).toString('base64'))
  return [key, encodeURIComponent(key), bytes.toString('hex'), ...inBase64]
    .map((form) => form.toLowerCase().replace(/[^a-z\d]/g, ''))
    .filter((form) => form.length >= SHORTEST_KEY)
}

const isLetterOrDigit = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)

/** Replaces parts of keys in a text by `[redacted]`, even if other characters are inserted. */
function redactKeyParts(text: string, runs: ReadonlyMap<number, ReadonlySet<string>>): string {
  const indexes = Array.from({ length: text.length }, (_, index) => index).filter((index) => isLetterOrDigit(text.charCodeAt(index)))
  const reduced = indexes
    .map((index) => text.charAt(index))
    .join('')
    .toLowerCase()
  let clean = ''
  let read = 0
  for (const [start, from] of indexes.entries()) {
    for (const [length, known] of runs) {
      if (!known.has(reduced.slice(start, start + length))) continue
      if (from >= read) clean += `${text.slice(read, from)}[redacted]`
      read = Math.max(read, (indexes[start + length - 1] ?? from) + 1)
    }
  }
  return clean + text.slice(read)
}
