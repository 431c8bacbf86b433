import type { FastifyInstance } from 'fastify'
import type { ExchangeParts } from './exchange.js'
import type { Traces } from './tracing.js'

/**
 * The lifecycle hooks of Function Compute, with their methods.
 *
 * @see https://help.aliyun.com/zh/functioncompute/fc/lifecycle-hooks-for-function-instances-in-a-custom-runtime
 */
const HOOKS: ReadonlyMap<string, string> = new Map([
  ['/initialize', 'POST'],
  ['/pre-stop', 'GET'],
])

/** What {@link addFunctionHooks} needs. */
export interface FunctionHookParts extends Pick<ExchangeParts, 'exchanges' | 'log' | 'logSink'> {
  /** Ends the resumable streams that continue without a request. */
  readonly endStreams?: () => Promise<void>
  readonly traces?: Traces | undefined
}

/**
 * Answers the lifecycle hooks of Function Compute.
 *
 * The platform repeats the path in the header `x-fc-control-path` and removes such headers from
 * requests of clients. Elsewhere every client could send it, so this must be added on Function
 * Compute only.
 */
export function addFunctionHooks(app: FastifyInstance, { exchanges, log, logSink, endStreams, traces }: FunctionHookParts): void {
  const preStop = async (): Promise<void> => {
    exchanges.isDraining = true
    log.info({ hook: 'pre-stop' }, 'draining')
    // Usually, no other request is in flight when the hook is called. SIGTERM ends others later.
    if (exchanges.count() === 1) await endStreams?.()
    // Once the pre-stop hook is answered, the platform may stop the process at any moment.
    await Promise.all([logSink?.flushed(), traces?.tracing.flush()])
  }

  app.addHook('onRequest', async ({ url, method, headers, exchange }, reply) => {
    if (HOOKS.get(url) !== method || headers['x-fc-control-path'] !== url) return undefined
    exchange.route = url
    if (url === '/pre-stop') await preStop()
    return reply.send()
  })
}
