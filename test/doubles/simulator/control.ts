import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Behaviour, Settings, Simulator } from './types.js'

/** The path prefix under which another process controls the simulator. */
export const CONTROL_PATH = '/__simulator/'

type Action = (simulator: Simulator, body: unknown) => unknown

const ACTIONS: { readonly [route: string]: Action } = {
  'GET requests': (simulator) => simulator.requests,
  'GET state': ({ totalRequests, abortedRequests, finishedRequests, openRequests }) => ({
    totalRequests,
    abortedRequests,
    finishedRequests,
    openRequests,
    memory: process.memoryUsage().rss,
    cpuMicros: process.cpuUsage().user + process.cpuUsage().system,
  }),
  'GET settings': (simulator) => simulator.settings,
  'POST next': (simulator, body) => {
    // The cast is safe: tests post valid behaviours.
    simulator.next(...((Array.isArray(body) ? body : [body]) as readonly Behaviour[]))
    return {}
  },
  // The cast is safe: tests post valid settings.
  'POST settings': (simulator, body) => Object.assign(simulator.settings, body as Partial<Settings>),
  'POST reset': (simulator) => {
    simulator.reset()
    return {}
  },
}

/** Serves a control request. Control requests are neither recorded nor counted. */
export const control = async (simulator: Simulator, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const action = ACTIONS[`${request.method ?? ''} ${(request.url ?? '').slice(CONTROL_PATH.length).split('?', 1)[0] ?? ''}`]
  const chunks: Buffer[] = []
  // The cast is safe: without an encoding, Node.js delivers buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const [status, value] =
    action === undefined ? [404, { error: 'no such control' }] : [200, action(simulator, text === '' ? {} : JSON.parse(text))]
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}
