import type { Operation } from '../contract/operation.js'
import type { Relay } from '../upstream/relay.js'

/** Handler of GET /v1beta/models/{model}: Google's description of one model. */
export const makeRetrieveGoogleModel =
  (relay: Relay): Operation<'retrieveGoogleModel'> =>
  ({ path, query }, context) =>
    relay.retrieveModel(path.model, query, context)
