import type { Models } from '../upstream/models.js'
import type { Operation } from './operation.js'

/** GET /v1/models: every model that the proxy serves. */
export const makeListModels =
  (models: Models): Operation<'listModels'> =>
  async () => ({ json: { object: 'list', data: models.list() } })
