import { FALLBACKS, KEYS, type SettingReader, TOKEN, TOKENS } from './readers.js'
import { Secret } from './secret.js'
import { secretsOf } from './secretsOf.js'
import { type Config, SETTINGS, type Setting } from './settings.js'

/** A setting with its value, without secrets. */
export interface DescribedSetting {
  /** The documented environment variable. */
  readonly name: string
  /** The value in use, as text; null if it is empty; `set` or `unset` for a secret. */
  readonly value: string | null
  readonly isDefault: boolean
  readonly isSecret: boolean
  readonly meaning: string
}

const SECRET_READERS: readonly SettingReader<unknown>[] = [KEYS, TOKEN, TOKENS]
const HIDDEN = '***'

/** Describes all settings of a process, in the order of the documentation. */
export function describeSettings(config: Config): DescribedSetting[] {
  // An operator may have copied a key or a token into another setting by mistake.
  const secrets = secretsOf(config).flatMap((secret) => (secret.reveal().length < SHORTEST_SECRET ? [] : secret.reveal()))
  const hide = (text: string): string => secrets.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text)
  return Object.entries<Setting<unknown>>(SETTINGS).map(([field, { names, read, fallback, meaning }]) => {
    // Each field of SETTINGS is one of Config.
    const value: unknown = config[field as keyof Config]
    const isSecret = SECRET_READERS.includes(read)
    const shown = settingText(value, read)
    const usual = fallback === undefined ? '' : settingText(read(fallback), read)
    return {
      name: names[0],
      value: isSecret ? toSetOrUnset(value) : hide(shown) || null,
      isDefault: isSecret ? value === undefined : shown === usual,
      isSecret,
      meaning,
    }
  })
}

const toSetOrUnset = (value: unknown): string => (value === undefined ? 'unset' : 'set')

/** Shorter secrets are not hidden: they would replace parts of ordinary text. */
const SHORTEST_SECRET = 4

function settingText(value: unknown, read: SettingReader<unknown>): string {
  if (value === undefined) return ''
  if (value instanceof Secret) return withoutSecrets(value.reveal())
  if (read === FALLBACKS) return [...(value as ReadonlyMap<string, string>)].map((pair) => pair.join('>')).join(',')
  if (Array.isArray(value)) return value.map(toEntry).join(',')
  return withoutSecrets(String(value))
}

/** Formats an entry of a list: a text, or a pair such as a model alias. */
const toEntry = (entry: unknown): string => (typeof entry === 'object' && entry !== null ? Object.values(entry).join('=') : String(entry))

/** Hides user, password and query of a URL, and removes its fragment; other texts: unchanged. */
function withoutSecrets(text: string): string {
  if (!text.includes('://') || !URL.canParse(text)) return text
  const { protocol, host, pathname, username, password, search } = new URL(text)
  const user = username === '' && password === '' ? '' : `${HIDDEN}@`
  return `${protocol}//${user}${host}${pathname === '/' ? '' : pathname}${search === '' ? '' : `?${HIDDEN}`}`
}
