import type { Operation } from '../contract/operation.js'
import type { Relay } from '../upstream/relay.js'

/** Handler of POST /v1beta/models/{model}:streamGenerateContent: one answer, as a stream. */
export const makeStreamGenerateContent =
  (relay: Relay): Operation<'streamGenerateContent'> =>
  ({ path, query, body }, context) =>
    relay.stream({ model: path.model, query, body }, context)
