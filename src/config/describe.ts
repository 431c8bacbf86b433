import { FALLBACKS, KEYS, type SettingReader, TOKEN, TOKENS } from './readers.js'
import { Secret } from './secret.js'
import { secretsOf } from './secretsOf.js'
import { type Config, SETTINGS, type Setting } from './settings.js'

/** A setting and its value for display, with secrets hidden. */
export interface DescribedSetting {
  /** Name of the environment variable; the main one, if it has several. */
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
  // Secrets are hidden in every value: a key may have been pasted into the wrong setting.
  const secrets = secretsOf(config).flatMap((secret) => (secret.reveal().length < SHORTEST_SECRET ? [] : secret.reveal()))
  const hide = (text: string): string => secrets.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text)
  return Object.entries<Setting<unknown>>(SETTINGS).map(([field, { names, read, defaultText, meaning }]) => {
    // The cast is safe: Config has exactly the fields of SETTINGS.
    const value: unknown = config[field as keyof Config]
    const isSecret = SECRET_READERS.includes(read)
    const shown = settingText(value, read)
    const usual = defaultText === undefined ? '' : settingText(read(defaultText), read)
    return {
      name: names[0],
      value: isSecret ? toSecretStatus(value) : hide(shown) || null,
      isDefault: isSecret ? value === undefined : shown === usual,
      isSecret,
      meaning,
    }
  })
}

const toSecretStatus = (value: unknown): string => (value === undefined ? 'unset' : 'set')

/** Minimum length of a secret to be hidden in values: shorter ones occur in ordinary text. */
const SHORTEST_SECRET = 4

function settingText(value: unknown, read: SettingReader<unknown>): string {
  if (value === undefined) return ''
  if (value instanceof Secret) return hideUrlSecrets(value.reveal())
  if (read === FALLBACKS) return [...(value as ReadonlyMap<string, string>)].map((pair) => pair.join('>')).join(',')
  if (Array.isArray(value)) return value.map(toEntry).join(',')
  return hideUrlSecrets(String(value))
}

/** Formats one entry of a list setting: a text, or a pair such as the model alias `a=b`. */
const toEntry = (entry: unknown): string => (typeof entry === 'object' && entry !== null ? Object.values(entry).join('=') : String(entry))

/** Hides user, password and query of a URL, and drops its fragment. Returns other text as is. */
function hideUrlSecrets(text: string): string {
  if (!text.includes('://') || !URL.canParse(text)) return text
  const { protocol, host, pathname, username, password, search } = new URL(text)
  const user = username === '' && password === '' ? '' : `${HIDDEN}@`
  return `${protocol}//${user}${host}${pathname === '/' ? '' : pathname}${search === '' ? '' : `?${HIDDEN}`}`
}
