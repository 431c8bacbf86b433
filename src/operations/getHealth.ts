import { type KeyState, lastResultsOf } from '../contract/keyState.js'
import type { Operation } from '../contract/operation.js'
import type { JsonResponseOf } from '../contract/types.js'
import type { Models } from '../upstream/models/directory.js'

/** Dependencies of {@link makeGetHealth}. */
export interface GetHealthParts {
  readonly version: string
  readonly models: Models
  /** Names of the API features of this build, such as `responses`. */
  readonly features: readonly string[]
  readonly isAuthRequired: boolean
  readonly uptimeSeconds: () => number
  readonly inFlight: () => number
  readonly keyStates: () => readonly KeyState[]
}

/** Handler of GET /health: version and state of this instance. Calls neither Gemini nor Redis. */
export const makeGetHealth =
  ({ version, models, features, isAuthRequired, uptimeSeconds, inFlight, keyStates }: GetHealthParts): Operation<'getHealth'> =>
  async () => ({
    json: {
      status: 'ok',
      version,
      models: models.list().length,
      features: [...features],
      auth: isAuthRequired,
      uptime_seconds: Math.floor(uptimeSeconds()),
      in_flight: inFlight(),
      upstream: toUpstreamHealth(keyStates()),
    },
  })

/** Returns the last success and failure of all keys, without the message: only operators see it. */
function toUpstreamHealth(keys: readonly KeyState[]): JsonResponseOf<'getHealth'>['upstream'] {
  const { lastOkAt, lastError } = lastResultsOf(keys)
  return {
    last_ok: lastOkAt === undefined ? null : toUnixSeconds(lastOkAt),
    last_error: lastError === undefined ? null : { code: lastError.code, at: toUnixSeconds(lastError.at) },
  }
}

const toUnixSeconds = (ms: number): number => Math.floor(ms / 1000)
