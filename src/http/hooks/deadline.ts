import type { ServerResponse } from 'node:http'
import { apiError } from '../../contract/errors.js'
import type { Exchange } from './exchange.js'

// Function Compute kills a request at its timeout; ours has to be told before.
const FC_MARGIN_MS = 5_000

/** What {@link startDeadline} goes by. */
export interface Deadline {
  readonly requestTimeoutMs: number
  /** The header `x-fc-function-timeout`: seconds after which the platform ends the request. */
  readonly announcedSeconds: string | string[] | undefined
}

/** Ends an exchange when its time is up, counted from its arrival, some seconds before the platform would. */
export function startDeadline(exchange: Exchange, response: ServerResponse, { requestTimeoutMs, announcedSeconds }: Deadline): void {
  const announcedMs = Number(announcedSeconds) * 1000
  const platformMs = announcedMs > 0 ? Math.max(announcedMs - FC_MARGIN_MS, announcedMs / 2) : Number.POSITIVE_INFINITY
  const limitMs = Math.min(requestTimeoutMs, platformMs)
  exchange.deadlineAt = exchange.arrivedAt + limitMs
  const timer = setTimeout(() => {
    exchange.controller.abort(
      apiError(
        'upstream_timeout',
        'The request exceeded its time limit. Request less output, or raise REQUEST_TIMEOUT_MS and the timeout of the function.',
      ),
    )
    // All has been said, to a client that does not read it.
    if (response.writableEnded) response.destroy()
  }, limitMs)
  timer.unref()
  response.once('close', () => clearTimeout(timer))
}
