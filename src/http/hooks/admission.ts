import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type ApiError, apiError } from '../../contract/errors.js'
import { requestTooLarge } from '../answer/failure.js'
import type { ContractOperation } from '../dispatch/contractOperation.js'
import { makeUrlGuide, type UnknownUrl } from '../dispatch/unknownUrls.js'
import { type KnownPath, makePathLookup, pathOf } from '../dispatch/urls.js'
import type { Exchange, Exchanges } from '../exchange/exchange.js'
import { clientAddressOf } from './address.js'
import type { Authenticate } from './auth.js'
import { readSentTokens } from './sentTokens.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The operation of the route; requests to a route without an operation are refused. */
    operation?: ContractOperation
  }
}

// The path at which OpenAI, unlike this proxy, accepts WebSockets.
const WEBSOCKET_PATH = '/v1/responses'

/** Dependencies of {@link addAdmission}. */
export interface AdmissionParts {
  readonly operations: readonly ContractOperation[]
  readonly authenticate: Authenticate
  readonly exchanges: Exchanges
  readonly bodyLimitBytes: number
  /** True on Function Compute, where every connection comes from its gateway. */
  readonly isBehindGateway: boolean
}

/** Sets operation and caller, or refuses with 404, 405, 426, 401, 503 (draining), 415 or 413. */
export function addAdmission(app: FastifyInstance, parts: AdmissionParts): void {
  const { operations, authenticate, exchanges, bodyLimitBytes, isBehindGateway } = parts
  const findPath = makePathLookup(operations)
  const guide = makeUrlGuide(operations.map(({ path }) => path))

  /** Returns the error for a request that no operation serves: 404, 405 or 426. */
  const refusalOf = (request: FastifyRequest): ApiError => {
    const path = pathOf(request.url)
    const reserved = guide.explainMissing(path)
    if (reserved !== undefined) return unknownUrl(request.exchange, reserved)
    const known = findPath(path)
    return known === undefined ? unknownUrl(request.exchange, guide.explain(path)) : wrongMethod(request, known)
  }

  app.addHook('onRequest', (request, reply, done) => {
    const { operation } = request.routeOptions.config
    const { exchange } = request
    if (request.is404 || operation === undefined || hasEmptyParam(request)) throw refusalOf(request)
    // Fastify's route for `{model}` also matches `{model}:countTokens`, which is another operation.
    if (request.url.includes(':') && (findPath(pathOf(request.url))?.template ?? operation.path) !== operation.path)
      throw refusalOf(request)
    const reserved = operation.path.includes('{') ? guide.explainMissing(pathOf(request.url)) : undefined
    if (reserved !== undefined) throw unknownUrl(exchange, reserved)
    exchange.operationId = operation.operationId
    exchange.route = operation.path
    if (operation.credential === 'adminToken') reply.header('cache-control', 'no-store')
    const caller = authenticate(operation.credential, readSentTokens(request), () => clientAddressOf(request, isBehindGateway))
    exchange.caller = caller?.name
    exchange.identity = caller?.identity
    exchange.isAuthorized = true
    if (exchanges.isDraining && operation.credential !== 'none') throw apiError('shutting_down')
    // With these headers removed, Fastify ignores the body of a DELETE and its type.
    if (operation.method === 'delete')
      for (const name of ['content-type', 'content-length', 'transfer-encoding']) delete request.raw.headers[name]
    if (operation.method === 'post') refuseCompression(request)
    const bodyBytes = announcedBytes(request)
    if (bodyBytes !== undefined && bodyBytes > bodyLimitBytes) throw requestTooLarge(bodyLimitBytes)
    done()
  })
}

/**
 * True if the operation requires a token of AUTH_TOKEN; false for open operations and for those
 * that require METRICS_TOKEN or ADMIN_TOKEN.
 */
export const requiresCallerToken = ({ routeOptions }: FastifyRequest): boolean => routeOptions.config.operation?.credential === 'bearerAuth'

function refuseCompression({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'] ?? ''
  if (['', 'identity'].includes(encoding.toLowerCase())) return
  const message = 'Compressed request bodies are not supported. Send the body uncompressed, without the header `Content-Encoding`.'
  throw apiError('unsupported_media_type', message)
}

/** The announced body size in bytes; undefined if chunked, 0 for methods other than POST. */
export function announcedBytes({ headers, routeOptions }: FastifyRequest): number | undefined {
  if (routeOptions.config.operation?.method !== 'post') return 0
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : undefined
}

/** True if a path parameter is empty, as in `/v1/responses//cancel`. */
const hasEmptyParam = ({ params }: FastifyRequest): boolean => Object.values(params as Record<string, string>).includes('')

function unknownUrl(exchange: Exchange, { message, path }: UnknownUrl): ApiError {
  exchange.path = path
  return apiError('unknown_url', message)
}

function wrongMethod(request: FastifyRequest, { template, allow }: KnownPath): ApiError {
  request.exchange.path = template
  if (isWebSocketUpgrade(request)) return apiError('websocket_unsupported')
  return apiError('method_not_allowed', `${request.method} is not allowed for this URL. Allowed: ${allow}.`, { headers: { allow } })
}

/** True for a WebSocket request. After a 426, Codex uses POST instead; it would retry a 405. */
const isWebSocketUpgrade = ({ method, url, headers }: FastifyRequest): boolean =>
  method === 'GET' && pathOf(url) === WEBSOCKET_PATH && headers.upgrade?.toLowerCase().includes('websocket') === true
