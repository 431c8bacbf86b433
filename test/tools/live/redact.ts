const MARK = '[redacted]'

/** Patterns of secrets and of data about persons or machines, whoever they belong to. */
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

/** The request and response headers whose values are recorded; of all others, only the name is. */
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
 * @param secrets - known keys and tokens, which are also found URL-encoded and in base64
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
 * Returns headers with lower-case names, in their order; values are redacted unless they are known
 * to be harmless.
 */
export const redactedHeaders = (headers: Iterable<readonly [string, string]>, redact: (text: string) => string): Record<string, string> =>
  Object.fromEntries(
    [...headers].map(([name, value]) => [name.toLowerCase(), HARMLESS.includes(name.toLowerCase()) ? redact(value) : MARK]),
  )
