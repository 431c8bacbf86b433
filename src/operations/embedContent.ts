import type { Operation } from '../contract/operation.js'
import type { Relay } from '../upstream/relay.js'

/** Handler of POST /v1beta/models/{model}:embedContent: the embedding of one content. */
export const makeEmbedContent =
  (relay: Relay): Operation<'embedContent'> =>
  ({ path, query, body }, context) =>
    relay.call('embedContent', { model: path.model, query, body }, context)
