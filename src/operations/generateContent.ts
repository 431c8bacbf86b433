import type { Operation } from '../contract/operation.js'
import type { Relay } from '../upstream/relay.js'

/** POST /v1beta/models/{model}:generateContent: an answer of a model, in Google's form. */
export const makeGenerateContent =
  (relay: Relay): Operation<'generateContent'> =>
  ({ path, query, body }, context) =>
    relay.call('generateContent', { model: path.model, query, body }, context)
