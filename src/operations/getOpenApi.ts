import type { AnswerOf } from '../contract/types.js'
import type { Operation } from './operation.js'

/** GET /openapi.json: the contract, as OpenAPI 3.1 for client generators. */
export const makeGetOpenApi =
  (document: AnswerOf<'getOpenApi'>): Operation<'getOpenApi'> =>
  async () => ({ json: document })
