import { modelNotFound } from '../errors.js'
import type { Models } from '../upstream/models.js'
import type { Operation } from './operation.js'

/** GET /v1/models/{model}: one model that the proxy serves. */
export const makeRetrieveModel =
  (models: Models): Operation<'retrieveModel'> =>
  async ({ path }) => {
    const model = models.find(path.model)
    if (model === undefined) throw modelNotFound(path.model)
    return { json: model }
  }
