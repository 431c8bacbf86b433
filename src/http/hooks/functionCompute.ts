import type { FastifyInstance } from 'fastify'

/**
 * The calls by which Function Compute tells an instance of its life, with their methods.
 *
 * @see https://help.aliyun.com/zh/functioncompute/fc/lifecycle-hooks-for-function-instances-in-a-custom-runtime
 */
const HOOKS: ReadonlyMap<string, string> = new Map([
  ['/initialize', 'POST'],
  ['/pre-stop', 'GET'],
])

/**
 * Answers the hooks of Function Compute, and nobody else who asks for their paths: the platform names the path in a header of its own, and
 * takes such headers off what its callers send. Off Function Compute, where anyone may send that header, this must not be added.
 *
 * @param onPreStop - called before `/pre-stop` is answered: the instance will get no more requests
 */
export function addFunctionHooks(app: FastifyInstance, onPreStop: () => Promise<void>): void {
  app.addHook('onRequest', async (request, reply) => {
    const { url, method, headers, exchange } = request
    if (HOOKS.get(url) !== method || headers['x-fc-control-path'] !== url) return undefined
    exchange.route = url
    if (url === '/pre-stop') await onPreStop()
    return reply.send()
  })
}
