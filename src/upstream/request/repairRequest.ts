import type { SealedRecords, ToolCallRecord } from '../../contract/callRecord.js'
import { replaceMember } from '../../contract/copyOnWrite.js'
import { apiError } from '../../contract/errors.js'
import { applyRepairs } from '../../contract/repair.js'
import { MAX_IGNORED_PARAMS } from '../../contract/requestLog.js'
import type { ChatCompletionRequest } from '../../contract/types.js'
import type { UpstreamApi } from '../../contract/upstreamApi.js'
import { withoutModelsPrefix } from '../models/names.js'
import { findCataloguedModel } from '../models/retirement.js'
import { traitsOf } from '../models/traits.js'
import type { RequestContext } from './repairs/context.js'
import { callsOf } from './repairs/message.js'
import { REQUEST_REPAIRS } from './repairs/order.js'
import { hasServerTools } from './repairs/serverTools.js'
import { hasReplaceableSignatures } from './repairs/signatures.js'

// Maximum number of top-level parameters in a request. OpenAI's API has about 40. Limited because a
// response header lists unknown parameters.
const MAX_PARAMETERS = 1_000

/** Inputs of {@link repairRequest} besides the request. */
export interface RepairRequestInputs
  extends Pick<RequestContext, 'modelId' | 'firstModelId' | 'thoughts' | 'areSignaturesRefused' | 'areSchemasTooComplex' | 'schemaBudget'> {
  /** Data decrypted from sealed items of the request; undefined for APIs without such items. */
  readonly sealed: SealedRecords | undefined
  /** Loads the caller's stored records of tool calls, by call id. Called with at least one id. */
  readonly findCalls: (callIds: readonly string[]) => Promise<ReadonlyMap<string, ToolCallRecord>>
  /** Called with the name of each repair that changed the request. */
  readonly onRepair: (name: string) => void
}

/** A chat request after all repairs: in OpenAI's format, without anything that Google refuses. */
export interface RepairedRequest {
  readonly chat: ChatCompletionRequest
  readonly context: RequestContext
  /** The paths of ignored parameters, each once. The encoder of the API may add more. */
  readonly ignored: ReadonlySet<string>
  /** The client's token limit, if a repair has raised the limit in `chat`; else undefined. */
  readonly tokenLimit: number | undefined
  /** True if a retry after a refused thought signature would replace or remove signatures. */
  readonly hasReplaceableSignatures: boolean
}

/** A request as it is sent to Gemini, encoded for one of its APIs. */
export interface GeminiRequest {
  /** The path below the base URL of the API, such as `/chat/completions`. */
  readonly path: string
  readonly body: object
  /** True if Gemini streams the answer. The client may still get one response without a stream. */
  readonly isStreamed: boolean
  /** Makes a continuation's body from its token; undefined if the API has no continuations. */
  readonly toContinuation?: (token: string) => object
  /** The paths of ignored parameters, each once. */
  readonly ignored: readonly string[]
  /** The client's token limit, if a repair has raised the limit in `body`; else undefined. */
  readonly tokenLimit: number | undefined
  /** True if a retry after a refused thought signature would replace or remove signatures. */
  readonly hasReplaceableSignatures: boolean
}

const NOTHING_SEALED: SealedRecords = { calls: new Map(), textSignatureModels: new Map() }

/**
 * Applies all repairs to a chat request that has passed the contract's validation.
 *
 * @throws 400 for a request that Gemini cannot serve
 */
export async function repairRequest(
  upstream: UpstreamApi,
  request: ChatCompletionRequest,
  inputs: RepairRequestInputs,
): Promise<RepairedRequest> {
  if (Object.keys(request).length > MAX_PARAMETERS) {
    throw apiError('invalid_value', `The request has more than ${MAX_PARAMETERS} parameters. Send fewer.`)
  }
  const { modelId, sealed = NOTHING_SEALED } = inputs
  const calls = await findRecords(upstream, request, sealed, inputs.findCalls)
  const ignored = new Set<string>()
  const context: RequestContext = {
    upstream,
    traits: traitsOf(modelId),
    modelId,
    firstModelId: inputs.firstModelId,
    thoughts: inputs.thoughts,
    areSignaturesRefused: inputs.areSignaturesRefused,
    areSchemasTooComplex: inputs.areSchemasTooComplex,
    schemaBudget: inputs.schemaBudget,
    model: findCataloguedModel(modelId),
    requestedModel: findCataloguedModel(withoutModelsPrefix(request.model)),
    calls,
    textSignatureModels: sealed.textSignatureModels,
    ignore: (path) => {
      if (ignored.size < MAX_IGNORED_PARAMS) ignored.add(path)
    },
  }
  const repaired = applyRepairs(REQUEST_REPAIRS, request, context, inputs.onRepair)
  const limit = request.max_completion_tokens ?? request.max_tokens ?? undefined
  const isRaised = limit !== undefined && (repaired.max_tokens ?? 0) > limit
  return {
    chat: replaceMember(repaired, 'model', modelId),
    context,
    ignored,
    tokenLimit: isRaised ? limit : undefined,
    hasReplaceableSignatures: hasReplaceableSignatures(repaired),
  }
}

/** Returns the records of a request's tool calls, by call id: from sealed items and the store. */
async function findRecords(
  upstream: UpstreamApi,
  request: ChatCompletionRequest,
  { calls: sealed }: SealedRecords,
  findCalls: RepairRequestInputs['findCalls'],
): Promise<ReadonlyMap<string, ToolCallRecord>> {
  const all = request.messages.flatMap(callsOf).map(({ id }) => id)
  // Only stored records contain the calls of Google's own tools, which Gemini requires back.
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
