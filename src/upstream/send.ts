import { type CallRecord, withParts } from '../contract/callRecord.js'
import type { ParamNames } from '../contract/paramNames.js'
import { logAttempt, MOST_IGNORED_PARAMS, type RequestLog } from '../contract/requestLog.js'
import type { ServedTier } from '../contract/types.js'
import type { ContinuationOptions } from './answer/continuations.js'
import type { AnswerOptions } from './answer/eventReader.js'
import type { CallMemory } from './answer/repairs/context.js'
import type { UpstreamAnswer } from './answer/stream.js'
import { hasCounts, joinCallUsage, toUsage } from './answer/usage.js'
import { isSuccess, readAnswer } from './answer/whole.js'
import type { ChatOptions, ChoiceCall } from './choices.js'
import type { Codec, TokenCountCodec } from './codec/codec.js'
import type { FailureContext } from './failures/rules.js'
import { withoutPrefix } from './models/names.js'
import { traitsOf } from './models/traits.js'
import type { GeminiRequest } from './request/repairRequest.js'
import { toClientNames } from './request/repairs/functionNames.js'
import type { AttemptTarget } from './retries.js'
import type { UpstreamResponse } from './wire/upstreamCall.js'

/**
 * Repairs a request, sends it to a model, and returns the response with the options for reading it.
 * @throws an ApiError, or the signal's reason
 */
export async function send(call: ChoiceCall, target: AttemptTarget): Promise<UpstreamAnswer> {
  const { source } = call.options
  const { response, ...calls } = await post(call, target, call.parts.codec)
  if (source !== undefined) source.model = target.model
  // Google may name the service tier here, in the body, or in both.
  const { 'x-gemini-service-tier': tier } = response.headers
  if (typeof tier === 'string') logServedTier(call.options.requestLog, tier)
  return { response, options: { ...toAnswerOptions(call, target, calls.sent), continuations: toContinuationOptions(call, target, calls) } }
}

/**
 * Repairs a request as {@link send} does, and returns the number of its tokens, as Gemini counts
 * them.
 */
export async function sendCount(call: ChoiceCall, target: AttemptTarget, codec: TokenCountCodec): Promise<number> {
  const { sent, response } = await post(call, target, codec)
  return codec.decode(await readAnswer(response, toFailureContext(call, sent), call.options.signal))
}

async function post(
  call: ChoiceCall,
  { model, key, areSignaturesRefused, areSchemasTooComplex }: AttemptTarget,
  codec: Pick<Codec, 'encode'>,
): Promise<AnswerCalls & { readonly response: UpstreamResponse }> {
  const { request, options, parts } = call
  const { signal, requestLog, caller, media, sealed, servedModel } = options
  call.onUsage(undefined)
  logServedModel(requestLog, model, request.model)
  const sent = await codec.encode(request, {
    modelId: model,
    firstModelId: servedModel,
    thoughts: parts.thoughts,
    schemaBudget: call.schemaBudget,
    areSignaturesRefused,
    areSchemasTooComplex,
    sealed,
    findCalls: (callIds) => parts.calls.find(caller, callIds),
    onRepair: logRepair(requestLog),
  })
  logIgnored(options, sent.ignored)
  const again = async (body: object): Promise<UpstreamResponse> => {
    signal.throwIfAborted()
    logAttempt(requestLog, key)
    const response = await parts.client.post(sent.path, body, { key, signal, media })
    // Any status but success is an error response: readAnswer throws it.
    if (!isSuccess(response)) await readAnswer(response, toFailureContext(call, sent), signal)
    return response
  }
  return { sent, post: again, response: await again(sent.body) }
}

/** The first request for an answer, and a function that posts the next body for the same answer. */
interface AnswerCalls {
  readonly sent: GeminiRequest
  readonly post: (body: object) => Promise<UpstreamResponse>
}

/**
 * Makes the function that requests continuations: with the key, model and body of the first
 * request, and a continuation token. Undefined if the API or the configuration has none.
 */
