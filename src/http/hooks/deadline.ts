import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, apiError } from '../../contract/errors.js'
import { sendFailure } from '../answer/failure.js'
import type { Exchange } from '../exchange/exchange.js'

// Function Compute kills a request at the function's timeout. The 504 is sent this much earlier.
const FC_MARGIN_MS = 5_000
const TIMEOUT_MESSAGE =
  'The request exceeded its time limit. Request less output, or raise REQUEST_TIMEOUT_MS and the timeout of the function.'

/**
 * Ends each exchange at its time limit, and some seconds before Function Compute would kill it.
 *
 * @param isBehindGateway - true on Function Compute; elsewhere clients could forge its headers
 */
export function addDeadline(app: FastifyInstance, requestTimeoutMs: number, isBehindGateway: boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { exchange } = request
    const announced = isBehindGateway ? request.headers['x-fc-function-timeout'] : undefined
    const limitMs = Math.min(requestTimeoutMs, platformLimitMs(announced))
    startDeadline(exchange, reply.raw, limitMs)
    // While the body arrives, no operation runs that could answer an abort: this listener does.
    exchange.cancellation.addEventListener('abort', () => refuseUnreadRequest(request, reply))
    done()
  })
}

/** Converts `x-fc-function-timeout` from seconds to ms, minus a margin; Infinity without it. */
function platformLimitMs(announcedSeconds: string | string[] | undefined): number {
  const announcedMs = Number(announcedSeconds) * 1000
  return announcedMs > 0 ? Math.max(announcedMs - FC_MARGIN_MS, announcedMs / 2) : Number.POSITIVE_INFINITY
}

function startDeadline(exchange: Exchange, response: ServerResponse, limitMs: number): void {
  exchange.deadlineAt = exchange.arrivedAt + limitMs
  exchange.timeLimitTimer = setTimeout(() => {
    const failure = apiError('upstream_timeout', TIMEOUT_MESSAGE)
    // True for a complete response that the client does not read: its connection would stay open.
    // eventStream.ts ends running streams. Computed before the abort, which may itself send a 504.
    const isUnread = response.headersSent && (!exchange.isStream || response.writableEnded)
    exchange.cancellation.abort(failure)
    if (!isUnread) return
    exchange.failure ??= failure
    response.destroy()
  }, limitMs).unref()
}

/** Sends the reason of an abort as the response if the request's body has not been read yet. */
function refuseUnreadRequest({ exchange }: FastifyRequest, reply: FastifyReply): void {
  const reason: unknown = exchange.cancellation.reason
  if (exchange.isBodyRead || reply.sent || !(reason instanceof ApiError)) return
  sendFailure(reply.header('connection', 'close'), exchange, reason)
}
