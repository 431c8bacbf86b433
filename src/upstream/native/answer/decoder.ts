import type { ChatCompletionRequest } from '../../../contract/types.js'
import type { Writable } from '../../../contract/writable.js'
import { joinParts } from '../../answer/joinParts.js'
import type { AnswerDecoder, DetachableMedia, RawAnswer, RawChoice, ResumePoint } from '../../answer/rawAnswer.js'
import { hasCounts, type RawUsage } from '../../answer/usage.js'
import type { Redact } from '../../failures/redact.js'
import { withoutModelsPrefix } from '../../models/names.js'
import { hasServerTools } from '../../request/repairs/serverTools.js'
import type { Candidate, GenerateContentResponse } from '../wire/types.js'
import { toBlockReason } from './blockReason.js'
import { CandidateReader } from './candidate.js'
import { checkResponse } from './checkResponse.js'
import { declaredNamesIn } from './declaredNames.js'
import { toLogprobs } from './logprobs.js'
import { NATIVE_MEDIA } from './nativeMedia.js'
import { SpeechReader } from './speech.js'
import { TurnParts } from './turnParts.js'
import { toRawUsage } from './usage.js'

/** The members of a chat request on which the decoding of its answer depends. */
type DecodedRequest = Pick<ChatCompletionRequest, 'tools' | 'functions' | 'web_search_options' | 'modalities' | 'audio' | 'stream'>

/** Decodes an answer of Gemini's native API, whole or event by event. */
export class NativeDecoder implements AnswerDecoder {
  // Gemini's native stream has no end marker: it ends with the body.
  readonly endMarker = undefined
  readonly media: DetachableMedia | undefined
  readonly #candidates = new Map<number, CandidateReader>()
  readonly #functionNames: ReadonlySet<string>
  readonly #turn: TurnParts | undefined
  /** True once Gemini has blocked the prompt: later finish reasons are ignored. */
  #isBlocked = false

  constructor(
    private readonly request: DecodedRequest,
    private readonly redact: Redact,
    private readonly wantsPartialImages = false,
  ) {
    this.#functionNames = declaredNamesIn(request)
    // Collect parts only for a request with functions and Google's own tools: Gemini needs the
    // calls of its own tools back, together with the results of the functions.
    this.#turn = this.#functionNames.size > 0 && hasServerTools(request) ? new TurnParts() : undefined
    // Media stay in the JSON if the proxy needs their bytes: to store the parts, or convert speech.
    this.media = this.#turn === undefined && !request.modalities?.includes('audio') ? NATIVE_MEDIA : undefined
  }

  decode(value: unknown): RawAnswer {
    const { choices = [], ...answer } = this.decodeEvent(value)
    const parts = [...choices, ...this.#endChoices()]
    return { ...answer, choices: joinParts(parts).map(({ delta = {}, ...choice }) => ({ ...choice, message: delta })) }
  }

  decodeEvent(value: unknown): RawAnswer {
    const response = checkResponse(value)
    const { candidates, promptFeedback: feedback, usageMetadata: usage, modelVersion: model } = response
    this.#turn?.add(candidates?.[0]?.content?.parts ?? [])
    const choices: RawChoice[] = []
    for (const candidate of candidates ?? []) this.#addChoices(candidate, choices)
    if (feedback) this.#addBlock(feedback, choices)
    const resumePoint = toResumePoint(candidates?.[0])
    const answer: Writable<RawAnswer> = { choices }
    if (usage) answer.usage = toRawUsage(usage)
    if (model) answer.model = withoutModelsPrefix(model)
    if (usage?.serviceTier) answer.serviceTier = usage.serviceTier
    if (resumePoint !== undefined) {
      answer.resumePoint = resumePoint
      this.#markResumePoint()
    }
    return answer
  }

  decodeEnd(): RawAnswer {
    return { choices: this.#endChoices() }
  }

  beginContinuation(isResumption: boolean): void {
    if (isResumption) this.#turn?.rewind()
    for (const reader of this.#candidates.values()) reader.beginContinuation(isResumption)
    this.#markResumePoint()
  }

  /** Returns the later event's token counts, if it has any: each event counts all tokens so far. */
  mergeUsage(earlier: RawUsage, later: RawUsage): RawUsage {
    return hasCounts(later) ? later : earlier
  }

  replayParts(): readonly object[] | undefined {
    return this.#turn?.replayParts()
  }

  /** Saves the decoder's state at a continuation token, for a later resumption. */
  #markResumePoint(): void {
    this.#turn?.markResumePoint()
    for (const reader of this.#candidates.values()) reader.markResumePoint()
  }

  #readerOf(index: number): CandidateReader {
    const known = this.#candidates.get(index)
    if (known !== undefined) return known
    const speech = this.request.modalities?.includes('audio') ? new SpeechReader(this.request) : undefined
    const options = { functionNames: this.#functionNames, wantsPartialImages: this.wantsPartialImages, speech }
    const reader = new CandidateReader(options, this.redact)
    this.#candidates.set(index, reader)
    return reader
  }

  #addChoices(candidate: Candidate, choices: RawChoice[]): void {
    const { index = 0, logprobsResult } = candidate
    const reader = this.#readerOf(index)
    const pieces = reader.read(candidate)
    const last = pieces.pop() ?? {}
    for (const delta of pieces) choices.push({ index, delta })
    const reason = this.#isBlocked ? undefined : reader.toReason(candidate)
    const choice: Writable<RawChoice> = { index, delta: last }
    if (reason) choice.finish_reason = reason
    if (logprobsResult) choice.logprobs = toLogprobs(logprobsResult)
    choices.push(choice)
  }

  /** Adds `promptFeedback` to the metadata, and a finish reason if Gemini blocked the prompt. */
  #addBlock(feedback: NonNullable<GenerateContentResponse['promptFeedback']>, choices: RawChoice[]): void {
    this.#readerOf(0).metadata.set('prompt_feedback', feedback)
    const reason = toBlockReason(feedback.blockReason)
    if (this.#isBlocked || reason === undefined) return
    this.#isBlocked = true
    choices.push({ index: 0, delta: {}, finish_reason: `content_filter:prompt blocked by ${reason}` })
  }

  #endChoices(): RawChoice[] {
    const choices: RawChoice[] = []
    for (const [index, reader] of this.#candidates) for (const delta of reader.end()) choices.push({ index, delta })
    return choices
  }
}

/** Returns the resume point in an event; undefined without one, or if the answer is finished. */
function toResumePoint({ finishReason, continuationToken: token }: Candidate = {}): ResumePoint | undefined {
  if (finishReason === 'CONTINUATION') return { token, endsResponse: true }
  return token && !finishReason ? { token, endsResponse: false } : undefined
}
