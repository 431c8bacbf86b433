import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AnswerMedia } from '../contract/answerMedia.js'
import type { OperationContext, RelayedResult } from '../contract/operation.js'
import type { RequestLog } from '../contract/requestLog.js'
import { sendBody } from './answer/body.js'
import { sendEvents } from './answer/eventStream.js'
import { sendFile } from './answer/file.js'
import type { ContractOperation } from './dispatch/contractOperation.js'
import type { Dispatcher, DispatchResult } from './dispatch/dispatcher.js'
import type { Exchange } from './exchange/exchange.js'
import type { Metrics } from './exchange/metrics.js'
import type { Pressure } from './hooks/pressure.js'

/** What {@link addRoutes} needs. */
export interface RouteParts {
  readonly dispatcher: Dispatcher
  readonly metrics: Metrics
  readonly pressure: Pressure
  readonly heartbeatIntervalMs: number
}

// Media of an answer take twice their size: as they arrived, and on their way to the client. The
// load is counted in bytes of request bodies, each of which stands for eight bytes of memory.
const ANSWER_SHARE = 0.25

const RESUME_VALUES: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** Adds one route for each operation of the contract. */
export function addRoutes(app: FastifyInstance, parts: RouteParts): void {
  for (const operation of parts.dispatcher.operations) {
    app.route({
      method: operation.method.toUpperCase(),
      url: toRouteUrl(operation.path),
      // Pages of other origins must not read the data of the console.
      config: operation.credential === 'adminToken' ? { operation, cors: false } : { operation },
      handler: (request, reply) => serve(operation, request, reply, parts),
    })
  }
}

/** Converts a path template to a Fastify route; `{model}:countTokens` is one segment of both. */
const toRouteUrl = (path: string): string => path.replace(/\{(\w+)\}:/g, ':$1(^.+)::').replace(/\{(\w+)\}/g, ':$1')

async function serve(operation: ContractOperation, request: FastifyRequest, reply: FastifyReply, parts: RouteParts): Promise<unknown> {
  const { exchange } = request
  exchange.requestLog.model = modelOf(request.body)
  const hold = (bytes: number): void => parts.pressure.add(exchange, bytes)
  const answerMedia = new AnswerMedia((bytes) => hold(Math.ceil(bytes * ANSWER_SHARE)))
  exchange.answerMedia = answerMedia
  const result = await parts.dispatcher.dispatch({
    operation,
    path: request.params as Record<string, string>,
    query: request.query as Record<string, unknown>,
    body: request.body,
    isAuthorized: exchange.isAuthorized,
    context: {
      signal: exchange.cancellation,
      deadlineAt: exchange.deadlineAt,
      keep: (until) => exchange.keep(until),
      hold,
      media: exchange.media,
      answerMedia,
      protocol: exchange.protocol,
      requestId: exchange.id,
      caller: exchange.identity ?? 'anonymous',
      requestLog: exchange.requestLog,
      accept: request.headers.accept,
      apiRevision: toHeaderText(request.headers['api-revision']),
      betas: toHeaderList(request.headers['anthropic-beta']),
      ...toReconnect(request.headers),
    },
  })
  addLogHeaders(reply, exchange.requestLog)
  return sendResult(result, reply, exchange, parts)
}

/** The model that a request names, for the log; also of a request that breaks the contract. */
const modelOf = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'model' in body && typeof body.model === 'string' ? body.model : undefined

/** Reads the request headers about resumable streams. */
function toReconnect(headers: FastifyRequest['headers']): Pick<OperationContext, 'lastEventId' | 'isResumeRequested'> {
  const { 'last-event-id': lastEventId, 'x-stream-resume': resume } = headers
  return { lastEventId: lastEventId === undefined ? undefined : String(lastEventId), isResumeRequested: RESUME_VALUES.get(String(resume)) }
}

const toHeaderText = (header: string | string[] | undefined): string | undefined => (header === undefined ? undefined : String(header))

/** Reads the values of a header that is a comma-separated list. */
const toHeaderList = (header: string | string[] | undefined): string[] =>
  String(header ?? '')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '')

async function sendResult(result: DispatchResult, reply: FastifyReply, exchange: Exchange, parts: RouteParts): Promise<unknown> {
  if ('batches' in result) {
    parts.metrics.beginStream()
    await sendEvents(reply, exchange, result, parts.heartbeatIntervalMs)
    return reply
  }
  if ('relayed' in result) return sendRelayed(reply, exchange, result)
  if ('file' in result) return sendFile(reply, result)
  if ('redirect' in result) return reply.redirect(result.redirect)
  if ('text' in result) return reply.type(result.contentType).send(result.text)
  return sendBody(reply.type('application/json; charset=utf-8'), exchange, JSON.stringify(result.json))
}

function sendRelayed(reply: FastifyReply, exchange: Exchange, { relayed }: RelayedResult): FastifyReply {
  exchange.failure = relayed.failure
  return sendBody(reply.code(relayed.status).type(relayed.contentType), exchange, relayed.bytes)
}

function addLogHeaders(reply: FastifyReply, { ignoredParams, servedModel }: RequestLog): void {
  if (ignoredParams !== undefined) reply.header('x-gemini-proxy-ignored-params', toHeaderValue(ignoredParams.join(', ')))
  if (servedModel !== undefined) reply.header('x-gemini-proxy-model', toHeaderValue(servedModel))
}

/** Replaces characters that a header cannot contain: clients choose parameters and models. */
const toHeaderValue = (text: string): string => text.slice(0, 1000).replace(/[^\x20-\x7e]/g, '?')
