import type { Operation } from '../contract/operation.js'
import type { Models } from '../upstream/models/directory.js'

/** What {@link makeGetHealth} needs. */
export interface GetHealthParts {
  readonly version: string
  readonly models: Models
  /** Names of the API features of this build. */
  readonly features: readonly string[]
  readonly isAuthRequired: boolean
  readonly uptimeSeconds: () => number
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
