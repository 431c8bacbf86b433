import type { Operation } from '../contract/operation.js'
import type { Relay } from '../upstream/relay.js'

/** Handler of POST /v1beta/models/{model}:generateContent: an answer in Google's native format. */
export const makeGenerateContent =
  (relay: Relay): Operation<'generateContent'> =>
  ({ path, query, body }, context) =>
    relay.call('generateContent', { model: path.model, query, body }, context)
