import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, apiError } from '../../contract/errors.js'
import { answerFailure } from '../answer/failure.js'
import type { Exchange } from '../exchange/exchange.js'

// Function Compute kills a request at its timeout; the client must have received our 504 before.
const FC_MARGIN_MS = 5_000
const TIMEOUT_MESSAGE =
  'The request exceeded its time limit. Request less output, or raise REQUEST_TIMEOUT_MS and the timeout of the function.'

/**
 * Ends each exchange at its time limit, and some seconds before Function Compute would kill it.
 *
 * @param isBehindGateway - true on Function Compute; elsewhere clients could forge its header
 */
export function addDeadline(app: FastifyInstance, requestTimeoutMs: number, isBehindGateway: boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { exchange } = request
    const announced = isBehindGateway ? request.headers['x-fc-function-timeout'] : undefined
    const limitMs = Math.min(requestTimeoutMs, platformLimitMs(announced))
    startDeadline(exchange, reply.raw, limitMs)
    // Until the body has been read, nothing else listens to the signal.
    exchange.cancellation.addEventListener('abort', () => refuseRest(request, reply))
    done()
  })
}

/** Milliseconds by the header `x-fc-function-timeout`, less a margin; Infinity without it. */
function platformLimitMs(announcedSeconds: string | string[] | undefined): number {
  const announcedMs = Number(announcedSeconds) * 1000
  return announcedMs > 0 ? Math.max(announcedMs - FC_MARGIN_MS, announcedMs / 2) : Number.POSITIVE_INFINITY
}

function startDeadline(exchange: Exchange, response: ServerResponse, limitMs: number): void {
  exchange.deadlineAt = exchange.arrivedAt + limitMs
  exchange.timeLimit = setTimeout(() => {
    exchange.cancellation.abort(apiError('upstream_timeout', TIMEOUT_MESSAGE))
    // A complete response that its client does not read would keep the connection open.
    if (response.writableEnded) response.destroy()
  }, limitMs).unref()
}

/** Responds to a request that is aborted before its body has arrived. */
function refuseRest({ exchange }: FastifyRequest, reply: FastifyReply): void {
  const reason: unknown = exchange.cancellation.reason
  if (exchange.isRead || reply.sent || !(reason instanceof ApiError)) return
  answerFailure(reply.header('connection', 'close'), exchange, reason)
}
