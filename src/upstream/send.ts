import { type ToolCallRecord, withAnswerParts } from '../contract/callRecord.js'
import type { ClientParams } from '../contract/paramNames.js'
import { logAttempt, MAX_IGNORED_PARAMS, type RequestLog } from '../contract/requestLog.js'
import type { ServedTier } from '../contract/types.js'
import type { ContinuationOptions } from './answer/continuations.js'
import type { AnswerOptions } from './answer/eventReader.js'
import type { ToolCallState } from './answer/repairs/context.js'
import type { UpstreamAnswer } from './answer/stream.js'
import { hasCounts, joinCallUsage, toUsage } from './answer/usage.js'
import { hasSuccessStatus, readAnswer } from './answer/whole.js'
import type { ChatOptions, ChoiceCall } from './choices.js'
import type { Codec, TokenCountCodec } from './codec/codec.js'
import type { FailureContext } from './failures/rules.js'
import { withoutModelsPrefix } from './models/names.js'
import { traitsOf } from './models/traits.js'
import type { GeminiRequest } from './request/repairRequest.js'
import { toClientNames } from './request/repairs/functionNames.js'
import { hasStopSequences } from './request/repairs/stopSequences.js'
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
  // Google may name the service tier in this header, in the body, or in both.
  const { 'x-gemini-service-tier': tier } = response.headers
  if (typeof tier === 'string') logServedTier(call.options.requestLog, tier)
  return { response, options: { ...toAnswerOptions(call, target, calls.sent), continuations: toContinuationOptions(call, target, calls) } }
}

/**
 * Repairs a request like {@link send}, has Gemini count its tokens, and returns their number.
 * Throws like {@link send}; 502 for an answer without a count.
 */
export async function countRequestTokens(call: ChoiceCall, target: AttemptTarget, codec: TokenCountCodec): Promise<number> {
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
  const { chat, removed } = options.fitToModel?.(request, model) ?? { chat: request, removed: [] }
  const sent = await codec.encode(chat, {
    modelId: model,
    firstModelId: servedModel,
    thoughts: parts.thoughts,
    schemaBudget: call.schemaBudget,
    areSignaturesRefused,
    areSchemasTooComplex,
    sealed,
    findCalls: (callIds) => parts.callRecords.find(caller, callIds),
    onRepair: logRepair(requestLog),
  })
  logIgnored(options, [...removed, ...sent.ignored])
  const again = async (body: object): Promise<UpstreamResponse> => {
    signal.throwIfAborted()
    logAttempt(requestLog, key)
    const response = await parts.client.post(sent.path, body, { key, signal, media })
    // readAnswer throws an ApiError for an error response.
    if (!hasSuccessStatus(response)) await readAnswer(response, toFailureContext(call, sent), signal)
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
 * Returns the options for continuations, which repeat the key, model and body of the first request
 * with a continuation token. Undefined if the API has no continuations, or if they are disabled.
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
  if (servedModel === withoutModelsPrefix(requestedModel)) delete requestLog.servedModel
  else requestLog.servedModel = servedModel
}

/** OpenAI's names of the service tiers that Gemini reports, by Gemini's names. */
const SERVED_TIERS: ReadonlyMap<string, ServedTier> = new Map([
  ['standard', 'default'],
  ['flex', 'flex'],
  ['priority', 'priority'],
])

function logServedTier(requestLog: RequestLog, tier: string): void {
  requestLog.servedTier = SERVED_TIERS.get(tier) ?? null
}

const CHAT_NAMES: ClientParams = { ignored: [], rename: (path) => path }

const logRepair =
  (requestLog: RequestLog) =>
  (name: string): void => {
    requestLog.repairs ??= new Set()
    requestLog.repairs.add(name)
  }

/** Logs the ignored parameters under the client's names; replaces those of an earlier attempt. */
function logIgnored({ requestLog, paramNames = CHAT_NAMES }: ChatOptions, ignored: readonly string[]): void {
  const names = [...paramNames.ignored.slice(0, MAX_IGNORED_PARAMS), ...ignored.map(paramNames.rename)].filter((name) => name !== '')
  if (names.length === 0) delete requestLog.ignoredParams
  else requestLog.ignoredParams = [...new Set(names)]
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
  const decoder = parts.codec.newDecoder(request, parts.redact, options.wantsPartialImages)
  return {
    signal,
    decoder,
    failureContext: toFailureContext(call, sent),
    choice: {
      isLegacy: Boolean(request.functions?.length) && !request.tools?.length,
      clientNames: toClientNames(request, parts.codec.upstream),
      tokenLimit,
      // An answer may be empty: a stop sequence may come first, or a recording may have no speech.
      mayBeEmpty: hasStopSequences(request) || traitsOf(model).transcribes,
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
      // Prompt tokens are counted for the first request only: the prompts of continuations include
      // text that was generated before.
      if (hasCounts(usage) && hasCounts(first)) onUsage(joinCallUsage(toUsage(first), others.map(toUsage)))
    },
    onServiceTier: (tier) => logServedTier(requestLog, tier),
    onModel: (answering) => {
      // Google reroutes some retired models: log the answering model, which only the answer names.
      if (withoutModelsPrefix(answering) !== model) logServedModel(requestLog, withoutModelsPrefix(answering), request.model)
    },
  }
}

/**
 * Stores what Gemini sent with a tool call, as clients send back only parts of it. The stored model
 * is the called one, even if Google reports another: later requests will call the same one.
 */
function recordCall(called: Readonly<ToolCallState>, model: string, { options, parts }: ChoiceCall): void {
  const record = toRecord(called, model)
  options.source?.calls.set(called.id, record)
  parts.callRecords.put(options.caller, called.id, record)
}

/** Stores other parts of an answer that Gemini needs back, in the record of its first tool call. */
function recordParts(
  first: Readonly<ToolCallState>,
  replayed: readonly object[] | undefined,
  model: string,
  { options, parts }: ChoiceCall,
): void {
  if (replayed !== undefined) parts.callRecords.put(options.caller, first.id, withAnswerParts(toRecord(first, model), replayed))
}

const toRecord = ({ upstreamId, name = '', signature }: Readonly<ToolCallState>, model: string): ToolCallRecord => ({
  upstreamId: upstreamId || undefined,
  name,
  signature,
  model,
})
