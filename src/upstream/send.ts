import type { Secret } from '../config/secret.js'
import type { ParamNames } from '../contract/paramNames.js'
import type { RequestLog } from '../contract/requestLog.js'
import type { AnswerOptions, UpstreamAnswer } from './answer/stream.js'
import { toUsage } from './answer/usage.js'
import { isSuccess, readAnswer } from './answer/whole.js'
import type { ChatOptions, ChoiceCall } from './choices.js'
import { withoutPrefix } from './models/names.js'
import { toGeminiRequest } from './request/toGeminiRequest.js'

/** Repairs a request and sends it to a model. @throws an ApiError, or the signal's reason */
export async function send(call: ChoiceCall, servedModel: string, key: Secret): Promise<UpstreamAnswer> {
  const { request, options, parts } = call
  const { signal, requestLog } = options
  logServedModel(requestLog, servedModel, request.model)
  const { body, ignored } = await toGeminiRequest(request, {
    modelId: servedModel,
    thoughts: parts.thoughts,
    findSignatures: (callIds) => parts.signatures.get(options.caller, callIds),
    onRepair: logRepair(requestLog),
  })
  logIgnored(options, ignored)
  const response = await parts.client.post('/chat/completions', body, { key, signal })
  const answerOptions = toAnswerOptions(call, servedModel)
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
  const paths = new Set([...paramNames.ignored, ...ignored.map(paramNames.rename)])
  if (paths.size > 0) requestLog.ignoredParams = [...paths]
  else delete requestLog.ignoredParams
}

function toAnswerOptions({ request, options, parts, index, onUsage }: ChoiceCall, servedModel: string): AnswerOptions {
  const { signal, requestLog, caller } = options
  return {
    signal,
    failure: { requestedModel: request.model, redact: parts.redact },
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
