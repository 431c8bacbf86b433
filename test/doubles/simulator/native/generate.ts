import { invalidArgument } from '../errors.js'
import type { Model } from '../models.js'
import { type Call, type Parts, replyOr } from '../operation.js'
import { JSON_UTF8, type Reply, replyStream, replyText } from '../reply.js'
import { isObject } from '../strict.js'
import type { JsonObject } from '../types.js'
import { type NativePrompt, nativeAnswerTo } from './answer.js'
import { type AnswerToWrite, blockedObject, toEvents, toObject } from './events.js'
import { COUNT_FIELDS, GENERATE_FIELDS } from './fields.js'
import { behaviourAt, cutOf, positionOf, toRequestPart } from './longAnswer.js'
import { nativeModel } from './models.js'
import { parseNative } from './parse.js'
import { scriptedEvents, scriptedObject } from './script.js'
import { checkConfig } from './settings.js'
import { checkSpeech } from './speech.js'
import { checkNativeTools } from './tools.js'
import { checkTranscription } from './transcribe.js'
import { checkContents, hasNativeSignature } from './turns.js'
import { cachedTokensOf, promptTokensDetailsOf, promptTokensOf } from './usage.js'
import type { NativeRequest } from './wire.js'

/** Serves generateContent and streamGenerateContent. */
export const generate = (parts: Parts, call: Call, reply: Reply, id: string, isStream: boolean): Promise<void> => {
  const body = parseNative(call.body ?? {}, GENERATE_FIELDS)
  const request = body as NativeRequest // the cast is safe: GENERATE_FIELDS has been checked
  const model = nativeModel(id, 'generate', 'generateContent', parts.settings)
  checkRequest(request, model, isStream)
  const { behaviour } = reply
  if (behaviour.refusesSignatures !== undefined && hasNativeSignature(request)) throw invalidArgument(behaviour.refusesSignatures)
  const isSse = isStream && new URLSearchParams(call.query).get('alt') === 'sse'
  return replyOr(reply, isSse, async () => {
    const prompt = { request, model, behaviour, userText: call.directed.text, isStream, isQueued: call.queued.toolCalls !== undefined }
    const sent = withTier(reply, request)
    const script = behaviour.nativeAnswer
    if (script !== undefined) {
      await (isStream ? sendEvents(sent, scriptedEvents(script), isSse) : sendObject(sent, scriptedObject(script)))
      return
    }
    // A continuation token is valid for one model only, so the hash includes the model id.
    await send(parts, prompt, { ...body, model: id }, sent, isSse)
  })
}

function checkRequest(request: NativeRequest, model: Model, isStream: boolean): void {
  checkConfig(request, model, isStream)
  checkNativeTools(request, model)
  checkContents(request, model)
  checkSpeech(request, model)
  checkTranscription(request, model)
}

async function send(parts: Parts, asked: NativePrompt, body: JsonObject, reply: Reply, isSse: boolean): Promise<void> {
  const { continuations } = parts
  const position = positionOf(asked, body, continuations)
  const prompt = { ...asked, behaviour: behaviourAt(position, asked.behaviour) }
  const { behaviour, request, model, isStream } = prompt
  const whole = nativeAnswerTo(prompt)
  if (behaviour.promptBlock !== undefined) {
    const blocked = blockedObject(behaviour.promptBlock, whole, request)
    await (isStream ? sendEvents(reply, [blocked], isSse) : sendObject(reply, blocked))
    return
  }
  const part = toRequestPart(whole, prompt, position, body, continuations)
  const written: AnswerToWrite = { answer: whole, request, behaviour, generation: model.generation, ...part }
  await (isStream ? sendEvents(reply, toEvents(written), isSse, cutOf(position, behaviour)) : sendObject(reply, toObject(written)))
}

/** Adds the header with the service tier of the request. */
function withTier(reply: Reply, { serviceTier }: NativeRequest): Reply {
  if (serviceTier === undefined) return reply
  const headers = { 'x-gemini-service-tier': String(serviceTier), ...reply.behaviour.headers }
  return { ...reply, behaviour: { ...reply.behaviour, headers } }
}

const sendObject = (reply: Reply, value: JsonObject): Promise<void> => replyText(reply, 200, JSON_UTF8, JSON.stringify(value))

/** Sends events as SSE, or, without `alt=sse` in the URL, as the elements of one JSON array. */
async function sendEvents(reply: Reply, events: Iterable<JsonObject>, isSse: boolean, cutAfter?: number): Promise<void> {
  const end = isSse
    ? { form: 'bare-object' as const, end: '' }
    : { form: 'element' as const, end: ']', type: JSON_UTF8, toEvent: (chunk: string, at: number) => `${at === 0 ? '[' : ',\r\n'}${chunk}` }
  await replyStream(reply, texts(events), { ...end, ...(cutAfter === undefined ? {} : { cutAfter }) })
}

function* texts(events: Iterable<JsonObject>): Generator<string> {
  for (const event of events) yield JSON.stringify(event)
}

/** Serves countTokens. */
export const countNative = (parts: Parts, call: Call, id: string): JsonObject => {
  const body = parseNative(call.body ?? {}, COUNT_FIELDS)
  const inner = isObject(body.generateContentRequest) ? body.generateContentRequest : undefined
  if (inner !== undefined && body.contents !== undefined)
    throw invalidArgument('* CountTokensRequest: only one of contents and generate_content_request can be set.\n')
  // The cast is safe: COUNT_FIELDS has been checked.
  const request = (inner ?? body) as NativeRequest
  const model = nativeModel(id, 'generate', 'countTokens', parts.settings)
  if (inner !== undefined && inner.model !== `models/${id}`)
    throw invalidArgument('* CountTokensRequest.generate_content_request.model: model must match the model of the request.\n')
  checkRequest(request, model, true)
  const totalTokens = promptTokensOf(request)
  const cached = cachedTokensOf(request)
  return {
    totalTokens,
    promptTokensDetails: promptTokensDetailsOf(request, totalTokens),
    ...(cached === 0 ? {} : { cachedContentTokenCount: cached }),
  }
}
