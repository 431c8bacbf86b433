import type { Operation } from '../contract/operation.js'
import type { Interactions } from '../upstream/interactions.js'

/** Handler of POST /v1beta/interactions/{interaction_id}/cancel, for background interactions. */
export const makeCancelInteraction =
  (interactions: Interactions): Operation<'cancelInteraction'> =>
  ({ path, query, body }, context) =>
    interactions.cancel(path.interaction_id, body, { query, context, revision: context.apiRevision })
