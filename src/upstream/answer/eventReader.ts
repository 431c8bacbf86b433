import type { CancelSignal } from '../../contract/cancelSignal.js'
import { apiError } from '../../contract/errors.js'
import type { ChunkChoice } from '../../contract/types.js'
import { EventSplitter } from '../../sse/parse.js'
import { parseGeminiError, toGeminiError } from '../failures/geminiError.js'
import { type FailureContext, toApiError } from '../failures/rules.js'
import { type ChoiceOptions, emptyAnswer } from './choice.js'
import { type ChoiceStream, makeChoiceStream } from './choiceStream.js'
import { joinMessages } from './joinMessages.js'
import type { AnswerDecoder, RawAnswer, RawChoice } from './rawAnswer.js'
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
  readonly maxEventBytes: number
  /** Called with the token counts so far; in a stream they grow from event to event. */
  readonly onUsage: (usage: RawUsage) => void
  /** Called with the model that has answered, as reported by Google. */
  readonly onModel: (model: string) => void
  /** Called with the processing tier that serves the request, by Google's name. */
  readonly onServiceTier: (tier: string) => void
}

/** Turns the bytes of one event stream into choices. */
export class EventReader {
  readonly #options: AnswerOptions
  readonly #splitter: EventSplitter
  readonly #choices = new Map<number, ChoiceStream>()
  #usage: RawUsage = {}
  /** True where the answer has ended at the client's limit: what follows is not read. */
  #isCut = false
  /** True once the choices returned last were the last ones. */
  hasEnded = false
  /** The failure that ended the stream; it follows the choices returned last. */
  failure: unknown

  constructor(
    options: AnswerOptions,
    private readonly isContinued: boolean,
  ) {
    this.#options = options
    this.#splitter = new EventSplitter(options.maxEventBytes, options.decoder.endMarker)
  }

  /** True once the event has arrived that ends the stream, if there is such an event. */
  get isDone(): boolean {
    return this.#splitter.hasEnded
  }

  /** Adds the bytes of one network read. @returns the choices of the events now complete */
  push(bytes: Uint8Array): ChunkChoice[] {
    return this.#collect((out) => {
      const hadStray = this.#splitter.stray() !== ''
      const events: string[] = []
      try {
        this.#splitter.push(bytes, events)
      } finally {
        this.#readEvents(events, out)
      }
      this.#checkStray(hadStray && events.length > 0)
      if (this.isDone || this.#isCut) this.#end(out)
    })
  }

  /** Ends the stream, whose last bytes have been added. @returns the last choices */
  end(): ChunkChoice[] {
    return this.#collect((out) => {
      this.#readEvents(this.#splitter.end(), out)
      this.#end(out)
    })
  }

  #collect(read: (out: ChunkChoice[]) => void): ChunkChoice[] {
    const out: ChunkChoice[] = []
    try {
      read(out)
    } catch (error) {
      this.hasEnded = true
      this.failure = error
    }
    return out
  }

  #end(out: ChunkChoice[]): void {
    this.hasEnded = true
    this.#checkStray(true)
    if (this.#choices.size === 0) throw emptyAnswer()
    this.#addChoices(this.#options.decoder.decodeEnd(), out)
    for (const choice of this.#choices.values()) choice.end(out, this.isDone)
  }

  #readEvents(events: readonly string[], out: ChunkChoice[]): void {
    for (const data of events) {
      // Some relays send empty data as a heartbeat.
      if (data.trim() !== '' && !this.#isCut)
        this.#addAnswer(this.#options.decoder.decodeEvent(parseEvent(data, this.#options.failure)), out)
    }
  }

  #addAnswer(answer: RawAnswer, out: ChunkChoice[]): void {
    const { onUsage, onModel, onServiceTier, decoder } = this.#options
    if (answer.usage) {
      this.#usage = decoder.mergeUsage(this.#usage, answer.usage)
      onUsage(this.#usage)
    }
    if (answer.model !== undefined) onModel(answer.model)
    if (answer.serviceTier !== undefined) onServiceTier(answer.serviceTier)
    this.#addChoices(answer, out)
  }

  #addChoices({ choices = [], usage }: RawAnswer, out: ChunkChoice[]): void {
    const { firstIndex, choice: options } = this.#options
    // The count of an event is that of all its parts, in which the limit may be.
    const raws = options.tokenLimit === undefined ? choices : joinChoices(choices)
    for (const [position, raw] of raws.entries()) {
      const index = firstIndex + (raw.index ?? position)
      const choice = this.#choices.get(index) ?? this.#beginChoice(index)
      choice.add(options.tokenLimit === undefined ? raw : { ...raw, tokens: countAnswer(usage) }, out)
      if (choice.isAtLimit()) this.#isCut = true
    }
  }

  #beginChoice(index: number): ChoiceStream {
    const choice = makeChoiceStream(index, this.#options.choice, this.isContinued)
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

/** Joins the parts of each choice, where one event has several. */
function joinChoices(choices: readonly RawChoice[]): readonly RawChoice[] {
  if (choices.length < 2) return choices
  const indexes = [...new Set(choices.map(({ index }, position) => index ?? position))]
  return indexes.map((index) => {
    const parts = choices.filter((choice, position) => (choice.index ?? position) === index)
    return Object.assign({}, ...parts, { delta: joinMessages(parts.map(({ delta }) => delta ?? {})) })
  })
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
