import { findKeyProblem, findTokenProblem } from './placeholders.js'
import { Secret } from './secret.js'

/** Parses an environment variable. @throws an Error, to be printed after the variable's name */
export type SettingReader<T> = (text: string) => T

/** A bearer token that callers may use. */
export interface NamedToken {
  /** Name of the caller, from `name:token` in AUTH_TOKEN; undefined for an entry without a name. */
  readonly name: string | undefined
  readonly token: Secret
}

/** Maps a requested model name to a Gemini model. */
export interface ModelAlias {
  /** Model name in the request; `*` matches any text. */
  readonly requested: string
  /** Gemini model that serves the request. */
  readonly served: string
}

/** Reads a setting of any text; returns the text unchanged. */
export const TEXT: SettingReader<string> = (text) => text

/** Reads a comma-separated list, empty entries ignored. */
export const LIST: SettingReader<readonly string[]> = (text) => {
  const entries = text.split(',').map((entry) => entry.trim())
  return entries.filter((entry) => entry !== '')
}

/** Reads one bearer token. */
export const TOKEN: SettingReader<Secret> = (text) => {
  const problem = findTokenProblem(text)
  if (problem !== undefined) throw new Error(problem)
  return new Secret(text)
}

/** Reads comma-separated Gemini API keys: at least one, no placeholder; drops duplicates. */
export const KEYS: SettingReader<readonly Secret[]> = (text) => {
  const keys = LIST(text)
  if (keys.length === 0) throw new Error('contains no key.')
  for (const [index, key] of keys.entries()) {
    const problem =
      findKeyProblem(key) ?? (/^[\x21-\x7e]+$/.test(key) ? undefined : 'contains a key with a space or a non-ASCII character.')
    if (problem !== undefined) throw new Error(keys.length === 1 ? problem : `${problem} (Key ${index + 1} of ${keys.length}.)`)
  }
  return [...new Set(keys)].map((key) => new Secret(key))
}

/** Reads comma-separated `token` or `name:token` entries; refuses a token with two names. */
export const TOKENS: SettingReader<readonly NamedToken[]> = (text) => {
  const tokens = LIST(text).map((entry): NamedToken => {
    const colon = entry.indexOf(':')
    const token = colon === -1 ? entry : entry.slice(colon + 1)
    if (token === '') throw new Error('contains an entry without a token.')
    return { name: colon > 0 ? entry.slice(0, colon) : undefined, token: TOKEN(token) }
  })
  if (tokens.length === 0) throw new Error('contains no token.')
  const names = new Map<string, string | undefined>()
  for (const { name, token } of tokens) {
    const text = token.reveal()
    if (names.has(text) && names.get(text) !== name)
      throw new Error(`contains the same token twice: for ${describeName(names.get(text))} and for ${describeName(name)}.`)
    names.set(text, name)
  }
  return tokens
}

const describeName = (name: string | undefined): string => (name === undefined ? 'a caller without a name' : `'${name}'`)

/** Reads `true` or `false`. */
export const FLAG: SettingReader<boolean> = (text) => {
  if (text !== 'true' && text !== 'false') throw new Error('must be `true` or `false`.')
  return text === 'true'
}

/** Makes a reader that accepts the given values only. */
export const makeEnumReader =
  <const T extends readonly string[]>(...values: T): SettingReader<T[number]> =>
  (text) => {
    if (!values.includes(text)) throw new Error(`must be one of ${values.join(', ')}.`)
    return text
  }

// The maximum delay of a Node.js timer; a longer one would fire immediately.
const LONGEST_TIMER_MS = 2_147_483_647

/** Makes a reader of whole numbers from `min` to `max`. */
export const makeIntegerReader =
  (min: number, max = LONGEST_TIMER_MS): SettingReader<number> =>
  (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) throw new Error(`must be a whole number from ${min} to ${max}.`)
    return value
  }

/** Reads a TCP port from 0 to 65535; 0 means any free port. */
export const PORT: SettingReader<number> = (text) => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535) throw new Error('must be a port number from 0 to 65535.')
  return value
}

