import type { Operation } from '../contract/operation.js'
import type { Interactions } from '../upstream/interactions.js'

/** POST /v1beta/interactions: an answer of a model or an agent that Google stores. */
export const makeCreateInteraction =
  (interactions: Interactions): Operation<'createInteraction'> =>
  ({ query, body }, context) =>
    interactions.create(body, { query, context, revision: context.apiRevision })
