import type { AnswerMedia } from '../../contract/answerMedia.js'
import type { CancelSignal } from '../../contract/cancelSignal.js'
import { isBlankOrDone } from '../../sse/chatFormat.js'
import { EventSplitter } from '../../sse/parse.js'
import { parseGeminiError } from '../failures/geminiError.js'
import { type FailureContext, toApiError } from '../failures/rules.js'
import { type ChoiceOptions, emptyAnswer, toFinishReason } from './choice.js'
import type { ChoiceConverter } from './choiceStream.js'
import type { ContinuationOptions, Continuations } from './continuations.js'
import { joinParts } from './joinParts.js'
import { MediaFilter } from './mediaFilter.js'
import { invalidEvent, parseEvent } from './parseEvent.js'
import type { AnswerDecoder, RawAnswer } from './rawAnswer.js'
import { type AnswerTokens, countAnswerTokens, type RawUsage } from './usage.js'

/** Dependencies, limits and callbacks for reading one answer of Gemini. */
export interface AnswerOptions {
  readonly signal: CancelSignal
  readonly failureContext: FailureContext
  /** Decodes this answer; made by the codec of the API that was called. */
  readonly decoder: AnswerDecoder
  readonly choice: ChoiceOptions
  /** Index, in the completion, of this answer's first choice: each upstream call makes one. */
  readonly firstIndex: number
  /** Maximum size of a stream event in bytes, without the base64 stored in `media`. */
  readonly maxEventBytes: number
  /** Stores the answer's long base64 strings; undefined if they must stay in the JSON. */
  readonly media?: AnswerMedia | undefined
  /** True if Gemini streams the answer, which it may also do for a client that wants no stream. */
  readonly isStreamed: boolean
  /** Options for continuing a long answer; undefined if it must end with the first response. */
  readonly continuations?: ContinuationOptions | undefined
  /**
   * Called with the token counts of the current response, which grow from event to event.
   *
   * @param earlier - token counts of earlier responses of the same answer
   */
  readonly onUsage: (usage: RawUsage, earlier: readonly RawUsage[]) => void
  /** Called with the model that generated the answer, as reported by Google. */
  readonly onModel: (model: string) => void
  /** Called with the processing tier that serves the request, by Google's name. */
  readonly onServiceTier: (tier: string) => void
}

/** Dependencies of an {@link EventReader}. */
export interface EventReaderParts<Choice> {
  readonly continuations: Continuations
  readonly makeChoice: (index: number) => ChoiceConverter<Choice>
}

/** Converts the event streams of one answer, the first and its continuations, to choices. */
export class EventReader<Choice> {
  readonly #options: AnswerOptions
  readonly #parts: EventReaderParts<Choice>
  readonly #choices = new Map<number, ChoiceConverter<Choice>>()
  readonly #filter: MediaFilter
  #splitter: EventSplitter
  #usage: RawUsage = {}
  /** True if `#usage` has not been passed to `onUsage` yet. */
  #isUsageNew = false
  /** Token counts of the current response at its last resume point. */
  #usageAtResumePoint: RawUsage = {}
  /** Token counts of earlier responses of the answer. */
  readonly #earlierUsages: RawUsage[] = []
  /** The finish reason of an unfinished response; sent only if the answer is not continued. */
  #heldReason: string | undefined
  /** True once the current response has a finish reason. */
  #isFinished = false
  /** True once the client's token limit has ended the answer: later events are ignored. */
  #isCut = false
  /** True once the current response has ended or failed, and returns no further choices. */
  hasEnded = false
  /** True if the current response has ended, but the answer is unfinished and must be continued. */
  isContinued = false
  /** The failure that ended the stream. `AnswerStream` returns earlier choices, then throws it. */
  failure: unknown

  constructor(options: AnswerOptions, parts: EventReaderParts<Choice>) {
    this.#options = options
    this.#parts = parts
    this.#filter = new MediaFilter(options.media, options.decoder.media)
    this.#splitter = this.#newSplitter()
  }

  /** True once the end marker of the stream has arrived, if the API has one. */
  get isDone(): boolean {
    return this.#splitter.hasEnded
  }

  /**
   * Prepares for the event stream of a continuation or resumption.
   *
   * @param isResumption - true if the earlier response broke off after its last resume point
   */
  beginContinuation(isResumption: boolean): void {
    this.#earlierUsages.push(isResumption ? this.#usageAtResumePoint : this.#usage)
    this.#usage = {}
    this.#usageAtResumePoint = {}
    this.#heldReason = undefined
    this.#isFinished = false
    this.#splitter = this.#newSplitter()
    this.#filter.begin()
    this.hasEnded = false
    this.isContinued = false
    this.failure = undefined
    this.#options.decoder.beginContinuation(isResumption)
  }

