import type { Operation } from '../contract/operation.js'
import type { Models } from '../upstream/models/directory.js'

/** What {@link makeGetHealth} needs. */
export interface GetHealthParts {
  readonly version: string
  readonly models: Models
  /** Names of the API features of this build. */
  readonly features: readonly string[]
  /** True if callers need a token. */
  readonly isAuthRequired: boolean
  /** Returns the seconds since the process started. */
  readonly uptimeSeconds: () => number
  /** Returns the number of requests in progress. */
  readonly inFlight: () => number
}

/** GET /health: the version and state of this instance. Does not contact Gemini or Redis. */
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