const NO_SOCKS = ' SOCKS is not supported: use the HTTP port of the same proxy, such as http://127.0.0.1:7890.'

/** Makes a reader of URLs; drops trailing slashes. Errors do not quote the URL and its password. */
export const makeUrlReader =
  (...protocols: string[]): SettingReader<string> =>
  (text) => {
    if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol))
      throw new Error(`must be a URL that starts with ${protocols.join('// or ')}//.${/^socks/i.test(text) ? NO_SOCKS : ''}`)
    if (!hasDecodableCredentials(new URL(text)))
      throw new Error('has a `%` in its user name or password that is not part of a valid percent-encoding. Write it as `%25`.')
    return text.replace(/(?<!\/)\/+$/, '')
  }

function hasDecodableCredentials({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username)
    decodeURIComponent(password)
    return true
  } catch {
    return false
  }
}

/** Reads an API's base URL, to which paths are appended: no credentials, query or fragment. */
export const BASE_URL: SettingReader<string> = (text) => {
  const url = makeUrlReader('http:', 'https:')(text)
  const { username, password } = new URL(url)
  if (/[?#]/.test(url) || username + password !== '') throw new Error('must be a URL without user name, password, query and fragment.')
  return url
}

/** Like {@link makeUrlReader}, but returns a {@link Secret}: the URL may contain a password. */
export const makeSecretUrlReader =
  (...protocols: string[]): SettingReader<Secret> =>
  (text) =>
    new Secret(makeUrlReader(...protocols)(text))

/** Reads a trace receiver's base URL, to which paths are appended; it may contain a password. */
export const RECEIVER_URL: SettingReader<Secret> = (text) => {
  const url = makeSecretUrlReader('http:', 'https:')(text)
  if (/[?#]/.test(url.reveal())) throw new Error('must be a URL without query and fragment.')
  return url
}

/** Reads comma-separated origins as browsers send them, `null` included; `*` is any origin. */
export const ORIGINS: SettingReader<readonly string[]> = (text) => {
  const origins = LIST(text.toLowerCase())
  const invalid = origins.find((origin) => origin !== '*' && !isOrigin(origin))
  if (invalid !== undefined)
    throw new Error(
      `must list origins such as https://app.example.com, without path, wildcard and default port; ${JSON.stringify(invalid)} is not an origin.`,
    )
  return origins
}

/** True for an origin as browsers send it; for schemes that `URL` does not know, by syntax only. */
function isOrigin(text: string): boolean {
  if (!/^(null|[a-z][a-z\d+.-]*:\/\/[^\s/?#@*]+)$/.test(text)) return false
  return !/^(https?|wss?|ftp):/.test(text) || (URL.canParse(text) && new URL(text).origin === text)
}

/** Reads model aliases: comma-separated `requested=served` pairs. */
export const ALIASES: SettingReader<readonly ModelAlias[]> = (text) =>
  LIST(text).map((entry) => {
    const [requested, served, ...rest] = entry.split('=').map((part) => part.trim())
    if (!requested || !served || rest.length > 0) throw new Error('must be a comma-separated list of `requested=served`.')
    if (served.includes('*')) throw new Error('has a wildcard after `=`; only the requested name may have one.')
    return { requested, served }
  })

/**
 * Reads comma-separated chains of models, `a>b>c`, each with or without the prefix `models/`.
 *
 * @returns the fallback model of each model
 */
export const FALLBACKS: SettingReader<ReadonlyMap<string, string>> = (text) => {
  const next = new Map<string, string>()
  for (const chain of LIST(text)) {
    const models = chain.split('>').map((model) => model.trim().replace(/^models\//, ''))
    if (models.length < 2 || models.some((model) => !/^\S+$/.test(model)))
      throw new Error('must be a comma-separated list of chains `a>b>c`.')
    for (const [index, model] of models.slice(0, -1).entries()) {
      if (models[index + 1] === model) throw new Error(`has '${model}' as its own fallback.`)
      if (next.has(model)) throw new Error(`has two fallbacks for '${model}'.`)
      next.set(model, models[index + 1] ?? model)
    }
  }
  return next
}
