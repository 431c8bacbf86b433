import type { Operation } from '../contract/operation.js'
import type { Interactions } from '../upstream/interactions.js'

/** Handler of GET /v1beta/interactions/{interaction_id}: a stored interaction or its stream. */
export const makeGetInteraction =
  (interactions: Interactions): Operation<'getInteraction'> =>
  ({ path, query }, context) =>
    interactions.get(path.interaction_id, { query, context, revision: context.apiRevision })
