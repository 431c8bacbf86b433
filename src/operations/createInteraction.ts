import type { Operation } from '../contract/operation.js'
import type { Interactions } from '../upstream/interactions.js'

/** Handler of POST /v1beta/interactions: calls a model or an agent; Google stores the result. */
export const makeCreateInteraction =
  (interactions: Interactions): Operation<'createInteraction'> =>
  ({ query, body }, context) =>
    interactions.create(body, { query, context, revision: context.apiRevision })
