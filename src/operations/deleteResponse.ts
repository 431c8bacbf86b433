import { responseNotFound } from '../errors.js'
import type { Operation } from './operation.js'

/** DELETE /v1/responses/{response_id}: forgets a response. */
export const makeDeleteResponse = (): Operation<'deleteResponse'> => async () => {
  throw responseNotFound()
}
