import { type Answer, answerTo } from '../answer.js'
import type { IssuedCall } from '../calls.js'
import type { Model } from '../models.js'
import { parsed } from '../natural/sentence.js'
import { sign } from '../signatures.js'
import { isObject } from '../strict.js'
import type { Behaviour, JsonObject } from '../types.js'
import { toChat } from './chat.js'
import { drawPicture } from './drawing.js'
import { finishMessageOf, nativeFinish, plannedFinish } from './finish.js'
import { modelVersionOf } from './models.js'
import { type ServerToolResult, serverTools } from './serverTools.js'
import { afterTools, isUserTurn } from './signatures.js'
import { speechParts } from './speech.js'
import { transcriptParts } from './transcribe.js'
import { promptTokensOf } from './usage.js'
import type { NativePart, NativeRequest } from './wire.js'

/** A native request, with the values from which its answer is generated. */
export interface NativePrompt {
  readonly request: NativeRequest
  readonly model: Model
  readonly behaviour: Behaviour
  readonly userText: string
  readonly isStream: boolean
  readonly isQueued: boolean
}

/** A generated answer of the native API, before it is cut into events. */
export interface NativeAnswer {
  /** Parts before the text: thoughts, then the parts of tools that Google ran. */
  readonly before: readonly NativePart[]
  readonly texts: readonly string[]
  /** Parts after the text: function calls, and images or speech. */
  readonly after: readonly NativePart[]
  /** The thought signature of the text, which only Gemini 3.x sends. */
  readonly signature: string | undefined
  readonly finish: string
  readonly finishMessage: string | undefined
  readonly toolResult: ServerToolResult
  readonly usage: { readonly prompt: number; readonly candidates: number; readonly thoughts: number; readonly cached: number }
  readonly modelVersion: string
  readonly hasContent: boolean
}

/** Generates the same answer as the compatible API, as parts of the native API. */
export const nativeAnswerTo = (prompt: NativePrompt): NativeAnswer => {
  const { request, model, behaviour } = prompt
  const planned = { ...enumText(request), ...plannedFinish(behaviour) }
  const answer = answerTo({
    request: toChat(request, model.id, prompt.isStream),
    model,
    behaviour: planned,
    userText: prompt.userText,
    bodyLength: 4 * promptTokensOf(request),
    isQueued: prompt.isQueued,
  })
  const isBroken = answer.calls.some((call) => argsOf(call) === undefined)
  const calls = isBroken ? [] : answer.calls
  // Models that speak or transcribe send no text, unless a behaviour sets it.
  const isSilent = isBroken || model.transcribes || (model.makes === 'audio' && behaviour.text === undefined)
  const texts = isSilent ? [] : [...answer.deltas]
  const text = texts.join('')
  const isFirstStep = (request.contents ?? []).findLastIndex(isUserTurn) === (request.contents ?? []).length - 1
  const toolResult = serverTools({ request, model, behaviour, userText: prompt.userText, text, isFirstStep })
  const thoughts = answer.thoughts.map((thought): NativePart => ({ text: thought, thought: true }))
  const finish = isBroken ? 'MALFORMED_FUNCTION_CALL' : nativeFinish(answer.finish)
  const isImage = model.makes === 'image'
  const media = mediaParts(prompt, finish)
  const wantsText = request.generationConfig?.responseModalities?.join() !== 'IMAGE'
  return {
    before: [...thoughts, ...toolResult.parts, ...(isImage ? introOf(prompt, text, wantsText) : [])],
    texts: isImage ? [] : texts,
    after: [...callParts(calls, answer, toolResult, behaviour, model), ...media],
    signature: model.makes === 'text' && !model.transcribes ? answer.signature : undefined,
    finish,
    finishMessage: finishMessageOf(finish, calls.length > 0),
    toolResult,
    usage: isSilent ? { ...usageOf(answer), candidates: 0, thoughts: 0 } : usageOf(answer),
    modelVersion: modelVersionOf(model.id),
    hasContent:
      media.length > 0 || (behaviour.omitMessage !== true && !(answer.finish.includes('filter') && answer.text === undefined) && !isBroken),
  }
}

