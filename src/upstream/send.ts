import { type CallRecord, withParts } from '../contract/callRecord.js'
import type { ParamNames } from '../contract/paramNames.js'
import { logAttempt, MOST_IGNORED_PARAMS, type RequestLog } from '../contract/requestLog.js'
import type { ServedTier } from '../contract/types.js'
import type { AnswerOptions } from './answer/eventReader.js'
import type { HopOptions } from './answer/hops.js'
import type { CallMemory } from './answer/repairs/context.js'
import type { UpstreamAnswer } from './answer/stream.js'
import { hasCounts, joinHopUsage, toUsage } from './answer/usage.js'
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

/** Repairs a request and sends it to a model. @throws an ApiError, or the signal's reason */
export async function send(call: ChoiceCall, target: AttemptTarget): Promise<UpstreamAnswer> {
  const { source } = call.options
  const { response, ...calls } = await post(call, target, call.parts.codec)
  if (source !== undefined) source.model = target.model
  return { response, options: { ...toAnswerOptions(call, target, calls.sent), hops: toHopOptions(call, target, calls) } }
}

/** Repairs a request likewise, and lets Gemini count its tokens. */
export async function sendCount(call: ChoiceCall, target: AttemptTarget, codec: TokenCountCodec): Promise<number> {
  const { sent, response } = await post(call, target, codec)
  return codec.decode(await readAnswer(response, toFailureContext(call, sent), call.options.signal))
}

async function post(
  call: ChoiceCall,
  { model, key, areSignaturesRefused, areSchemasTooComplex }: AttemptTarget,
  codec: Pick<Codec, 'encode'>,
): Promise<HopCalls & { readonly response: UpstreamResponse }> {
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
    // Any other status is an error response: readAnswer throws it.
    if (!isSuccess(response)) await readAnswer(response, toFailureContext(call, sent), signal)
    return response
  }
  return { sent, post: again, response: await again(sent.body) }
}

/** How the calls of one answer are made. */
interface HopCalls {
  readonly sent: GeminiRequest
  readonly post: (body: object) => Promise<UpstreamResponse>
}

/** All calls of an answer have the same key, model and request, but for the token. */
function toHopOptions(
  { options, parts }: ChoiceCall,
  { commit, waitToRepeat }: AttemptTarget,
  { sent: { toContinuation }, post }: HopCalls,
): HopOptions | undefined {
  if (toContinuation === undefined || parts.maxContinuations === 0) return undefined
  const { requestLog, hidesThoughts = false } = options
  return {
    most: parts.maxContinuations,
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

/** Logs the model that answers, if the client has named another one. */
export function logServedModel(requestLog: RequestLog, servedModel: string, requestedModel: string): void {
  if (servedModel === withoutPrefix(requestedModel)) delete requestLog.servedModel
  else requestLog.servedModel = servedModel
}

/** OpenAI's tiers by those of Gemini, which need not be the requested one. */
const SERVED_TIERS: Readonly<Record<string, ServedTier>> = { standard: 'default', flex: 'flex', priority: 'priority' }

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
      // A recording may have no speech.
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
      // The prompt is that of the first call: those of later ones have what it has generated.
      if (hasCounts(usage) && hasCounts(first)) onUsage(joinHopUsage(toUsage(first), others.map(toUsage)))
    },
    onServiceTier: (tier) => {
      requestLog.servedTier = SERVED_TIERS[tier] ?? null
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