  /** Adds the bytes of one network read. @returns the choices in the events that they complete */
  push(bytes: Uint8Array): Choice[] {
    return this.#collect((out) => {
      const hadStray = this.#splitter.strayLines() !== ''
      const events: string[] = []
      try {
        this.#splitter.push(this.#filter.push(bytes), events)
      } finally {
        if (events.length > 0) this.#filter.settle()
        this.#readEvents(events, out)
      }
      this.#checkStray(hadStray && events.length > 0)
      if (this.isDone || this.#isCut) this.#end(out)
    })
  }

  /** Ends the stream after its last bytes. @returns the last choices */
  end(): Choice[] {
    return this.#collect((out) => {
      this.#readEvents(this.#splitter.end(), out)
      this.#end(out)
    })
  }

  /** Ends a stream whose connection failed after its last event. @returns the last choices */
  endBroken(): Choice[] {
    this.failure = undefined
    this.#splitter = this.#newSplitter()
    return this.#collect((out) => this.#end(out))
  }

  /** Deletes the stored base64 strings of an event that has not arrived completely. */
  discardRest(): void {
    this.#filter.discard()
  }

  #newSplitter(): EventSplitter {
    return new EventSplitter(this.#options.maxEventBytes, this.#options.decoder.endMarker)
  }

  #collect(read: (out: Choice[]) => void): Choice[] {
    const out: Choice[] = []
    try {
      read(out)
    } catch (error) {
      this.hasEnded = true
      this.failure = error
    }
    // Report token counts once per network read: those of the last event include all earlier ones.
    if (this.#isUsageNew) this.#options.onUsage(this.#usage, this.#earlierUsages)
    this.#isUsageNew = false
    return out
  }

  #end(out: Choice[]): void {
    this.hasEnded = true
    this.#checkStray(true)
    const willBeCut = this.#isCut || [...this.#choices.values()].some((choice) => choice.willBeCut())
    this.isContinued = !willBeCut && this.#parts.continuations.isUnfinished
    if (this.isContinued) return
    if (this.#choices.size === 0) throw emptyAnswer()
    // Throw for an incomplete answer before its last choices are made: the resumption repeats them.
    if (!this.#isFinished && !this.#isCut && this.#parts.continuations.isResumable) toFinishReason(undefined, this.#options.choice)
    this.#addChoices(this.#options.decoder.decodeEnd(), out)
    for (const choice of this.#choices.values()) {
      if (this.#heldReason !== undefined) choice.add({ finish_reason: this.#heldReason }, out)
      choice.end(out, this.isDone)
    }
  }

  #readEvents(events: readonly string[], out: Choice[]): void {
    const { decoder, failureContext } = this.#options
    for (const data of events) {
      if (this.#isCut || isBlankOrDone(data)) continue
      const event = this.#filter.restoreMedia(parseEvent(data, failureContext), data)
      this.#addAnswer(decoder.decodeEvent(event), out)
    }
  }

  #addAnswer(answer: RawAnswer, out: Choice[]): void {
    const { onModel, onServiceTier, decoder } = this.#options
    if (answer.usage) {
      this.#usage = decoder.mergeUsage(this.#usage, answer.usage)
      this.#isUsageNew = true
    }
    this.#parts.continuations.add(answer)
    if (answer.resumePoint !== undefined) this.#usageAtResumePoint = this.#usage
    if (answer.model !== undefined) onModel(answer.model)
    if (answer.serviceTier !== undefined) onServiceTier(answer.serviceTier)
    this.#addChoices(answer, out)
  }

  #addChoices(answer: RawAnswer, out: Choice[]): void {
    const { firstIndex, choice: options } = this.#options
    const { choices = [], resumePoint } = answer
    const isHeld = resumePoint?.endsResponse === true
    // An event has one token count for all its parts, so the limit applies to the joined parts.
    const raws = options.tokenLimit === undefined ? choices : joinParts(choices)
    for (const [position, each] of raws.entries()) {
      const index = firstIndex + (each.index ?? position)
      const choice = this.#choices.get(index) ?? this.#beginChoice(index)
      const raw = isHeld ? { ...each, finish_reason: null } : each
      if (isHeld) this.#heldReason = each.finish_reason ?? this.#heldReason
      if (each.finish_reason) this.#isFinished = true
      choice.add(options.tokenLimit === undefined ? raw : { ...raw, tokens: this.#countTokens(answer) }, out)
      if (choice.isAtLimit()) this.#isCut = true
    }
  }

  /** Returns the answer's tokens in all responses so far; undefined if the event has no count. */
  #countTokens({ usage }: RawAnswer): AnswerTokens | undefined {
    const tokens = countAnswerTokens(usage)
    if (tokens === undefined) return undefined
    const counts = [tokens, ...this.#earlierUsages.map(countAnswerTokens)]
    const sumOf = (name: keyof AnswerTokens): number => counts.reduce((sum, each) => sum + (each?.[name] ?? 0), 0)
    return { total: sumOf('total'), images: sumOf('images') }
  }

  #beginChoice(index: number): ChoiceConverter<Choice> {
    const choice = this.#parts.makeChoice(index)
    this.#choices.set(index, choice)
    return choice
  }

  /**
   * Throws an error that Gemini has appended to the stream as bare JSON, outside of any event, as
   * soon as the JSON is complete.
   *
   * @param isComplete - true after the last byte: throws a 502 if the text is not an error
   */
  #checkStray(isComplete: boolean): void {
    const stray = this.#splitter.strayLines()
    if (stray === '' || this.#isCut) return
    const error = parseGeminiError(stray)
    if (error !== undefined) throw toApiError(error, this.#options.failureContext)
    if (isComplete) throw invalidEvent()
  }
}
