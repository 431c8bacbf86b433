import type { Logger } from 'pino'
import { type ApiError, ClientGone } from '../contract/errors.js'
import type { Exchange, ExchangeEnd } from './hooks/exchange.js'

/** Writes one line for each exchange: never a body, a token, a key, or a header of Function Compute. */
export function logExchange(log: Logger, exchange: Exchange, { status, isCancelled, durationMs }: ExchangeEnd): void {
  const { requestLog, failure } = exchange
  const line = {
    requestId: exchange.id,
    method: exchange.method,
    operation: exchange.operationId,
    route: exchange.route,
    caller: exchange.caller,
    model: requestLog.model,
    servedModel: requestLog.servedModel,
    stream: requestLog.streamed ?? false,
    resumed: requestLog.resumed,
    repeats: requestLog.repeats,
    status,
    durationMs: round(durationMs),
    firstByteMs: exchange.firstByteAt === undefined ? undefined : round(exchange.firstByteAt - exchange.arrivedAt),
    promptTokens: requestLog.usage?.prompt_tokens,
    completionTokens: requestLog.usage?.completion_tokens,
    errorType: failure?.type,
    errorCode: failure?.code,
    cancelled: isCancelled,
  }
  const cause = failure === undefined || isCancelled ? undefined : toCause(failure)
  if (failure !== undefined && failure.status >= 500 && !isCancelled) log.error(cause === undefined ? line : { ...line, cause }, 'failed')
  else log.info(line, isCancelled ? 'cancelled' : 'answered')
}

const round = (ms: number): number => Math.round(ms * 10) / 10

/** The words of what lies underneath a failure, and the place of a bug in our own code. */
function toCause(failure: ApiError): string | undefined {
  const { cause } = failure
  if (!(cause instanceof Error) || cause instanceof ClientGone) return undefined
  return failure.code === 'internal_error' ? stackOf(cause) : messagesOf(cause)
}

const messagesOf = (error: Error): string =>
  error.cause instanceof Error ? `${wordsOf(error)}: ${messagesOf(error.cause)}` : wordsOf(error)

const stackOf = (error: Error): string => (error.stack ?? error.message).replace(error.message, () => wordsOf(error))

/** The message; not that of JSON.parse, which quotes what was parsed: a prompt, or an answer. */
const wordsOf = (error: Error): string => (error instanceof SyntaxError ? 'not valid JSON' : error.message)
