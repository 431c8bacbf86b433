import type { Operation } from '../contract/operation.js'
import type { Relay } from '../upstream/relay.js'

/** Handler of POST /v1beta/models/{model}:countTokens: counts the tokens of a Gemini request. */
export const makeCountTokens =
  (relay: Relay): Operation<'countTokens'> =>
  ({ path, query, body }, context) =>
    relay.call('countTokens', { model: path.model, query, body }, context)
