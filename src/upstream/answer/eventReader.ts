import type { AnswerMedia } from '../../contract/answerMedia.js'
import type { CancelSignal } from '../../contract/cancelSignal.js'
import { apiError } from '../../contract/errors.js'
import { EventSplitter } from '../../sse/parse.js'
import { parseGeminiError, toGeminiError } from '../failures/geminiError.js'
import { type FailureContext, toApiError } from '../failures/rules.js'
import { type ChoiceOptions, emptyAnswer, toFinishReason } from './choice.js'
import type { ChoiceStream } from './choiceStream.js'
import type { HopOptions, Hops } from './hops.js'
import { joinParts } from './joinParts.js'
import { MediaFilter } from './mediaFilter.js'
import type { AnswerDecoder, RawAnswer } from './rawAnswer.js'
import { countAnswer, type RawUsage } from './usage.js'

/** How to read an answer. */
export interface AnswerOptions {
  readonly signal: CancelSignal
  readonly failure: FailureContext
  /** Reads what Google sends. */
  readonly decoder: AnswerDecoder
  readonly choice: ChoiceOptions
  /** Index of the first choice: each of several upstream calls generates one. */
  readonly firstIndex: number
  /** Largest event, without its long media. */
  readonly maxEventBytes: number
  /** Gets the long media of the answer; undefined where they stay in it. */
  readonly media?: AnswerMedia | undefined
  /** True where Gemini streams the answer, even if the client gets a whole one. */
  readonly isStreamed: boolean
  /** Continues an answer that is longer than one call; undefined where it must end with it. */
  readonly hops?: HopOptions | undefined
  /**
   * Called with the token counts so far, which grow from event to event in a stream.
   *
   * @param earlier - those of earlier calls of the same answer
   */
  readonly onUsage: (usage: RawUsage, earlier: readonly RawUsage[]) => void
  /** Called with the model that has answered, as reported by Google. */
  readonly onModel: (model: string) => void
  /** Called with the processing tier that serves the request, by Google's name. */
  readonly onServiceTier: (tier: string) => void
}

/** What an {@link EventReader} needs besides the options of the answer. */
export interface EventReaderParts<Choice> {
  readonly hops: Hops
  readonly makeChoice: (index: number) => ChoiceStream<Choice>
}

/** Turns the bytes of the event streams of one answer into choices. */
export class EventReader<Choice> {
  readonly #options: AnswerOptions
  readonly #parts: EventReaderParts<Choice>
  readonly #choices = new Map<number, ChoiceStream<Choice>>()
  readonly #filter: MediaFilter
  #splitter: EventSplitter
  #usage: RawUsage = {}
  /** True where they have not been reported yet. */
  #isUsageNew = false
  /** The token counts at the last place from which the answer can go on. */
  #usageAtPlace: RawUsage = {}
  /** The token counts of earlier calls. */
  readonly #earlierUsages: RawUsage[] = []
  /** The finish reason of a call that has not finished the answer. */
  #heldReason: string | undefined
  /** True once the running call has a finish reason. */
  #isFinished = false
  /** True where the answer has ended at the client's limit: what follows is not read. */
  #isCut = false
  /** True once the choices returned last were the last ones. */
  hasEnded = false
  /** The failure that ended the stream; it follows the choices returned last. */
  failure: unknown

  constructor(options: AnswerOptions, parts: EventReaderParts<Choice>) {
    this.#options = options
    this.#parts = parts
    this.#filter = new MediaFilter(options.media, options.decoder.media)
    this.#splitter = this.#newSplitter()
  }

  /** True where the choices returned last are not the last ones: another call must follow. */
  get isContinued(): boolean {
    return !this.#isCut && this.failure === undefined && this.#parts.hops.isUnfinished
  }

  /** True once the event has arrived that ends the stream, if there is such an event. */
  get isDone(): boolean {
    return this.#splitter.hasEnded
  }

  /**
   * Begins the stream of another call, which continues the answer.
   *
   * @param isResumption - true where the earlier call broke off after its last place
   */
  beginHop(isResumption: boolean): void {
    this.#earlierUsages.push(isResumption ? this.#usageAtPlace : this.#usage)
    this.#usage = {}
    this.#usageAtPlace = {}
    this.#heldReason = undefined
    this.#isFinished = false
    this.#splitter = this.#newSplitter()
    this.#filter.begin()
    this.hasEnded = false
    this.failure = undefined
    this.#options.decoder.beginHop(isResumption)
  }

