import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { markFrontServer } from '../../support/recorder.js'
import type { Fleet } from './fleet.js'
import { forward } from './forward.js'
import type { Instance } from './instance.js'
import type { FunctionSpec } from './manifest.js'
import { NO_INSTANCE, NOT_STARTED, type Refusal, refusalOf, refuse, TIMED_OUT } from './refusals.js'

/** One request to the HTTP trigger of a function, as the platform records it. */
export interface Invocation {
  readonly requestId: string
  readonly method: string
  readonly path: string
  /** The instance that received the request; undefined if none did. */
  instance: Instance | undefined
  /** True once the connection to the instance, over which the request is sent, is established. */
  isSent: boolean
  /** The response status; 499 if the caller disconnected. */
  status: number
  /** How the request ended; undefined while it runs. */
  ending: 'answered' | 'refused' | 'cancelled' | 'timed out' | 'broken' | undefined
  /** True if the response was chunked, and so was forwarded as it arrived. */
  isStreamed: boolean
}

/** The function, its instances and the options of a gateway. */
export interface GatewayParts {
  readonly spec: FunctionSpec
  readonly fleet: Fleet
  /** False if a request is sent to its instance before the instance is thawed. */
  readonly isThawedFirst: boolean
  /** True if an instance is frozen before it notices that its caller disconnected. */
  readonly freezesAtOnce: boolean
  /** Resolves when the log line of a request has been read, or after a timeout. */
  readonly logged: (requestId: string) => Promise<unknown>
  /** Called for each response that contains a secret or violates the platform's rules. */
  readonly onFinding: (finding: string) => void
  /** Secrets of the function; the gateway reports each response that contains one. */
  readonly secrets: readonly string[]
}

/** The emulated HTTP trigger of a function: forwards requests to instances, and records them. */
export interface Gateway {
  readonly origin: string
  readonly invocations: readonly Invocation[]
  close(): Promise<void>
}

const MAX_HEADER_BYTES = 128 * 1024

/** Starts the HTTP trigger on a free port of the loopback address. */
export async function startGateway(parts: GatewayParts): Promise<Gateway> {
  const invocations: Invocation[] = []
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0 }, (request, response) => {
    const requestId = newRequestId()
    const invocation: Invocation = {
      requestId,
      method: request.method ?? '',
      path: (request.url ?? '').split('?', 1)[0] ?? '',
      instance: undefined,
      isSent: false,
      status: 0,
      ending: undefined,
      isStreamed: false,
    }
    invocations.push(invocation)
    // The caller disconnected, which the response's `close` event handles.
    request.on('error', () => undefined)
    void invoke(parts, invocation, { request, response })
  })
  markFrontServer(server)
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // The cast is safe: a listening TCP server has a port.
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    invocations,
    close: () => closed(server),
  }
}

async function closed(server: Server): Promise<void> {
  const end = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await end
}

/** Makes a request id in the format of Function Compute. */
const newRequestId = (): string => `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomUUID().slice(0, 8)}-${randomUUID().slice(-12)}`

interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function invoke(parts: GatewayParts, invocation: Invocation, { request, response }: Call): Promise<void> {
  const { spec, fleet } = parts
  const deny = (refusal: Refusal): void => {
    request.resume()
    refuse(response, refusal, invocation.requestId)
    Object.assign(invocation, { status: refusal.status, ending: 'refused' })
  }
  const refusal = refusalOf(request, spec)
  if (refusal !== undefined) return deny(refusal)
  let instance: Instance | undefined
  try {
    instance = await fleet.take()
  } catch (error) {
    parts.onFinding(`an instance did not start: ${(error as Error).message}`)
    return deny(NOT_STARTED)
  }
  if (instance === undefined) return deny(NO_INSTANCE)
  const taken = instance
  invocation.instance = taken
  const timer = setTimeout(() => {
    invocation.ending = 'timed out'
    refuse(response, TIMED_OUT, invocation.requestId)
    response.destroy()
    // The platform kills the instance of an invocation that exceeds the timeout.
    void taken.kill()
  }, spec.timeoutSeconds * 1000)
  try {
    await forward({ ...parts, instance: taken, invocation, request, response })
  } finally {
    clearTimeout(timer)
    fleet.release(taken, invocation.isSent ? parts.logged(invocation.requestId) : Promise.resolve())
  }
}
