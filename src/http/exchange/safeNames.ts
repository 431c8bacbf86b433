import { type SecretSettings, secretsOf } from '../../config/secretsOf.js'
import { copyText } from '../../contract/copyText.js'
import { makeRedact, type Redact } from '../../upstream/failures/redact.js'

/** Dependencies of {@link makeSafeNames}. */
export interface SafeNameSources {
  /** The secrets to redact: a client could send one of them as the name of a model. */
  readonly config: SecretSettings
  readonly contract: object
}

/** Makes names that clients choose safe for logs: short, on one line, without secrets. */
export interface SafeNames {
  /** Returns a safe model name. @param isKnown - true if the catalogue or the operator names it */
  model(name: string, isKnown: boolean): string
  /** Returns a safe parameter path, in which names that are not in the contract become `*`. */
  param(path: string): string
}

const LOGGED_NAME_LENGTH = 64
const LOGGED_PATH_LENGTH = 120
const REDACTED_LENGTH = 200
const NON_MODEL_ID_CHARACTERS = /[^\w.:/@-]/g

/** Makes {@link SafeNames}. Secrets and the names in the contract are collected at first use. */
export function makeSafeNames({ config, contract }: SafeNameSources): SafeNames {
  let redact: Redact | undefined
  let names: ReadonlySet<string> | undefined
  const bound = (name: string): string => name.slice(0, LOGGED_NAME_LENGTH).replace(NON_MODEL_ID_CHARACTERS, '?')
  return {
    model: (name, isKnown) => {
      if (isKnown) return bound(name)
      redact ??= makeRedact(secretsOf(config))
      // The name is cut before redaction, which is slow for long texts.
      return copyText(bound(redact(name.slice(0, REDACTED_LENGTH))))
    },
    param: (path) => {
      names ??= propertyNamesOf(contract)
      const known = names
      const cut = path.slice(0, LOGGED_PATH_LENGTH)
      return copyText(cut.replace(/[^.[\]]+/g, (name) => (/^\d{1,9}$/.test(name) || known.has(name) ? name : '*')))
    },
  }
}

/** The names of all properties and parameters of the contract, an object that may have cycles. */
function propertyNamesOf(contract: object): ReadonlySet<string> {
  const names = new Set<string>()
  const seen = new Set<unknown>()
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || seen.has(node)) return
    seen.add(node)
    const { properties, name } = node as { properties?: unknown; name?: unknown }
    if (typeof properties === 'object' && properties !== null) for (const each of Object.keys(properties)) names.add(each)
    if (typeof name === 'string') names.add(name)
    for (const value of Object.values(node)) visit(value)
  }
  visit(contract)
  return names
}
