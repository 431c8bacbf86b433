import { randomId } from '../../contract/ids.js'

/** Returns the request id that Function Compute logs, too; without a valid one, a new id. */
export const toRequestId = (platformId: string | string[] | undefined): string =>
  typeof platformId === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(platformId) ? platformId : `req_${randomId().slice(0, 24)}`
