import { apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'

const SENT_MEMBERS: ReadonlySet<string> = new Set(['category', 'threshold'])

/**
 * Merges the safety settings of a request with the operator's, which apply to categories that the
 * request does not set.
 *
 * @param requested - the settings of the request
 * @param ignore - called with the path of each setting, or member of one, that is not sent
 * @throws 400 for invalid settings
 */
export function toSafetySettings(requested: unknown, defaults: readonly object[], ignore: (path: string) => void): readonly object[] {
  if (requested === undefined || requested === null) return defaults
  const param = 'extra_body.google.safety_settings'
  if (!Array.isArray(requested) || !requested.every(isSafetySetting)) {
    const message = 'Safety settings must be a list of objects with `category` and `threshold`.'
    throw apiError('invalid_value', message, { param })
  }
  const settings = new Map([...defaults.filter(isSafetySetting), ...requested].map((each) => [each.category, each]))
  for (const [index, setting] of requested.entries()) {
    const path = `${param}[${index}]`
    if (settings.get(setting.category) !== setting) ignore(path)
    else for (const member of Object.keys(setting)) if (!SENT_MEMBERS.has(member)) ignore(`${path}.${member}`)
  }
  return [...settings.values()].map(({ category, threshold }) => ({ category, threshold }))
}

interface CategoryThreshold {
  readonly category: string
  readonly threshold: string
}

const isSafetySetting = (value: unknown): value is CategoryThreshold =>
  isRecord(value) && typeof value.category === 'string' && typeof value.threshold === 'string'
