import { randomId } from '../../contract/ids.js'

/**
 * The id of a request: Function Compute's own where there is one of its form, so that its logs and ours can be joined.
 *
 * @param offered - the header `x-fc-request-id`
 */
export const toRequestId = (offered: string | string[] | undefined): string =>
  typeof offered === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(offered) ? offered : `req_${randomId().slice(0, 24)}`