/** Scripts the answer for the MIME type `text/x.enum`: the first value of the schema's `enum`. */
function enumText({ generationConfig: config = {} }: NativeRequest): Behaviour {
  const schema = config.responseSchema ?? config.responseJsonSchema
  const [first]: readonly unknown[] = isObject(schema) && Array.isArray(schema.enum) ? schema.enum : []
  return config.responseMimeType === 'text/x.enum' && typeof first === 'string' ? { text: first } : {}
}

/** Parses arguments of a call; undefined if they are not a JSON object, as in a malformed call. */
function argsOf(call: IssuedCall): JsonObject | undefined {
  const value = parsed(call.arguments === '' ? '{}' : call.arguments)
  return isObject(value) ? value : undefined
}

function callParts(
  calls: readonly IssuedCall[],
  answer: Answer,
  toolResult: ServerToolResult,
  behaviour: Behaviour,
  model: Model,
): NativePart[] {
  const isThinking = thinkingTokens(answer) > 0
  return calls.map((call, index) => {
    const hasId = model.generation === '3' && behaviour.emptyToolIds !== true
    const functionCall = { name: call.name, args: argsOf(call) ?? {}, ...(hasId ? { id: call.id } : {}) }
    const isScripted = (behaviour.toolCalls ?? []).some(({ signature }) => signature !== undefined)
    // Gemini 2.5 signs the first call after thinking, but accepts requests without the signature.
    const own = call.signature ?? (model.generation === '2.5' && index === 0 && isThinking && !isScripted ? sign(call.name) : undefined)
    const [toolCall] = toolResult.parts.flatMap((part) => part.toolCall?.id ?? [])
    const signature = own !== undefined && toolCall !== undefined && !isScripted ? sign(afterTools(call.name, toolCall)) : own
    return { functionCall, ...(signature === undefined ? {} : { thoughtSignature: signature }) }
  })
}

function mediaParts({ request, model, behaviour, userText, isStream }: NativePrompt, finish: string): NativePart[] {
  if (model.transcribes && finish === 'STOP') return transcriptParts(request, behaviour)
  // By setting `chunks`, a test gets speech even in an answer that ends abnormally.
  const hasSpeech = model.makes === 'audio' && behaviour.text === undefined && behaviour.empty !== true
  if (hasSpeech && (finish === 'STOP' || behaviour.chunks !== undefined))
    return speechParts(request, model, behaviour, { text: userText, isStream })
  if (model.makes !== 'image' || finish !== 'STOP') return []
  return Array.from({ length: behaviour.images ?? 1 }, () => ({
    inlineData: drawPicture(request.generationConfig ?? {}, model),
    ...(model.generation === '3' ? { thoughtSignature: sign('image') } : {}),
  }))
}

/** Makes the parts before an image: drafts, and a text, which Gemini 3.x signs. */
function introOf({ request, model, behaviour }: NativePrompt, text: string, wantsText: boolean): NativePart[] {
  const draft = (): NativePart => ({ inlineData: drawPicture(request.generationConfig ?? {}, model), thought: true })
  const drafts = Array.from({ length: behaviour.drafts ?? 0 }, draft)
  if (text === '' || !wantsText) return drafts
  return [...drafts, { text, ...(model.generation === '3' ? { thoughtSignature: sign('image') } : {}) }]
}

const thinkingTokens = ({ usage }: Answer): number => usage.total_tokens - usage.prompt_tokens - usage.completion_tokens

function usageOf(answer: Answer): NativeAnswer['usage'] {
  const { usage } = answer
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0
  const thoughts = thinkingTokens(answer)
  return { prompt: usage.prompt_tokens, candidates: usage.completion_tokens, thoughts: Math.max(0, thoughts), cached }
}
