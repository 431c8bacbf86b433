import { apiError } from '../../contract/errors.js'
import { applyAll } from '../../contract/repair.js'
import type { ChatCompletionRequest } from '../../contract/types.js'
import { withoutPrefix } from '../models/names.js'
import { knownModel } from '../models/retirement.js'
import type { RequestContext } from './repairs/context.js'
import { REQUEST_REPAIRS } from './repairs/order.js'
import { unsignedCallIds } from './repairs/signatures.js'

// OpenAI has 40. Each unknown parameter is named in a header of the response.
const MOST_PARAMETERS = 1_000

/** What {@link toGeminiRequest} depends on besides the request. */
export interface GeminiRequestParts extends Pick<RequestContext, 'modelId' | 'thoughts'> {
  /** Finds stored thought signatures of the caller by tool call id. Not called without ids. */
  readonly findSignatures: (callIds: string[]) => Promise<ReadonlyMap<string, string>>
  /** Called with the name of each repair that changed the request. */
  readonly onRepair: (name: string) => void
}

/**
 * Applies all repairs to a chat request, which has passed the contract's validation.
 *
 * @returns the body for Gemini; the paths of the parameters that it lacks, each once; and the
 *   client's token limit where the body has a higher one
 * @throws 400 for a request that Gemini cannot serve
 */
export async function toGeminiRequest(
  request: ChatCompletionRequest,
  { modelId, thoughts, findSignatures, onRepair }: GeminiRequestParts,
): Promise<{ body: object; ignored: readonly string[]; tokenLimit: number | undefined }> {
  if (Object.keys(request).length > MOST_PARAMETERS) {
    throw apiError('invalid_value', `The request has more than ${MOST_PARAMETERS} parameters. Send fewer.`)
  }
  const callIds = unsignedCallIds(request, modelId)
  const ignored = new Set<string>()
  const context: RequestContext = {
    modelId,
    model: knownModel(modelId),
    requestedModel: knownModel(withoutPrefix(request.model)),
    thoughts,
    signatures: callIds.length === 0 ? new Map() : await findSignatures(callIds),
    ignore: (path) => ignored.add(path),
  }
  const repaired = applyAll(REQUEST_REPAIRS, request, context, onRepair)
  const limit = request.max_completion_tokens ?? request.max_tokens ?? undefined
  const isRaised = limit !== undefined && (repaired.max_tokens ?? 0) > limit
  return { body: { ...repaired, model: modelId }, ignored: [...ignored], tokenLimit: isRaised ? limit : undefined }
}
