import type { Operation } from '../contract/operation.js'
import type { Relay } from '../upstream/relay.js'

/** Handler of GET /v1beta/models: Google's list of models. */
export const makeListGoogleModels =
  (relay: Relay): Operation<'listGoogleModels'> =>
  ({ query }, context) =>
    relay.listModels(query, context)
