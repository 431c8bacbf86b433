import type { Operation } from '../contract/operation.js'
import { toAnthropicModel } from '../messages/models.js'
import type { Models } from '../upstream/models/directory.js'

/** Handler of GET /v1/models/{model}: returns one model that the proxy serves. */
export const makeRetrieveModel =
  (models: Models): Operation<'retrieveModel'> =>
  async ({ path }, { signal, protocol }) => {
    const model = await models.describe(path.model, signal)
    return { json: protocol === 'anthropic' ? toAnthropicModel(model) : model }
  }
