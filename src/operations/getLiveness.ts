import type { Operation } from './operation.js'

/** GET /health/live: this process answers. It touches nothing. */
export const getLiveness: Operation<'getLiveness'> = async () => ({ json: { status: 'ok' } })
