const MARK = '[redacted]'

/**
 * Matches keys, tokens, email and IP addresses, project numbers and long base64, so that unknown
 * secrets are removed, too.
 */
const PATTERNS: readonly RegExp[] = [
  /AIza[\w-]{20,}/g,
  /AQ\.[\w.-]{16,}/g,
  /ya29\.[\w.-]{16,}/g,
  /\bsk-[\w-]{16,}/g,
  /(?<=\bbearer\s+)[^\s"\\]+/gi,
  /(?<=[?&]key=)[^&\s"\\]+/gi,
  /[\w.+-]+@[\w-]+(\.[\w-]+)+/g,
  /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g,
  /(?<=projects?[/ :_]{1,2}(?:number:)?)\d{6,}/gi,
  /(?<=;base64,)[\w+/=]{64,}/g,
]

/** Headers that are recorded with their values; of other headers, only the name is recorded. */
const HARMLESS = [
  'content-type',
  'accept',
  'retry-after',
  'server',
  'vary',
  'server-timing',
  'transfer-encoding',
  'cache-control',
  'x-should-retry',
]

/**
 * Makes a function that removes secrets from text.
 *
 * @param secrets - known keys and tokens; URL-encoded and base64 forms are removed, too
 */
export const makeRedact = (secrets: readonly string[]) => {
  const known = secrets.flatMap((secret) =>
    secret === '' ? [] : [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')],
  )
  return (text: string): string => {
    const bare = known.reduce((rest, secret) => rest.replaceAll(secret, MARK), text)
    return PATTERNS.reduce((rest, pattern) => rest.replace(pattern, MARK), bare)
  }
}

/**
 * Returns headers in order, with lower-case names. Replaces values that are not known to be
 * harmless, and removes secrets from the others.
 */
export const redactedHeaders = (headers: Iterable<readonly [string, string]>, redact: (text: string) => string): Record<string, string> =>
  Object.fromEntries(
    [...headers].map(([name, value]) => [name.toLowerCase(), HARMLESS.includes(name.toLowerCase()) ? redact(value) : MARK]),
  )
