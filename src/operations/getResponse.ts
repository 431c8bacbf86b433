import { responseNotFound } from '../errors.js'
import type { Operation } from './operation.js'

/** GET /v1/responses/{response_id}: what is kept of a response. */
export const makeGetResponse = (): Operation<'getResponse'> => async () => {
  throw responseNotFound()
}
