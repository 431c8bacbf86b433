import type { Config } from '../../config/settings.js'
import type { RequestSummary } from '../../contract/requestSummary.js'
import type { Exchange, ExchangeEnd } from './exchange.js'
import { makeSafeNames } from './safeNames.js'

/** The repairs that end an answer with `length`, although Gemini could continue it. */
const ENDING_REPAIRS = ['token-limit', 'continuation']

/** What {@link makeSummarize} needs. */
export interface SummaryParts {
  /** The secrets that a client could send as the name of a model. */
  readonly config: Pick<Config, 'geminiApiKeys' | 'authTokens' | 'metricsToken' | 'adminToken'>
  readonly contract: object
}

/** Summarizes an exchange that has ended. */
export type Summarize = (exchange: Exchange, end: ExchangeEnd) => RequestSummary

/**
 * Called once for each finished request, in the tick in which its connection closes, and once more
 * for a generation that went on without its client. Must be fast and must not throw.
 */
export type OnFinished = (summary: RequestSummary, exchange: Exchange) => void

/** Makes the summary of an exchange: without a body, a token, a key or a header of the platform. */
export function makeSummarize(parts: SummaryParts): Summarize {
  const safe = makeSafeNames(parts)
  return (exchange, { status, isCancelled, durationMs }) => {
    const { requestLog, failure, firstByteAt } = exchange
    const { model, isModelKnown = false, repairs, usage } = requestLog
    return {
      requestId: exchange.id,
      method: exchange.method,
      operation: exchange.operationId,
      route: exchange.route,
      path: exchange.path,
      caller: exchange.caller,
      model: model === undefined ? undefined : safe.model(model, isModelKnown),
      servedModel: requestLog.servedModel,
      stream: requestLog.streamed ?? false,
      resumed: requestLog.resumed,
      attempts: requestLog.attempts,
      repeats: requestLog.repeats,
      key: requestLog.keyEnd,
      repairs: repairs && [...repairs],
      status,
      durationMs: round(durationMs),
      firstByteMs: firstByteAt === undefined ? undefined : round(firstByteAt - exchange.arrivedAt),
      // Those of a generation that continues are known at its end.
      ...(usage === undefined || exchange.isKept ? undefined : toTokens(usage)),
      endedBy: repairs && ENDING_REPAIRS.find((repair) => repairs.has(repair)),
      errorType: failure?.type,
      errorCode: failure?.code ?? undefined,
      param: failure === undefined || failure.param === null ? undefined : safe.param(failure.param),
      cancelled: isCancelled,
    }
  }
}

const round = (ms: number): number => Math.round(ms * 10) / 10

type Tokens = Pick<RequestSummary, 'promptTokens' | 'completionTokens' | 'reasoningTokens' | 'cachedTokens'>

const toTokens = (usage: NonNullable<Exchange['requestLog']['usage']>): Tokens => ({
  promptTokens: usage.prompt_tokens,
  completionTokens: usage.completion_tokens,
  reasoningTokens: usage.completion_tokens_details?.reasoning_tokens,
  cachedTokens: usage.prompt_tokens_details?.cached_tokens,
})
