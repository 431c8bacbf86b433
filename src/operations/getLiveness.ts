import type { Operation } from '../contract/operation.js'

/** GET /health/live: this process answers. It touches nothing. */
export const getLiveness: Operation<'getLiveness'> = async () => ({ json: { status: 'ok' } })
