import type { Models } from '../upstream/models.js'
import type { Operation } from './operation.js'

/** GET /v1/models/{model}: one model that the proxy serves. */
export const makeRetrieveModel =
  (models: Models): Operation<'retrieveModel'> =>
  async ({ path }, { signal }) => ({ json: await models.describe(path.model, signal) })
