import type { Secret } from '../config/secret.js'
import type { RequestLog } from '../contract/requestLog.js'
import type { Opened, Reading } from './answer/stream.js'
import { toUsage } from './answer/usage.js'
import { isSuccess, readAnswer } from './answer/whole.js'
import type { Branch, Call, Dialect } from './choices.js'
import { withoutPrefix } from './models/names.js'
import { toGeminiRequest } from './request/toGeminiRequest.js'

/**
 * Sends a request, mended, to one Gemini model.
 *
 * @throws an ApiError where Gemini refuses it or cannot be reached, or the signal's reason
 */
export async function send(one: Branch, served: string, key: Secret): Promise<Opened> {
  const { request, call, parts } = one
  const { signal, requestLog } = call
  noteModel(requestLog, served, request.model)
  const { body, ignored } = await toGeminiRequest(request, {
    modelId: served,
    thoughts: parts.thoughts,
    findSignatures: (callIds) => parts.signatures.get(call.caller, callIds),
    onRepair: noteRepairs(requestLog),
  })
  noteIgnored(call, ignored)
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

const OWN_WORDS: Dialect = { ignored: [], rename: (path) => path }

const noteRepairs =
  (requestLog: RequestLog) =>
  (name: string): void => {
    requestLog.repairs ??= new Set()
    requestLog.repairs.add(name)
  }

/** Replaces what an attempt with another model has noted: its ignored parameters may differ. */
function noteIgnored({ requestLog, dialect = OWN_WORDS }: Call, ignored: readonly string[]): void {
  const paths = new Set([...dialect.ignored, ...ignored.map(dialect.rename)])
  if (paths.size > 0) requestLog.ignoredParams = [...paths]
  else delete requestLog.ignoredParams
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
