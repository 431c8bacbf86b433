import { randomText } from '../random.js'
import { countTokens } from '../tokens.js'
import type { Behaviour, JsonObject } from '../types.js'
import type { NativeAnswer } from './answer.js'
import { logprobsOf } from './logprobs.js'
import { usageMetadata } from './usage.js'
import type { NativePart, NativeRequest } from './wire.js'

/** An answer of the native API, and the other values from which its events are made. */
export interface AnswerToWrite {
  readonly answer: NativeAnswer
  readonly request: NativeRequest
  readonly behaviour: Behaviour
  readonly generation: string
  /** The continuation token that the last event contains. */
  readonly token?: string
  /** Makes a continuation token for the position after this many characters of text. */
  readonly issueResumeToken?: (characters: number, tokens: number) => string
}

interface Step {
  readonly parts: readonly NativePart[]
  readonly finish?: string
  readonly token?: string
}

/** Makes the response of generateContent. */
export const toObject = (written: AnswerToWrite): JsonObject => {
  const { answer } = written
  const text = answer.texts.join('')
  const texts: NativePart[] =
    text === '' && (answer.signature === undefined || answer.after.length > 0)
      ? []
      : [{ text, ...(answer.signature === undefined ? {} : { thoughtSignature: answer.signature }) }]
  const step = { parts: [...answer.before, ...texts, ...answer.after], finish: answer.finish }
  return writer(written)(step, true)
}

/**
 * Makes the events of streamGenerateContent, each with the usage so far. Gemini 3.x ends calls and
 * signed texts with a separate event; 2.5 sends a finish reason after code, and one after the text.
 */
export function* toEvents(written: AnswerToWrite): Generator<JsonObject> {
  const write = writer(written)
  const finish = written.behaviour.doneWithoutFinish === true ? undefined : written.answer.finish
  let waiting: Step | undefined
  for (const step of stepsOf(written)) {
    if (waiting !== undefined) yield write(waiting, false)
    waiting = step
  }
  yield write({ parts: [], ...waiting, ...(finish === undefined ? {} : { finish }) }, true)
}

function* stepsOf(written: AnswerToWrite): Generator<Step> {
  const { answer, behaviour, generation, issueResumeToken } = written
  const code = answer.before.filter((part) => part.executableCode ?? part.codeExecutionResult)
  for (const part of answer.before) if (!code.includes(part)) yield { parts: [part] }
  if (code.length > 0) yield generation === '2.5' ? { parts: code, finish: 'STOP' } : { parts: code }
  let characters = 0
  let tokens = 0
  for (const [index, text] of answer.texts.entries()) {
    characters += text.length
    tokens += countTokens(text)
    const isResumePoint =
      issueResumeToken !== undefined && (index + 1) % (behaviour.longAnswer?.textsPerResumePoint ?? Number.POSITIVE_INFINITY) === 0
    yield { parts: [{ text }], ...(isResumePoint ? { token: issueResumeToken(characters, tokens) } : {}) }
  }
  const calls = answer.after.filter(({ functionCall }) => functionCall !== undefined)
  // Gemini 3.x sends one call per event, and Gemini 2.x all calls in one event.
  const isApart = (behaviour.parallelPlacement ?? (generation === '3' ? 'one-per-chunk' : 'one-delta')) !== 'one-delta'
  if (isApart) for (const call of calls) yield { parts: [call] }
  else if (calls.length > 0) yield { parts: calls }
  for (const part of answer.after) if (part.functionCall === undefined) yield { parts: [part] }
  if (answer.signature !== undefined) yield { parts: [{ text: '', thoughtSignature: answer.signature }] }
  else if (calls.length > 0 && generation === '3') yield { parts: [{ text: '' }] }
}

/** Makes a function that converts steps of one answer to events, with one id and growing usage. */
function writer(written: AnswerToWrite): (step: Step, isLast: boolean) => JsonObject {
  const { answer, request, behaviour } = written
  const responseId = randomText(17, 'base64url')
  const count = request.generationConfig?.candidateCount ?? 1
  let candidates = 0
  return (step, isLast) => {
    candidates += tokensOf(step.parts)
    const said = isLast ? answer.usage.candidates : Math.min(candidates, answer.usage.candidates)
    return {
      candidates: Array.from({ length: count }, (_, index) => candidateOf(written, step, isLast, index)),
      usageMetadata: usageMetadata({ answer, request, behaviour, candidates: said * count, isLast }),
      modelVersion: answer.modelVersion,
      responseId,
    }
  }
}

function candidateOf(written: AnswerToWrite, step: Step, isLast: boolean, index: number): JsonObject {
  const { answer, request, token } = written
  const { parts, finish: finishReason } = step
  const continuation = isLast ? (token ?? step.token) : step.token
  const content = parts.length === 0 ? { role: 'model' } : { parts, role: 'model' }
  return {
    ...(isLast && !answer.hasContent ? {} : { content }),
    ...(finishReason === undefined ? {} : { finishReason }),
    index,
    ...(isLast && finishReason === 'SAFETY' ? { safetyRatings: RATINGS } : {}),
    ...(isLast && answer.finishMessage !== undefined ? { finishMessage: answer.finishMessage } : {}),
    ...(continuation === undefined ? {} : { continuationToken: continuation }),
    ...groundingOf(written, isLast),
    ...(isLast && answer.toolResult.urls !== undefined ? { urlContextMetadata: answer.toolResult.urls } : {}),
    ...logprobsOf(parts, request.generationConfig),
  }
}

/** Adds grounding metadata to the last event; Gemini 2.5 adds an empty object to all others. */
function groundingOf({ answer, generation }: AnswerToWrite, isLast: boolean): JsonObject {
  const { grounding } = answer.toolResult
  if (grounding === undefined || !(isLast || generation === '2.5')) return {}
  return { groundingMetadata: isLast ? grounding : {} }
}

const RATINGS = [
  { category: 'HARM_CATEGORY_HARASSMENT', probability: 'NEGLIGIBLE' },
  { category: 'HARM_CATEGORY_DANGEROUS_CONTENT', probability: 'HIGH', blocked: true },
]

const tokensOf = (parts: readonly NativePart[]): number =>
  parts.reduce((sum, { text = '', thought, functionCall: call }) => {
    if (thought === true) return sum
    return sum + countTokens(call === undefined ? text : `${call.name}${JSON.stringify(call.args)}`)
  }, 0)

/** Makes the answer to a blocked prompt: HTTP 200 without candidates. */
export const blockedObject = (reason: string, answer: NativeAnswer, request: NativeRequest): JsonObject => {
  const { promptTokenCount, promptTokensDetails, serviceTier } = usageMetadata({
    answer,
    request,
    behaviour: {},
    candidates: 0,
    isLast: false,
  })
  return {
    promptFeedback: { blockReason: reason, ...(reason === 'SAFETY' ? { safetyRatings: RATINGS } : {}) },
    usageMetadata: { promptTokenCount, totalTokenCount: promptTokenCount, promptTokensDetails, serviceTier },
    modelVersion: answer.modelVersion,
    responseId: randomText(17, 'base64url'),
  }
}
