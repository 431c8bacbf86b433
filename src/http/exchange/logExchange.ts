import type { Logger } from 'pino'
import { type ApiError, ClientGone } from '../../contract/errors.js'
import type { Exchange, ExchangeEnd } from './exchange.js'

/** The repairs that end an answer with `length`, although Gemini could continue it. */
const ENDING_REPAIRS = ['token-limit', 'continuation']

/** Writes the log line of an exchange: never a body, a token, a key or a header of the platform. */
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
    repairs: requestLog.repairs && [...requestLog.repairs],
    status,
    durationMs: round(durationMs),
    firstByteMs: exchange.firstByteAt === undefined ? undefined : round(exchange.firstByteAt - exchange.arrivedAt),
    promptTokens: requestLog.usage?.prompt_tokens,
    completionTokens: requestLog.usage?.completion_tokens,
    endedBy: ENDING_REPAIRS.find((repair) => requestLog.repairs?.has(repair)),
    errorType: failure?.type,
    errorCode: failure?.code,
    cancelled: isCancelled,
  }
  if (isCancelled) log.info(line, 'cancelled')
  else if (failure === undefined || failure.status < 500) log.info(line, 'answered')
  else log.error({ ...line, cause: toCause(failure) }, 'failed')
}

const round = (ms: number): number => Math.round(ms * 10) / 10

/** The messages of the underlying errors; for a bug of our own its stack. */
function toCause(failure: ApiError): string | undefined {
  const { cause } = failure
  if (!(cause instanceof Error) || cause instanceof ClientGone) return undefined
  return failure.code === 'internal_error' ? stackOf(cause) : causeMessages(cause)
}

const causeMessages = (error: Error): string =>
  error.cause instanceof Error ? `${messageOf(error)}: ${causeMessages(error.cause)}` : messageOf(error)

const stackOf = (error: Error): string => (error.stack ?? error.message).replace(error.message, () => messageOf(error))

/** The message of an error, except that of JSON.parse: it quotes the text, such as a prompt. */
const messageOf = (error: Error): string => (error instanceof SyntaxError ? 'not valid JSON' : error.message)
