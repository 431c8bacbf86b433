import { Secret } from './secret.js'

/** Turns the text of a variable into its value, or throws with words that complete "NAME …". */
export type Reading<T> = (text: string) => T

/** One environment variable: how it is called, read and explained. The README table and `.env.example` are made from these. */
export interface Setting<T> {
  /** Names in order of precedence; the first is the documented one. */
  readonly names: readonly [string, ...string[]]
  /** Reads the text of the variable. Throws with words that complete "NAME …". */
  readonly read: Reading<T>
  /** The text that stands for an unset variable; without it the variable may be absent. */
  readonly fallback?: string
  /** True where the start fails without it. */
  readonly isRequired?: true
  /** Unit of a number. */
  readonly unit?: 'ms' | 'bytes' | 'seconds'
  /** What it does, for an operator. */
  readonly meaning: string
}

/** Declares a setting, with the type that its reader gives. */
export const setting = <T, const S extends Omit<Setting<T>, 'read'>>(read: Reading<T>, rest: S): S & { readonly read: Reading<T> } => ({
  ...rest,
  read,
})

/** A bearer token that callers may use. */
export interface NamedToken {
  /** The operator's name for the caller; absent where the entry had none. */
  readonly name: string | undefined
  readonly token: Secret
}

/** A rule that serves one model name by another. */
export interface ModelAlias {
  /** What clients ask for; `*` stands for any text. */
  readonly asked: string
  /** The Gemini model that answers. */
  readonly served: string
}

const PLACEHOLDER_TOKENS = new Set(['changeme', 'your-auth-token', 'your_auth_token', 'your-api-key', 'sk-123456'])

const entries = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')

/** Any text. */
export const TEXT: Reading<string> = (text) => text

/** A comma-separated list. */
export const LIST: Reading<readonly string[]> = entries

/** A secret. */
export const SECRET: Reading<Secret> = (text) => new Secret(text)

/** Secrets, comma-separated, at least one; HTTP header values by their form. */
export const SECRETS: Reading<readonly Secret[]> = (text) => {
  const secrets = entries(text)
  if (secrets.length === 0) throw new Error('holds no key.')
  if (secrets.some((secret) => !/^[\x21-\x7e]+$/.test(secret))) throw new Error('holds a key with a space or a character outside ASCII.')
  return [...new Set(secrets)].map((secret) => new Secret(secret))
}

/** Bearer tokens, comma-separated, each `token` or `name:token`. */
export const TOKENS: Reading<readonly NamedToken[]> = (text) => {
  const tokens = entries(text).map((entry): NamedToken => {
    const colon = entry.indexOf(':')
    const token = colon === -1 ? entry : entry.slice(colon + 1)
    if (token === '') throw new Error('holds an entry without a token.')
    if (PLACEHOLDER_TOKENS.has(token))
      throw new Error('holds a well-known placeholder. Choose a token of your own, such as `openssl rand -hex 24` prints.')
    if (!/^[\x21-\x7e]+$/.test(token)) throw new Error('holds a token with a space or a character outside ASCII, which no client can send.')
    return { name: colon > 0 ? entry.slice(0, colon) : undefined, token: new Secret(token) }
  })
  if (tokens.length === 0) throw new Error('holds no token.')
  return tokens
}

/** `true` or `false`. */
export const FLAG: Reading<boolean> = (text) => {
  if (text !== 'true' && text !== 'false') throw new Error('must be `true` or `false`.')
  return text === 'true'
}

/** One of the given words. */
export const choice =
  <const T extends readonly string[]>(...words: T): Reading<T[number]> =>
  (text) => {
    if (!words.includes(text)) throw new Error(`must be one of ${words.join(', ')}.`)
    return text
  }

/** A whole number from `least` on. */
export const natural =
  (least: number): Reading<number> =>
  (text) => {
    const value = Number(text)
    // Timers of Node.js hold 31 bits; a longer one would fire at once.
    if (!/^\d+$/.test(text) || value < least || value > 2_147_483_647)
      throw new Error(`must be a whole number from ${least} to 2147483647.`)
    return value
  }

/** A TCP port, 0 included. */
export const PORT: Reading<number> = (text) => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535) throw new Error('must be a port number from 0 to 65535.')
  return value
}

/** An absolute URL with one of the given protocols (`https:`), without a trailing slash. Its text is not repeated in the error: it may hold a password. */
export const url =
  (...protocols: string[]): Reading<string> =>
  (text) => {
    if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol))
      throw new Error(`must be a URL that starts with ${protocols.join('// or ')}//.`)
    return text.replace(/\/+$/, '')
  }

/** The same for a URL that may hold a password. */
export const secretUrl =
  (...protocols: string[]): Reading<Secret> =>
  (text) =>
    new Secret(url(...protocols)(text))

/** Origins as browsers send them, comma-separated; `*` for any, `null` for pages without one. Schemes of apps and extensions count as well. */
export const ORIGINS: Reading<readonly string[]> = (text) => {
  const origins = entries(text.toLowerCase())
  const wrong = origins.find((origin) => !/^(\*|null|[a-z][a-z\d+.-]*:\/\/[^\s/?#@]+)$/.test(origin))
  if (wrong !== undefined)
    throw new Error(`must list origins such as https://app.example.com, without a path; ${JSON.stringify(wrong)} is none.`)
  return origins
}

/** `asked=served` pairs, comma-separated. */
export const ALIASES: Reading<readonly ModelAlias[]> = (text) =>
  entries(text).map((entry) => {
    const [asked, served, ...rest] = entry.split('=').map((part) => part.trim())
    if (!asked || !served || rest.length > 0) throw new Error('must hold pairs `asked=served`, comma-separated.')
    if (served.includes('*')) throw new Error('has a wildcard on the right of `=`; only the asked name may have one.')
    return { asked, served }
  })

/** Chains `a>b>c`, comma-separated: who serves when the model before stays overloaded. */
export const FALLBACKS: Reading<ReadonlyMap<string, string>> = (text) => {
  const next = new Map<string, string>()
  for (const chain of entries(text)) {
    const models = chain.split('>').map((model) => model.trim())
    if (models.length < 2 || models.some((model) => model === '')) throw new Error('must hold chains `a>b>c`, comma-separated.')
    for (const [place, model] of models.slice(0, -1).entries()) {
      if (next.has(model)) throw new Error(`names '${model}' twice as a model that is given up.`)
      next.set(model, models[place + 1] ?? model)
    }
  }
  return next
}
