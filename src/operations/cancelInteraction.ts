import type { Operation } from '../contract/operation.js'
import type { Interactions } from '../upstream/interactions.js'

/** POST /v1beta/interactions/{interaction_id}/cancel: cancels a background interaction. */
export const makeCancelInteraction =
  (interactions: Interactions): Operation<'cancelInteraction'> =>
  ({ path, query, body }, context) =>
    interactions.cancel(path.interaction_id, body, { query, context, revision: context.apiRevision })
