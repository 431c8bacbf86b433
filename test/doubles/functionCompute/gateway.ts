import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Fleet } from './fleet.js'
import { forward } from './forward.js'
import type { Instance } from './instance.js'
import type { FunctionSpec } from './manifest.js'
import { NO_INSTANCE, NOT_STARTED, type Refusal, refusalOf, refuse, TIMED_OUT } from './refusals.js'

/** One request of a caller, as the platform keeps account of it. */
export interface Invocation {
  readonly requestId: string
  readonly method: string
  readonly path: string
  /** The instance that got it; undefined where none did. */
  instance: Instance | undefined
  /** True once the instance has got at least a part of it. */
  isSent: boolean
  /** What was answered; 499 where the caller left. */
  status: number
  /** How it ended. */
  ending: 'answered' | 'refused' | 'cancelled' | 'timed out' | 'broken' | undefined
  /** True where the answer came in chunks, and so was passed on as it came. */
  isStreamed: boolean
}

/** What the gateway is made of. */
export interface GatewayParts {
  readonly spec: FunctionSpec
  readonly fleet: Fleet
  /** False where an answer of a caller is written before its instance is thawed. */
  readonly isThawedFirst: boolean
  /** True where an instance is frozen before it has heard that its caller has left. */
  readonly freezesAtOnce: boolean
  /** Resolves once the log has the line of a request. */
  readonly logged: (requestId: string) => Promise<unknown>
  /** Called with what an answer holds that no caller may see. */
  readonly onFinding: (finding: string) => void
  /** Strings that no answer may hold. */
  readonly secrets: readonly string[]
}

/** The HTTP trigger of a function. */
export interface Gateway {
  readonly origin: string
  readonly invocations: readonly Invocation[]
  close(): Promise<void>
}

const MOST_HEADER_BYTES = 128 * 1024

/** Starts the trigger on a free port of the loopback. */
export async function startGateway(parts: GatewayParts): Promise<Gateway> {
  const invocations: Invocation[] = []
  const server = createServer({ maxHeaderSize: MOST_HEADER_BYTES, requestTimeout: 0 }, (request, response) => {
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
    request.on('error', () => undefined) // the caller has left, which its answer tells
    void invoke(parts, invocation, { request, response })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a listening TCP server has one
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

/** The form of the platform's ids. */
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
    // A function that does not keep its time loses its process.
    void taken.kill()
  }, spec.timeoutSeconds * 1000)
  try {
    await forward({ ...parts, instance: taken, invocation, request, response })
  } finally {
    clearTimeout(timer)
    fleet.release(taken, invocation.isSent ? parts.logged(invocation.requestId) : Promise.resolve())
  }
}
