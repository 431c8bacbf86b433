import type { RequestLog } from '../../contract/requestLog.js'
import type { RequestSummary } from '../../contract/requestSummary.js'
import { withoutModelsPrefix } from '../../upstream/models/names.js'
import type { Exchange, ExchangeEnd } from './exchange.js'
import { makeSafeNames, type SafeNameSources } from './safeNames.js'

/** Repairs that end an answer with `finish_reason: length`, although Gemini could continue it. */
const ENDING_REPAIRS = ['token-limit', 'continuation']

/** Summarizes an ended exchange. @param isBackground - see `background` of RequestSummary */
export type Summarize = (exchange: Exchange, end: ExchangeEnd, isBackground?: true) => RequestSummary

/**
 * Called once for each finished request, in the tick in which its connection closes, and once more
 * for a generation that continued without its client. Must be fast and must not throw.
 */
export type OnFinished = (summary: RequestSummary, exchange: Exchange) => void

/** Makes a function that summarizes exchanges. Summaries contain no bodies, tokens or keys. */
export function makeSummarize(parts: SafeNameSources): Summarize {
  const safe = makeSafeNames(parts)
  return (exchange, { status, isCancelled, durationMs }, isBackground) => {
    const { requestLog, failure, firstByteAt } = exchange
    const { model, isModelKnown = false, repairs } = requestLog
    // If generation continues after a disconnection, only the second summary has token counts.
    const { usage, billedUsage: billed }: Partial<RequestLog> = exchange.hasBackgroundWork ? {} : requestLog
    return {
      requestId: exchange.id,
      method: exchange.method,
      operation: exchange.operationId,
      route: exchange.route,
      path: exchange.path,
      caller: exchange.caller,
      model: model === undefined ? undefined : safe.model(withoutModelsPrefix(model), isModelKnown),
      servedModel: requestLog.servedModel,
      stream: requestLog.streamed ?? false,
      resumed: requestLog.resumed,
      attempts: requestLog.attempts,
      repeats: requestLog.repeats,
      continuations: requestLog.continuations,
      key: requestLog.keyEnd,
      repairs: repairs && [...repairs],
      status,
      durationMs: round(durationMs),
      firstByteMs: firstByteAt === undefined ? undefined : round(firstByteAt - exchange.arrivedAt),
      promptTokens: usage?.prompt_tokens,
      completionTokens: usage?.completion_tokens,
      reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens,
      cachedTokens: usage?.prompt_tokens_details?.cached_tokens,
      billedPromptTokens: billed?.prompt_tokens,
      billedCachedTokens: billed?.prompt_tokens_details?.cached_tokens,
      endedBy: repairs && ENDING_REPAIRS.find((repair) => repairs.has(repair)),
      errorType: failure?.type,
      errorCode: failure?.code ?? undefined,
      param: failure === undefined || failure.param === null ? undefined : safe.param(failure.param),
      cancelled: isCancelled,
      background: isBackground,
    }
  }
}

const round = (ms: number): number => Math.round(ms * 10) / 10
