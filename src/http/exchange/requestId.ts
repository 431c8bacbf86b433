import { randomId } from '../../contract/ids.js'

/**
 * The id of a request: that of Function Compute where it looks like one, so that both logs can be
 * joined; else a new one.
 *
 * @param offered - the header `x-fc-request-id`
 */
export const toRequestId = (offered: string | string[] | undefined): string =>
  typeof offered === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(offered) ? offered : `req_${randomId().slice(0, 24)}`
