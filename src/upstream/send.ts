import { type CallRecord, withParts } from '../contract/callRecord.js'
import type { ParamNames } from '../contract/paramNames.js'
import { logAttempt, MOST_IGNORED_PARAMS, type RequestLog } from '../contract/requestLog.js'
import type { AnswerOptions } from './answer/eventReader.js'
import type { CallMemory } from './answer/repairs/context.js'
import type { UpstreamAnswer } from './answer/stream.js'
import { hasCounts, toUsage } from './answer/usage.js'
import { isSuccess, readAnswer } from './answer/whole.js'
import type { ChatOptions, ChoiceCall } from './choices.js'
import { withoutPrefix } from './models/names.js'
import type { GeminiRequest } from './request/repairRequest.js'
import { toClientNames } from './request/repairs/functionNames.js'
import type { AttemptTarget } from './retries.js'

/** Repairs a request and sends it to a model. @throws an ApiError, or the signal's reason */
export async function send(call: ChoiceCall, target: AttemptTarget): Promise<UpstreamAnswer> {
  const { request, options, parts } = call
  const { signal, requestLog, caller, media, sealed, source, servedModel } = options
  const { model, key, areSignaturesRefused } = target
  call.onUsage(undefined)
  logServedModel(requestLog, model, request.model)
  const sent = await parts.codec.encode(request, {
    modelId: model,
    firstModelId: servedModel,
    thoughts: parts.thoughts,
    schemaBudget: call.schemaBudget,
    areSignaturesRefused,
    sealed,
    findCalls: (callIds) => parts.calls.find(caller, callIds),
    onRepair: logRepair(requestLog),
  })
  logIgnored(options, sent.ignored)
  logAttempt(requestLog, key)
  const response = await parts.client.post(sent.path, sent.body, { key, signal, media })
  if (source !== undefined) source.model = model
  const answerOptions = toAnswerOptions(call, target, sent)
  // Any other status is an error response: readAnswer throws it.
  if (!isSuccess(response)) await readAnswer(response, answerOptions.failure, signal)
  return { response, options: answerOptions }
}

function logServedModel(requestLog: RequestLog, servedModel: string, requestedModel: string): void {
  if (servedModel === withoutPrefix(requestedModel)) delete requestLog.servedModel
  else requestLog.servedModel = servedModel
}

const CHAT_NAMES: ParamNames = { ignored: [], rename: (path) => path }

const logRepair =
  (requestLog: RequestLog) =>
  (name: string): void => {
    requestLog.repairs ??= new Set()
    requestLog.repairs.add(name)
  }

/** Logs the ignored parameters; those of an earlier attempt with another model are replaced. */
function logIgnored({ requestLog, paramNames = CHAT_NAMES }: ChatOptions, ignored: readonly string[]): void {
  if (ignored.length + paramNames.ignored.length === 0) delete requestLog.ignoredParams
  else requestLog.ignoredParams = [...new Set([...paramNames.ignored.slice(0, MOST_IGNORED_PARAMS), ...ignored.map(paramNames.rename)])]
}

/** The properties of a sent request on which the reading of its answer depends. */
type SentRequest = Pick<GeminiRequest, 'tokenLimit' | 'hasReplaceableSignatures'>

function toAnswerOptions(call: ChoiceCall, { model }: AttemptTarget, sent: SentRequest): AnswerOptions {
  const { tokenLimit, hasReplaceableSignatures } = sent
  const { request, options, parts, index, onUsage } = call
  const { signal, requestLog } = options
  const decoder = parts.codec.newDecoder(request)
  return {
    signal,
    decoder,
    failure: { requestedModel: request.model, redact: parts.redact, hasReplaceableSignatures },
    choice: {
      isLegacy: Boolean(request.functions?.length) && !request.tools?.length,
      clientNames: toClientNames(request),
      tokenLimit,
      mayBeEmpty: request.stop !== undefined && request.stop !== null,
      onRepair: logRepair(requestLog),
      onCall: (called) => recordCall(called, model, call),
      onCallsEnd: (first) => recordParts(first, decoder.replayParts(), model, call),
    },
    firstIndex: index,
    maxEventBytes: parts.maxEventBytes,
    onUsage: (usage) => {
      if (hasCounts(usage)) onUsage(toUsage(usage))
    },
    onModel: (answering) => {
      // Google itself reroutes some retired models, and reports it only here.
      if (withoutPrefix(answering) !== model) logServedModel(requestLog, withoutPrefix(answering), request.model)
    },
  }
}

/**
 * Records what Gemini sent with a tool call, as clients send back only parts of it. The model is
 * the one that was called, even if Google reports another one: later requests call it, too.
 */
function recordCall(called: Readonly<CallMemory>, model: string, { options, parts }: ChoiceCall): void {
  const record = toRecord(called, model)
  options.source?.calls.set(called.id, record)
  parts.calls.put(options.caller, called.id, record)
}

/** Stores what Gemini needs back besides the calls with the first of them. */
function recordParts(
  first: Readonly<CallMemory>,
  replayed: readonly object[] | undefined,
  model: string,
  { options, parts }: ChoiceCall,
): void {
  if (replayed !== undefined) parts.calls.put(options.caller, first.id, withParts(toRecord(first, model), replayed))
}

const toRecord = ({ upstreamId, name = '', signature }: Readonly<CallMemory>, model: string): CallRecord => ({
  upstreamId: upstreamId || undefined,
  name,
  signature,
  model,
})
