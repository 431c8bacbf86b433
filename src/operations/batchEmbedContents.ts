import type { Operation } from '../contract/operation.js'
import type { Relay } from '../upstream/relay.js'

/** Handler of POST /v1beta/models/{model}:batchEmbedContents: embeddings of several contents. */
export const makeBatchEmbedContents =
  (relay: Relay): Operation<'batchEmbedContents'> =>
  ({ path, query, body }, context) =>
    relay.call('batchEmbedContents', { model: path.model, query, body }, context)
