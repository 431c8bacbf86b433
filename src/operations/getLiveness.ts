import type { Operation } from '../contract/operation.js'

/** Handler of GET /health/live: responds whenever the process is running. Has no dependencies. */
export const getLiveness: Operation<'getLiveness'> = async () => ({ json: { status: 'ok' } })
