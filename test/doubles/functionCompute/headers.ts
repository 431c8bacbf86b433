import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { ACCOUNT, CREDENTIALS } from './canaries.js'
import type { FunctionSpec } from './manifest.js'

/** Request headers, besides `x-fc-*`, that Function Compute does not forward to an instance. */
const CALLER_ONLY_HEADERS = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'proxy-authorization', 'upgrade'])
/** Response headers, besides `x-fc-*`, that Function Compute does not forward to the caller. */
const FUNCTION_ONLY_HEADERS = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'keep-alive',
  'server',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const isReserved = (name: string): boolean => name.startsWith('x-fc-')

/** The headers that an instance receives with an invocation. */
export function toInstanceHeaders(request: IncomingMessage, spec: FunctionSpec, requestId: string): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {}
  for (const [name, values = []] of Object.entries(request.headersDistinct))
    if (!isReserved(name) && !CALLER_ONLY_HEADERS.has(name)) headers[name] = values.length === 1 ? values[0] : values
  const hops = [request.headers['x-forwarded-for'], request.socket.remoteAddress].filter(Boolean)
  return { ...headers, 'x-forwarded-for': hops.join(', '), ...platformHeaders(spec, requestId, '/http-invoke') }
}

/**
 * The request headers that Function Compute adds. They include the credentials of a RAM role, which
 * only some functions have, so that tests notice if these leak.
 */
export const platformHeaders = (spec: FunctionSpec, requestId: string, controlPath: string): Record<string, string> => ({
  'x-fc-request-id': requestId,
  'x-fc-access-key-id': CREDENTIALS.accessKeyId,
  'x-fc-access-key-secret': CREDENTIALS.accessKeySecret,
  'x-fc-security-token': CREDENTIALS.securityToken,
  'x-fc-function-handler': spec.handler,
  'x-fc-function-memory': String(spec.memoryMegabytes),
  'x-fc-function-name': spec.functionName,
  'x-fc-function-timeout': String(spec.timeoutSeconds),
  'x-fc-region': spec.region,
  'x-fc-account-id': ACCOUNT.accountId,
  'x-fc-qualifier': 'LATEST',
  'x-fc-version-id': 'LATEST',
  'x-fc-service-name': '',
  'x-fc-service-logproject': ACCOUNT.logProject,
  'x-fc-service-logstore': ACCOUNT.logStore,
  'x-fc-retry-count': '0',
  'x-fc-client-ip': '',
  'x-fc-base-path': '',
  'x-fc-api-server-ip': '10.0.0.7',
  'x-fc-tracing-jaeger-endpoint': '',
  'x-fc-tracing-opentracing-span-context': '',
  'x-fc-tracing-opentracing-span-baggages': '',
  'x-fc-control-path': controlPath,
})

/**
 * Returns the headers that a caller receives. The default domain of Function Compute adds
 * `content-disposition: attachment`, so browsers download the response.
 */
export function toCallerHeaders(answered: IncomingHttpHeaders, requestId: string): OutgoingHttpHeaders {
  const allowed = Object.entries(answered).filter(([name]) => !isReserved(name) && !FUNCTION_ONLY_HEADERS.has(name))
  return { ...Object.fromEntries(allowed), 'x-fc-request-id': requestId, 'content-disposition': 'attachment' }
}

/** Returns how many bytes raw headers take up in an HTTP message. */
export const sizeOf = (rawHeaders: readonly string[]): number =>
  rawHeaders.reduce((sum, part) => sum + Buffer.byteLength(part, 'latin1') + 2, 0)