  /** Adds the bytes of one network read. @returns the choices of the events now complete */
  push(bytes: Uint8Array): Choice[] {
    return this.#collect((out) => {
      const hadStray = this.#splitter.stray() !== ''
      const events: string[] = []
      try {
        this.#splitter.push(this.#filter.push(bytes), events)
      } finally {
        this.#readEvents(events, out)
      }
      if (events.length > 0) this.#filter.settle()
      this.#checkStray(hadStray && events.length > 0)
      if (this.isDone || this.#isCut) this.#end(out)
    })
  }

  /** Ends the stream, whose last bytes have been added. @returns the last choices */
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

  /** Discards the media of an event that will never arrive whole. */
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
    // Once for all events of a read: each has the counts of the whole answer so far.
    if (this.#isUsageNew) this.#options.onUsage(this.#usage, this.#earlierUsages)
    this.#isUsageNew = false
    return out
  }

  #end(out: Choice[]): void {
    this.hasEnded = true
    this.#checkStray(true)
    if (this.isContinued) return
    if (this.#choices.size === 0) throw emptyAnswer()
    // Throws for an incomplete answer, before the end that the resumed call will send as well.
    if (!this.#isFinished && !this.#isCut && this.#parts.hops.isResumable) toFinishReason(undefined, this.#options.choice)
    this.#addChoices(this.#options.decoder.decodeEnd(), out)
    for (const choice of this.#choices.values()) {
      if (this.#heldReason !== undefined) choice.add({ finish_reason: this.#heldReason }, out)
      choice.end(out, this.isDone)
    }
  }

  #readEvents(events: readonly string[], out: Choice[]): void {
    // Some relays send empty data as a heartbeat, and OpenAI's end after Google's own events.
    for (const data of events)
      if (!['', '[DONE]'].includes(data.trim()) && !this.#isCut)
        this.#addAnswer(this.#options.decoder.decodeEvent(this.#filter.keepMarks(parseEvent(data, this.#options.failure), data)), out)
  }

  #addAnswer(answer: RawAnswer, out: Choice[]): void {
    const { onModel, onServiceTier, decoder } = this.#options
    if (answer.usage) {
      this.#usage = decoder.mergeUsage(this.#usage, answer.usage)
      this.#isUsageNew = true
    }
    this.#parts.hops.add(answer)
    if (answer.continuation !== undefined) this.#usageAtPlace = this.#usage
    if (answer.model !== undefined) onModel(answer.model)
    if (answer.serviceTier !== undefined) onServiceTier(answer.serviceTier)
    this.#addChoices(answer, out)
  }

  #addChoices(answer: RawAnswer, out: Choice[]): void {
    const { firstIndex, choice: options } = this.#options
    const { choices = [], continuation } = answer
    const isHeld = continuation?.isEnd === true
    // The count of an event is that of all its parts, in which the limit may be.
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

  /** Counts the tokens of the answer of all calls; undefined where an event has no count. */
  #countTokens({ usage }: RawAnswer): number | undefined {
    const tokens = countAnswer(usage)
    return tokens === undefined ? undefined : this.#earlierUsages.reduce((sum, earlier) => sum + (countAnswer(earlier) ?? 0), tokens)
  }

  #beginChoice(index: number): ChoiceStream<Choice> {
    const choice = this.#parts.makeChoice(index)
    this.#choices.set(index, choice)
    return choice
  }

  /**
   * Throws an error that Gemini has appended to the stream: bare JSON, in lines that belong to no
   * event. It is thrown when the JSON is complete, or when `isOver`: nothing can complete it.
   */
  #checkStray(isOver: boolean): void {
    const stray = this.#splitter.stray()
    if (stray === '' || this.#isCut) return
    const error = parseGeminiError(stray)
    if (error !== undefined) throw toApiError(error, this.#options.failure)
    if (isOver) throw apiError('upstream_error', 'Gemini sent an invalid stream event. Retry the request.')
  }
}

function parseEvent(data: string, failure: FailureContext): unknown {
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch (cause) {
    throw apiError('upstream_error', 'Gemini sent an invalid stream event. Retry the request.', { cause })
  }
  const error = toGeminiError(parsed)
  if (error !== undefined) throw toApiError(error, failure)
  return parsed
}
