import type { Operation } from '../contract/operation.js'
import { toAnthropicModels } from '../messages/models.js'
import type { Models } from '../upstream/models/directory.js'

/** Handler of GET /v1/models: lists the served models, in the format of the client's API. */
export const makeListModels =
  (models: Models): Operation<'listModels'> =>
  async (_request, { protocol }) => {
    models.refresh()
    if (protocol !== 'anthropic') return { json: { object: 'list', data: models.list() } }
    const data = toAnthropicModels(models.list())
    return { json: { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null } }
  }
