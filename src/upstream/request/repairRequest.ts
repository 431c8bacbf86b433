import type { CallRecord, SealedRecords } from '../../contract/callRecord.js'
import { replace } from '../../contract/copyOnWrite.js'
import { apiError } from '../../contract/errors.js'
import { applyAll } from '../../contract/repair.js'
import { MOST_IGNORED_PARAMS } from '../../contract/requestLog.js'
import type { ChatCompletionRequest } from '../../contract/types.js'
import type { UpstreamApi } from '../../contract/upstreamApi.js'
import { withoutPrefix } from '../models/names.js'
import { knownModel } from '../models/retirement.js'
import { traitsOf } from '../models/traits.js'
import type { RequestContext } from './repairs/context.js'
import { callsOf } from './repairs/message.js'
import { REQUEST_REPAIRS } from './repairs/order.js'
import { hasServerTools } from './repairs/serverTools.js'
import { hasReplaceableSignatures } from './repairs/signatures.js'

// Most parameters of a request. OpenAI's API has about 40; each unknown one is listed in a header
// of the response.
const MOST_PARAMETERS = 1_000

/** Inputs of {@link repairRequest} besides the request. */
export interface GeminiRequestParts
  extends Pick<RequestContext, 'modelId' | 'firstModelId' | 'thoughts' | 'areSignaturesRefused' | 'areSchemasTooComplex' | 'schemaBudget'> {
  /** Records from sealed items in the request; undefined if the client's API has no such items. */
  readonly sealed: SealedRecords | undefined
  /** Finds the caller's records of tool calls by call id. Not called without ids. */
  readonly findCalls: (callIds: readonly string[]) => Promise<ReadonlyMap<string, CallRecord>>
  /** Called with the name of each repair that changed the request. */
  readonly onRepair: (name: string) => void
}

/** A repaired chat request: still in OpenAI's format, but limited to what Google's API accepts. */
export interface RepairedRequest {
  readonly chat: ChatCompletionRequest
  readonly context: RequestContext
  /** The paths of ignored parameters, each once. More may be added until the request is sent. */
  readonly ignored: ReadonlySet<string>
  /** The client's token limit, if that of `chat` is higher; else undefined. */
  readonly tokenLimit: number | undefined
  readonly hasReplaceableSignatures: boolean
}

/** A request as it is sent to Gemini, encoded for one of its APIs. */
export interface GeminiRequest {
  /** The path below the base URL of the API, such as `/chat/completions`. */
  readonly path: string
  readonly body: object
  /** True if Gemini streams the answer, even if the client gets a whole one. */
  readonly isStreamed: boolean
  /** Makes the body of a continuation; undefined if the API has no continuations. */
  readonly toContinuation?: (token: string) => object
  /** The paths of ignored parameters, each once. */
  readonly ignored: readonly string[]
  /** The client's token limit, if that of `body` is higher; else undefined. */
  readonly tokenLimit: number | undefined
  readonly hasReplaceableSignatures: boolean
}

const NOTHING_SEALED: SealedRecords = { calls: new Map(), textModels: new Map() }

/**
 * Applies all repairs to a chat request that has passed the contract's validation.
 *
 * @throws 400 for a request that Gemini cannot serve
 */
export async function repairRequest(
  upstream: UpstreamApi,
  request: ChatCompletionRequest,
  parts: GeminiRequestParts,
): Promise<RepairedRequest> {
  if (Object.keys(request).length > MOST_PARAMETERS) {
    throw apiError('invalid_value', `The request has more than ${MOST_PARAMETERS} parameters. Send fewer.`)
  }
  const { modelId, sealed = NOTHING_SEALED } = parts
  const calls = await findRecords(upstream, request, sealed, parts.findCalls)
  const ignored = new Set<string>()
  const context: RequestContext = {
    upstream,
    traits: traitsOf(modelId),
    modelId,
    firstModelId: parts.firstModelId,
    thoughts: parts.thoughts,
    areSignaturesRefused: parts.areSignaturesRefused,
    areSchemasTooComplex: parts.areSchemasTooComplex,
    schemaBudget: parts.schemaBudget,
    model: knownModel(modelId),
    requestedModel: knownModel(withoutPrefix(request.model)),
    calls,
    textModels: sealed.textModels,
    ignore: (path) => {
      if (ignored.size < MOST_IGNORED_PARAMS) ignored.add(path)
    },
  }
  const repaired = applyAll(REQUEST_REPAIRS, request, context, parts.onRepair)
  const limit = request.max_completion_tokens ?? request.max_tokens ?? undefined
  const isRaised = limit !== undefined && (repaired.max_tokens ?? 0) > limit
  return {
    chat: replace(repaired, 'model', modelId),
    context,
    ignored,
    tokenLimit: isRaised ? limit : undefined,
    hasReplaceableSignatures: hasReplaceableSignatures(repaired),
  }
}

/** Returns the records of all tool calls in a request, by call id: sealed ones and stored ones. */
async function findRecords(
  upstream: UpstreamApi,
  request: ChatCompletionRequest,
  { calls: sealed }: SealedRecords,
  findCalls: GeminiRequestParts['findCalls'],
): Promise<ReadonlyMap<string, CallRecord>> {
  const all = request.messages.flatMap(callsOf).map(({ id }) => id)
  // Sealed items lack the parts that Google's own tools need back; the store has them.
  const isIncomplete = upstream === 'native' && hasServerTools(request)
  const ids = isIncomplete ? all : all.filter((id) => !sealed.has(id))
  if (ids.length === 0) return sealed
  const found = await findCalls(ids)
  const opened = [...sealed].map(([id, record]) => {
    const parts = found.get(id)?.parts
    return [id, parts === undefined ? record : { ...record, parts }] as const
  })
  return new Map([...found, ...opened])
}
