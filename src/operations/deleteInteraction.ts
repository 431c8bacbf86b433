import type { Operation } from '../contract/operation.js'
import type { Interactions } from '../upstream/interactions.js'

/** Handler of DELETE /v1beta/interactions/{interaction_id}: deletes a stored interaction. */
export const makeDeleteInteraction =
  (interactions: Interactions): Operation<'deleteInteraction'> =>
  ({ path, query }, context) =>
    interactions.delete(path.interaction_id, { query, context, revision: context.apiRevision })
