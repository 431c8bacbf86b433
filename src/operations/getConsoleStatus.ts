import type { DescribedSetting } from '../config/describe.js'
import type { KeyState, UpstreamError } from '../contract/keyState.js'
import type { Operation } from '../contract/operation.js'
import type { AnswerOf } from '../contract/types.js'
import type { Models } from '../upstream/models/directory.js'

/** What {@link makeGetConsoleStatus} needs. */
export interface ConsoleStatusParts {
  readonly version: string
  /** Names of the API features of this build. */
  readonly features: readonly string[]
  readonly isAuthRequired: boolean
  readonly uptimeSeconds: () => number
  /** Returns the time of day, in Unix milliseconds. */
  readonly now: () => number
  /** Number of requests in progress. */
  readonly inFlight: () => number
  /** Number of open event streams. */
  readonly streams: () => number
  readonly settings: () => readonly DescribedSetting[]
  readonly keyStates: () => readonly KeyState[]
  readonly models: Models
}

type ConsoleStatus = AnswerOf<'getConsoleStatus'>

/** GET /console/api/status: settings, keys and models of this instance. Does not contact Gemini. */
export const makeGetConsoleStatus =
  (parts: ConsoleStatusParts): Operation<'getConsoleStatus'> =>
  async () => {
    const keys = parts.keyStates()
    const [now, uptimeSeconds] = [parts.now(), parts.uptimeSeconds()]
    return {
      json: {
        version: parts.version,
        node: process.version,
        started_at: Math.round(now - uptimeSeconds * 1000),
        uptime_seconds: Math.floor(uptimeSeconds),
        in_flight: parts.inFlight(),
        streams: parts.streams(),
        auth: parts.isAuthRequired,
        upstream: toUpstream(keys),
        features: [...parts.features],
        settings: parts.settings().map(toSetting),
        keys: keys.map((key) => toKey(key, now)),
        models: parts.models.list().map((model) => ({
          id: model.id,
          kind: parts.models.isEmbedding(model.id) ? 'embedding' : 'chat',
          retired: model.retired,
          replacement: model.replacement,
          levels: model.thinking_levels,
        })),
      },
    }
  }

const toSetting = ({ name, value, isDefault, isSecret, meaning }: DescribedSetting): ConsoleStatus['settings'][number] => ({
  name,
  value,
  is_default: isDefault,
  is_secret: isSecret,
  meaning,
})

/** The last success and the last failure of any key. */
function toUpstream(keys: readonly KeyState[]): ConsoleStatus['upstream'] {
  const [lastOk] = keys.flatMap(({ lastOkAt }) => lastOkAt ?? []).sort((one, other) => other - one)
  const [lastError] = keys.flatMap((key) => key.lastError ?? []).sort((one, other) => other.at - one.at)
  return { last_ok: lastOk ?? null, last_error: toError(lastError) }
}

const toError = (error: UpstreamError | undefined): ConsoleStatus['upstream']['last_error'] => (error === undefined ? null : { ...error })

function toKey(key: KeyState, now: number): ConsoleStatus['keys'][number] {
  const cooldowns = key.cooldowns.filter(({ until }) => until > now)
  return {
    position: key.position,
    end: key.end,
    state: stateOf(key.disabledUntil, cooldowns.length),
    disabled_until: key.disabledUntil ?? null,
    cooldowns: cooldowns.map(({ model, until, isDaily }) => ({ model, until, is_daily: isDaily })),
    last_ok_at: key.lastOkAt ?? null,
    last_error: toError(key.lastError),
  }
}

function stateOf(disabledUntil: number | undefined, cooldowns: number): ConsoleStatus['keys'][number]['state'] {
  if (disabledUntil !== undefined) return 'disabled'
  return cooldowns > 0 ? 'cooldown' : 'ok'
}
