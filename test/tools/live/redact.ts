const MARK = '[redacted]'

/** What looks like a secret or tells of a person or machine, whoever it belongs to. */
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

/** The request and answer headers whose values are kept; of all others only the name is. */
const KEPT = [
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

/** Makes a function that takes secrets out of text. @param secrets - those that are known: keys and tokens, in whatever form they show up */
export const makeRedact = (secrets: readonly string[]) => {
  const known = secrets.flatMap((secret) =>
    secret === '' ? [] : [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')],
  )
  return (text: string): string => {
    const bare = known.reduce((rest, secret) => rest.replaceAll(secret, MARK), text)
    return PATTERNS.reduce((rest, pattern) => rest.replace(pattern, MARK), bare)
  }
}

/** Headers by name, lower case, in their order; the values only where they tell no secret. */
export const redactedHeaders = (headers: Iterable<readonly [string, string]>, redact: (text: string) => string): Record<string, string> =>
  Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), KEPT.includes(name.toLowerCase()) ? redact(value) : MARK]))
