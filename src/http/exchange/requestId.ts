import { randomId } from '../../contract/ids.js'

/** The id of a request: Function Compute's, so that both logs have the same, else a new one. */
export const toRequestId = (offered: string | string[] | undefined): string =>
  typeof offered === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(offered) ? offered : `req_${randomId().slice(0, 24)}`
