import type { Secret } from '../config/secret.js'
import { apiError } from '../contract/errors.js'
import type { ParamNames } from '../contract/paramNames.js'
import { applyAll } from '../contract/repair.js'
import type { RequestLog } from '../contract/requestLog.js'
import type { AnswerOptions, UpstreamAnswer } from './answer/stream.js'
import { toUsage } from './answer/usage.js'
import { isSuccess, readAnswer } from './answer/whole.js'
import type { ChoiceCall } from './choices.js'
import { withoutPrefix } from './models/names.js'
import { knownModel } from './models/retirement.js'
import type { RawRequest, RequestContext } from './request/repairs/context.js'
import { REQUEST_REPAIRS } from './request/repairs/index.js'
import { unsignedCallIds } from './request/repairs/signatures.js'

// OpenAI has 40; what is far beyond any client's is not worth naming one by one.
const MOST_PARAMETERS = 1_000

/**
 * Repairs a request and sends it to one Gemini model.
 *
 * @throws an ApiError where Gemini refuses it or cannot be reached, or the signal's reason
 */
export async function send(call: ChoiceCall, servedModel: string, key: Secret): Promise<UpstreamAnswer> {
  const { request, options, parts } = call
  const { signal, requestLog } = options
  logServedModel(requestLog, servedModel, request.model)
  const body = await toGeminiRequest(call, servedModel)
  const response = await parts.client.post('/chat/completions', body, { key, signal })
  const answerOptions = toAnswerOptions(call, servedModel, key)
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

async function toGeminiRequest({ request, options, parts }: ChoiceCall, served: string): Promise<object> {
  if (Object.keys(request).length > MOST_PARAMETERS) {
    throw apiError('invalid_value', `The request has more than ${MOST_PARAMETERS} parameters. Send fewer.`)
  }
  const ids = unsignedCallIds(request, served)
  const { rename, ignored: others } = options.paramNames ?? CHAT_NAMES
  const ignored = new Set<string>(others)
  const context: RequestContext = {
    asked: knownModel(withoutPrefix(request.model)),
    served,
    known: knownModel(served),
    thoughts: parts.thoughts,
    signatures: ids.length === 0 ? new Map() : await parts.signatures.get(options.caller, ids),
    ignore: (path) => ignored.add(rename(path)),
  }
  const body = applyAll<RawRequest, RequestContext>(REQUEST_REPAIRS, request, context, logRepair(options.requestLog))
  // What was said of a model that was tried before does not hold for this one.
  if (ignored.size > 0) options.requestLog.ignoredParams = [...ignored]
  else delete options.requestLog.ignoredParams
  return { ...body, model: served }
}

function toAnswerOptions({ request, options, parts, index, onUsage }: ChoiceCall, servedModel: string, key: Secret): AnswerOptions {
  const { signal, requestLog, caller } = options
  return {
    signal,
    failure: { requestedModel: request.model, key },
    choice: {
      isLegacy: Boolean(request.functions?.length) && !request.tools?.length,
      mayBeEmpty: request.stop !== undefined && request.stop !== null,
      onRepair: logRepair(requestLog),
      storeSignature: (callId, signature) => void parts.signatures.put(caller, callId, signature),
    },
    firstIndex: index,
    maxEventBytes: parts.maxEventBytes,
    onUsage: (usage) => onUsage(toUsage(usage)),
    onModel: (model) => {
      // Google itself reroutes some retired models, and reports it only here.
      if (withoutPrefix(model) !== servedModel) logServedModel(requestLog, withoutPrefix(model), request.model)
    },
  }
}