function toContinuationOptions(
  { options, parts }: ChoiceCall,
  { commit, waitToRepeat }: AttemptTarget,
  { sent: { toContinuation }, post }: AnswerCalls,
): ContinuationOptions | undefined {
  if (toContinuation === undefined || parts.maxContinuations === 0) return undefined
  const { requestLog, hidesThoughts = false } = options
  return {
    maxContinuations: parts.maxContinuations,
    call: (token) => {
      commit()
      return post(toContinuation(token))
    },
    waitToRepeat,
    onContinuation: () => {
      requestLog.continuations = (requestLog.continuations ?? 0) + 1
    },
    onResumption: () => {
      requestLog.repeats = (requestLog.repeats ?? 0) + 1
    },
    hidesThoughts,
  }
}

/** Logs the model that answers, if the client named another; else removes it from the log. */
export function logServedModel(requestLog: RequestLog, servedModel: string, requestedModel: string): void {
  if (servedModel === withoutPrefix(requestedModel)) delete requestLog.servedModel
  else requestLog.servedModel = servedModel
}

/** OpenAI's names of Gemini's service tiers, in which a request was served. */
const SERVED_TIERS: ReadonlyMap<string, ServedTier> = new Map([
  ['standard', 'default'],
  ['flex', 'flex'],
  ['priority', 'priority'],
])

function logServedTier(requestLog: RequestLog, tier: string): void {
  requestLog.servedTier = SERVED_TIERS.get(tier) ?? null
}

const CHAT_NAMES: ParamNames = { ignored: [], rename: (path) => path }

const logRepair =
  (requestLog: RequestLog) =>
  (name: string): void => {
    requestLog.repairs ??= new Set()
    requestLog.repairs.add(name)
  }

/** Logs the ignored parameters under the client's names; replaces those of an earlier attempt. */
function logIgnored({ requestLog, paramNames = CHAT_NAMES }: ChatOptions, ignored: readonly string[]): void {
  if (ignored.length + paramNames.ignored.length === 0) delete requestLog.ignoredParams
  else {
    const names = [...paramNames.ignored.slice(0, MOST_IGNORED_PARAMS), ...ignored.map(paramNames.rename)]
    requestLog.ignoredParams = [...new Set(names.filter((name) => name !== ''))]
  }
}

const toFailureContext = ({ request, parts }: ChoiceCall, { hasReplaceableSignatures }: GeminiRequest): FailureContext => ({
  requestedModel: request.model,
  redact: parts.redact,
  toParam: parts.codec.toParam,
  promptParam: 'messages',
  hasReplaceableSignatures,
})

function toAnswerOptions(call: ChoiceCall, { model }: AttemptTarget, sent: GeminiRequest): AnswerOptions {
  const { tokenLimit, isStreamed } = sent
  const { request, options, parts, index, onUsage } = call
  const { signal, requestLog } = options
  const decoder = parts.codec.newDecoder(request, parts.redact, options.wantsDrafts)
  return {
    signal,
    decoder,
    failure: toFailureContext(call, sent),
    choice: {
      isLegacy: Boolean(request.functions?.length) && !request.tools?.length,
      clientNames: toClientNames(request, parts.codec.upstream),
      tokenLimit,
      // The transcript of a recording without speech is empty.
      mayBeEmpty: (request.stop !== undefined && request.stop !== null) || traitsOf(model).transcribes,
      onRepair: logRepair(requestLog),
      onCall: (called) => recordCall(called, model, call),
      onCallsEnd: (first) => recordParts(first, decoder.replayParts(), model, call),
    },
    firstIndex: index,
    maxEventBytes: parts.maxEventBytes,
    media: options.answerMedia,
    isStreamed,
    onUsage: (usage, earlier) => {
      const [first = usage, ...others] = [...earlier, usage]
      // The prompt tokens are those of the first request: later prompts include what was generated
      // before.
      if (hasCounts(usage) && hasCounts(first)) onUsage(joinCallUsage(toUsage(first), others.map(toUsage)))
    },
    onServiceTier: (tier) => logServedTier(requestLog, tier),
    onModel: (answering) => {
      // Google reroutes some retired models, and reports the answering model only here.
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

/** Stores the parts besides tool calls that Gemini needs back, in the record of the first call. */
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
