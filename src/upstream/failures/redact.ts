import type { Secret } from '../../config/secret.js'

const CREDENTIALS = /AIza[\w-]{20,}|AQ\.[\w-]{20,}|ya29\.[\w.-]{16,}|(?:key|token|bearer)[=:\s]+[\w.-]{16,}/gi
const PROJECTS = /\b(projects?(?:[_-](?:number|id))?["']?[\s/:=]+["']?)(?:[\w-]*\d[\w-]*)/gi
const STACK_LINES = /\n\s*at [^\n]*|\nTraceback [^\n]*|\n\s*File "[^\n]*/g
// Shorter keys exist only in tests, and may occur within any word.
const SHORTEST_KEY = 8
// Google quotes invalid input, which may be a whole image.
const LONGEST_MESSAGE = 1_000

/** Cuts a message, and removes the key, project numbers, stack traces and likely credentials. */
export const redact = (message: string, key: Secret): string => {
  const value = key.reveal()
  const keyless = value.length < SHORTEST_KEY ? message : message.replaceAll(value, '[redacted]')
  const clean = keyless.replace(STACK_LINES, '').replace(CREDENTIALS, '[redacted]').replace(PROJECTS, '$1[redacted]').trim()
  return clean.length > LONGEST_MESSAGE ? `${clean.slice(0, LONGEST_MESSAGE)}…` : clean
}
