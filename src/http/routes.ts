import { Readable } from 'node:stream'
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
import type { LoadLimits } from './hooks/loadLimits.js'

/** Dependencies of {@link addRoutes}. */
export interface RouteParts {
  readonly dispatcher: Dispatcher
  readonly metrics: Metrics
  readonly loadLimits: LoadLimits
  readonly heartbeatIntervalMs: number
}

// Load of one byte of media in an answer, which takes two bytes of memory: one received, one sent.
// One unit of load stands for eight bytes of memory; see config/memory.ts.
const ANSWER_MEDIA_LOAD = 0.25

const STREAM_RESUME_VALUES: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** Adds one route for each operation of the contract. */
export function addRoutes(app: FastifyInstance, parts: RouteParts): void {
  for (const operation of parts.dispatcher.operations) {
    app.route({
      method: operation.method.toUpperCase(),
      url: toRouteUrl(operation.path),
      // Without CORS headers, web pages of other origins cannot read console data.
      config: operation.credential === 'adminToken' ? { operation, cors: false } : { operation },
      handler: (request, reply) => serveOperation(operation, request, reply, parts),
    })
  }
}

/**
 * Converts an OpenAPI path template to a Fastify URL, such as `/files/{id}` to `/files/:id`. A name
 * before a colon may contain any character, also a line break, which `.` would not match.
 */
export const toRouteUrl = (path: string): string => path.replace(/\{(\w+)\}:/g, ':$1(^[\\s\\S]+)::').replace(/\{(\w+)\}/g, ':$1')

async function serveOperation(
  operation: ContractOperation,
  request: FastifyRequest,
  reply: FastifyReply,
  parts: RouteParts,
): Promise<unknown> {
  const { exchange } = request
  exchange.requestLog.model = modelOf(request.body)
  const countMemory = (units: number): void => parts.loadLimits.countMemory(exchange, units)
  const answerMedia = new AnswerMedia((bytes) => countMemory(Math.ceil(bytes * ANSWER_MEDIA_LOAD)))
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
      keepMemoryCounted: (until) => exchange.setBackgroundWork(until),
      countMemory,
      media: exchange.media,
      answerMedia,
      protocol: exchange.protocol,
      requestId: exchange.id,
      caller: exchange.identity ?? 'anonymous',
      requestLog: exchange.requestLog,
      accept: request.headers.accept,
      apiRevision: toHeaderText(request.headers['api-revision']),
      anthropicBetas: toHeaderList(request.headers['anthropic-beta']),
      ...readResumeHeaders(request.headers),
    },
  })
  addProxyHeaders(reply, exchange.requestLog)
  return sendResult(result, reply, exchange, parts)
}

/** Returns the `model` of a request body for the log, even if the body is not valid. */
const modelOf = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'model' in body && typeof body.model === 'string' ? body.model : undefined

/** Reads the request headers for resumable streams: Last-Event-ID and X-Stream-Resume. */
function readResumeHeaders(headers: FastifyRequest['headers']): Pick<OperationContext, 'lastEventId' | 'isResumeRequested'> {
  const { 'last-event-id': lastEventId, 'x-stream-resume': resume } = headers
  return {
    lastEventId: lastEventId === undefined ? undefined : String(lastEventId),
    isResumeRequested: STREAM_RESUME_VALUES.get(String(resume)),
  }
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
  reply.type('application/json; charset=utf-8')
  if ('jsonPieces' in result) return reply.send(Readable.from(result.jsonPieces, { objectMode: false }))
  return sendBody(reply, exchange, JSON.stringify(result.json))
}

function sendRelayed(reply: FastifyReply, exchange: Exchange, { relayed }: RelayedResult): FastifyReply {
  exchange.failure = relayed.failure
  return sendBody(reply.code(relayed.status).type(relayed.contentType), exchange, relayed.bytes)
}

function addProxyHeaders(reply: FastifyReply, { ignoredParams, servedModel }: RequestLog): void {
  if (ignoredParams !== undefined) reply.header('x-gemini-proxy-ignored-params', toHeaderValue(ignoredParams.join(', ')))
  if (servedModel !== undefined) reply.header('x-gemini-proxy-model', toHeaderValue(servedModel))
}

/** Converts text of a client to a valid header value: at most 1,000 printable ASCII characters. */
const toHeaderValue = (text: string): string => text.slice(0, 1000).replace(/[^\x20-\x7e]/g, '?')
