import type { Secret } from '../config/secret.js'
import { apiError } from '../contract/errors.js'
import type { ParamNames } from '../contract/paramNames.js'
import { applyAll } from '../contract/repair.js'
import type { RequestLog } from '../contract/requestLog.js'
import type { Opened, Reading } from './answer/stream.js'
import { toUsage } from './answer/usage.js'
import { isSuccess, readAnswer } from './answer/whole.js'
import type { Branch } from './choices.js'
import { withoutPrefix } from './models/names.js'
import { knownModel } from './models/retirement.js'
import type { RawRequest, RequestContext } from './request/repairs/context.js'
import { REQUEST_REPAIRS } from './request/repairs/index.js'
import { unsignedCallIds } from './request/repairs/signatures.js'

// OpenAI has 40; what is far beyond any client's is not worth naming one by one.
const MOST_PARAMETERS = 1_000

/**
 * Sends a request, mended, to one Gemini model.
 *
 * @throws an ApiError where Gemini refuses it or cannot be reached, or the signal's reason
 */
export async function send(one: Branch, served: string, key: Secret): Promise<Opened> {
  const { request, call, parts } = one
  const { signal, requestLog } = call
  noteModel(requestLog, served, request.model)
  const body = await toGeminiRequest(one, served)
  const response = await parts.client.post('/chat/completions', body, { key, signal })
  const reading = toReading(one, served, key)
  // An answer that is none is read for what it says; this never returns.
  if (!isSuccess(response)) await readAnswer(response, reading.failure, signal)
  return { response, reading }
}

function noteModel(requestLog: RequestLog, answering: string, asked: string): void {
  if (answering === withoutPrefix(asked)) delete requestLog.servedModel
  else requestLog.servedModel = answering
}

const CHAT_NAMES: ParamNames = { ignored: [], rename: (path) => path }

const noteRepairs =
  (requestLog: RequestLog) =>
  (name: string): void => {
    requestLog.repairs ??= new Set()
    requestLog.repairs.add(name)
  }

async function toGeminiRequest({ request, call, parts }: Branch, served: string): Promise<object> {
  if (Object.keys(request).length > MOST_PARAMETERS) {
    throw apiError('invalid_value', `The request has more than ${MOST_PARAMETERS} parameters. Send fewer.`)
  }
  const ids = unsignedCallIds(request, served)
  const { rename, ignored: others } = call.paramNames ?? CHAT_NAMES
  const ignored = new Set<string>(others)
  const context: RequestContext = {
    asked: knownModel(withoutPrefix(request.model)),
    served,
    known: knownModel(served),
    thoughts: parts.thoughts,
    signatures: ids.length === 0 ? new Map() : await parts.signatures.get(call.caller, ids),
    ignore: (path) => ignored.add(rename(path)),
  }
  const body = applyAll<RawRequest, RequestContext>(REQUEST_REPAIRS, request, context, noteRepairs(call.requestLog))
  // What was said of a model that was tried before does not hold for this one.
  if (ignored.size > 0) call.requestLog.ignoredParams = [...ignored]
  else delete call.requestLog.ignoredParams
  return { ...body, model: served }
}

function toReading({ request, call, parts, index, onUsage }: Branch, served: string, key: Secret): Reading {
  return {
    signal: call.signal,
    failure: { askedModel: request.model, key },
    style: {
      isLegacy: Boolean(request.functions?.length) && !request.tools?.length,
      mayBeEmpty: request.stop !== undefined && request.stop !== null,
      onRepair: noteRepairs(call.requestLog),
      keepSignature: (callId, signature) => void parts.signatures.put(call.caller, callId, signature),
    },
    firstIndex: index,
    maxEventBytes: parts.maxEventBytes,
    onUsage: (usage) => onUsage(toUsage(usage)),
    onModel: (model) => {
      // Google reroutes retired models by itself, and says so here alone.
      if (withoutPrefix(model) !== served) noteModel(call.requestLog, withoutPrefix(model), request.model)
    },
  }
}
