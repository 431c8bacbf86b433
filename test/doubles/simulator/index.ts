import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CONTROL_PATH, control } from './control.js'
import { makeGate } from './gate.js'
import { makeLog } from './log.js'
import { makeContinuations } from './native/continuations.js'
import { BASE_PATH, type Parts } from './operation.js'
import { makeQueue } from './queue.js'
import { serve } from './server.js'
import type { Settings, Simulator } from './types.js'

export { ERROR_NAMES, type ErrorName } from './errors.js'
export { isValidSignature, sign } from './signatures.js'
export type * from './types.js'

const DEFAULTS: Settings = {
  host: '127.0.0.1',
  port: 0,
  keepRequests: 10_000,
  keepBytes: 256 * 1024 * 1024,
  keys: {},
  newUser: false,
  models: {},
  owners: {},
  strictSchemas: true,
  usage: 'last-chunk',
  behaviour: {},
}

/**
 * Starts a simulator of Google's OpenAI-compatible endpoint and, beside it on the same port, of the
 * native API: as strict as the real ones, and scriptable.
 *
 * @param settings - overrides of the defaults (every key valid, 127.0.0.1, a free port)
 */
export const startSimulator = async (settings: Partial<Settings> = {}): Promise<Simulator> => {
  const initial: Settings = { ...DEFAULTS, ...settings }
  const live: Settings = { ...initial }
  const parts: Parts = {
    settings: live,
    log: makeLog(live),
    queue: makeQueue(),
    gate: makeGate(),
    continuations: makeContinuations(),
    interactions: new Map(),
    files: { files: new Map(), sessions: new Map() },
  }
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0, noDelay: true }, (request, response) => {
    const isControl = request.url?.startsWith(CONTROL_PATH) === true
    const work = isControl ? control(simulator, request, response) : serve(parts, request, response)
    work.catch((error: unknown) => fail(error, response))
  })
  const port = await listen(server, live)
  const simulator = makeSimulator(parts, server, initial, `http://${live.host.includes(':') ? `[${live.host}]` : live.host}:${port}`)
  return simulator
}

function makeSimulator(
  { log, queue, gate, settings, continuations, interactions, files }: Parts,
  server: Server,
  initial: Settings,
  origin: string,
): Simulator {
  const { counts } = log
  return {
    origin,
    baseUrl: `${origin}${BASE_PATH}`,
    requests: log.requests,
    settings,
    get totalRequests() {
      return counts.totalRequests
    },
    get abortedRequests() {
      return counts.abortedRequests
    },
    get finishedRequests() {
      return counts.finishedRequests
    },
    get openRequests() {
      return counts.openRequests
    },
    next: (...behaviours) => queue.add(behaviours),
    release: (count = 1) => gate.release(count),
    reset: () => {
      log.clear()
      queue.clear()
      gate.clear()
      continuations.clear()
      interactions.clear()
      files.files.clear()
      files.sessions.clear()
      Object.assign(settings, initial)
    },
    close: () => close(server),
  }
}

function listen(server: Server, { port, host }: Settings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // The cast is safe: a listening TCP server has a port.
    server.listen({ port, host, backlog: 4096 }, () => resolve((server.address() as AddressInfo).port))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** Reports a bug of the simulator, with a status that cannot be mistaken for an error of Google. */
function fail(error: unknown, response: ServerResponse<IncomingMessage>): void {
  process.stderr.write(`simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' })
  response.end('The simulator failed.')
}
