import type { FastifyInstance } from 'fastify'
import type { ExchangeParts } from './exchange.js'
import type { RequestTracer } from './tracing.js'

/**
 * The HTTP methods of the lifecycle hooks of Function Compute, by path.
 *
 * @see https://help.aliyun.com/zh/functioncompute/fc/lifecycle-hooks-for-function-instances-in-a-custom-runtime
 */
const LIFECYCLE_HOOKS: ReadonlyMap<string, string> = new Map([
  ['/initialize', 'POST'],
  ['/pre-stop', 'GET'],
])

/** Dependencies of {@link addFunctionHooks}. */
export interface FunctionHookParts extends Pick<ExchangeParts, 'exchanges' | 'log' | 'logSink'> {
  /** Ends the resumable streams that are still being generated, with or without a client. */
  readonly endStreams?: () => Promise<void>
  readonly traces?: RequestTracer | undefined
}

/**
 * Answers the lifecycle hooks of Function Compute.
 *
 * Function Compute repeats the path in the header `x-fc-control-path`, which it removes from
 * requests of clients. Elsewhere every client could send this header, so the hooks must be added on
 * Function Compute only.
 */
export function addFunctionHooks(app: FastifyInstance, { exchanges, log, logSink, endStreams, traces }: FunctionHookParts): void {
  const preStop = async (): Promise<void> => {
    exchanges.isDraining = true
    log.info({ hook: 'pre-stop' }, 'draining')
    // With no other request in flight, streams end now; otherwise at SIGTERM, after the requests.
    if (exchanges.count() === 1) await endStreams?.()
    // Log and traces are sent first: after the answer, the platform may stop the process at once.
    await Promise.all([logSink?.flushed(), traces?.tracing.flush()])
  }

  app.addHook('onRequest', async ({ url, method, headers, exchange }, reply) => {
    if (LIFECYCLE_HOOKS.get(url) !== method || headers['x-fc-control-path'] !== url) return undefined
    exchange.route = url
    if (url === '/pre-stop') await preStop()
    return reply.send()
  })
}
