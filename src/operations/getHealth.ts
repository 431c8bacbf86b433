import type { Operation } from '../contract/operation.js'
import type { Models } from '../upstream/models/directory.js'

/** What {@link makeGetHealth} tells. */
export interface GetHealthParts {
  readonly version: string
  readonly models: Models
  /** What this build can do, for people and monitors. */
  readonly features: readonly string[]
  /** True when callers need a token. */
  readonly isAuthRequired: boolean
  /** Seconds since the start. */
  readonly uptimeSeconds: () => number
  /** Requests under way. */
  readonly inFlight: () => number
}

/** GET /health: what this instance is and does. It asks nobody else. */
export const makeGetHealth =
  ({ version, models, features, isAuthRequired, uptimeSeconds, inFlight }: GetHealthParts): Operation<'getHealth'> =>
  async () => ({
    json: {
      status: 'ok',
      version,
      models: models.list().length,
      features: [...features],
      auth: isAuthRequired,
      uptime_seconds: Math.floor(uptimeSeconds()),
      in_flight: inFlight(),
    },
  })
