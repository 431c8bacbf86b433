import { randomId } from '../../contract/ids.js'

/** Returns Function Compute's id of a request, so that both logs have it; otherwise a new id. */
export const toRequestId = (platformId: string | string[] | undefined): string =>
  typeof platformId === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(platformId) ? platformId : `req_${randomId().slice(0, 24)}`
