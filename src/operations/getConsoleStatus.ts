import type { DescribedSetting } from '../config/describe.js'
import { conditionOf, type KeyFailure, type KeyState, lastResultsOf } from '../contract/keyState.js'
import type { Operation } from '../contract/operation.js'
import type { JsonResponseOf } from '../contract/types.js'
import type { Models } from '../upstream/models/directory.js'

/** Dependencies of {@link makeGetConsoleStatus}. */
export interface ConsoleStatusParts {
  readonly version: string
  /** Names of the API features of this build, such as `responses`. */
  readonly features: readonly string[]
  readonly isAuthRequired: boolean
  readonly uptimeSeconds: () => number
  /** Returns the current time, in milliseconds since 1970. */
  readonly now: () => number
  /** Number of requests in progress. */
  readonly inFlight: () => number
  /** Number of open event streams. */
  readonly streams: () => number
  readonly settings: () => readonly DescribedSetting[]
  readonly keyStates: () => readonly KeyState[]
  readonly models: Models
}

type StatusJson = JsonResponseOf<'getConsoleStatus'>

/** Handler of GET /console/api/status: settings, keys and models. Does not contact Gemini. */
export const makeGetConsoleStatus =
  (parts: ConsoleStatusParts): Operation<'getConsoleStatus'> =>
  async () => {
    const keys = parts.keyStates()
    const uptimeSeconds = parts.uptimeSeconds()
    return {
      json: {
        version: parts.version,
        node: process.version,
        started_at: Math.round(parts.now() - uptimeSeconds * 1000),
        uptime_seconds: Math.floor(uptimeSeconds),
        in_flight: parts.inFlight(),
        streams: parts.streams(),
        auth: parts.isAuthRequired,
        upstream: toUpstream(keys),
        features: [...parts.features],
        settings: parts.settings().map(toSettingJson),
        keys: keys.map(toKey),
        models: parts.models.list().map((model) => ({
          id: model.id,
          kind: parts.models.kindOf(model.id),
          retired: model.retired,
          replacement: model.replacement,
          levels: model.thinking_levels,
        })),
      },
    }
  }

const toSettingJson = ({ name, value, isDefault, isSecret, meaning }: DescribedSetting): StatusJson['settings'][number] => ({
  name,
  value,
  is_default: isDefault,
  is_secret: isSecret,
  meaning,
})

function toUpstream(keys: readonly KeyState[]): StatusJson['upstream'] {
  const { lastOkAt, lastError } = lastResultsOf(keys)
  return { last_ok: lastOkAt ?? null, last_error: toError(lastError) }
}

const toError = (error: KeyFailure | undefined): StatusJson['upstream']['last_error'] => (error === undefined ? null : { ...error })

const toKey = (key: KeyState): StatusJson['keys'][number] => ({
  position: key.position,
  end: key.end,
  state: conditionOf(key),
  disabled_until: key.disabledUntil ?? null,
  cooldowns: key.cooldowns.map(({ model, until, isDaily }) => ({ model, until, is_daily: isDaily })),
  last_ok_at: key.lastOkAt ?? null,
  last_error: toError(key.lastError),
})
