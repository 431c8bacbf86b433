import type { Operation } from '../contract/operation.js'
import type { Models } from '../upstream/models/directory.js'

/** GET /v1/models: lists the models that the proxy serves. */
export const makeListModels =
  (models: Models): Operation<'listModels'> =>
  async () => {
    models.refresh()
    return { json: { object: 'list', data: models.list() } }
  }
