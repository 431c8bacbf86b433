import type { CancelSignal } from '../../contract/cancelSignal.js'
import { apiError } from '../../contract/errors.js'
import type { ChatChoice, ChunkChoice } from '../../contract/types.js'
import { DONE } from '../../sse/chatFormat.js'
import { EventSplitter, EventTooLarge, MalformedText } from '../../sse/parse.js'
import { parseGeminiError, toGeminiError } from '../failures/geminiError.js'
import { type FailureContext, toApiError, translateFailure } from '../failures/rules.js'
import type { UpstreamResponse } from '../wire/upstreamCall.js'
import { checkAnswer, type RawAnswer } from './check.js'
import { type ChoiceOptions, emptyAnswer, toChoice } from './choice.js'
import { type ChoiceStream, makeChoiceStream } from './choiceStream.js'
import { countAnswer, mergeUsage, type RawUsage } from './usage.js'
import { readAnswer } from './whole.js'

/** How to read an answer. */
export interface AnswerOptions {
  readonly signal: CancelSignal
  readonly failure: FailureContext
  readonly choice: ChoiceOptions
  /** Index of the first choice: each of several upstream calls generates one. */
  readonly firstIndex: number
  readonly maxEventBytes: number
  /** Called with the token counts so far; in a stream they grow from event to event. */
  readonly onUsage: (usage: RawUsage) => void
  /** Called with the model that has answered, as reported by Google. */
  readonly onModel: (model: string) => void
}

/** How to pass a stream on. */
export interface PassOptions<T> {
  /** Makes the yielded item of each choice. */
  readonly wrap: (choice: ChunkChoice) => T
  /** True where the client has received the beginning of the message, from an earlier attempt. */
  readonly isContinued: boolean
}

/** A successful response, and how to read it. */
export interface UpstreamAnswer {
  readonly response: UpstreamResponse
  readonly options: AnswerOptions
}

// After [DONE], a connection is reused if no more than this follows, else closed.
const REST_LIMIT_BYTES = 16_384

/** Reads a whole completion. @throws like {@link readAnswer}, and 502 where it has no choice */
export async function readChoices({ response, options }: UpstreamAnswer): Promise<ChatChoice[]> {
  const { firstIndex, onUsage, onModel } = options
  const answer = checkAnswer(await readAnswer(response, options.failure, options.signal))
  if (answer.usage) onUsage(answer.usage)
  if (answer.model !== undefined) onModel(answer.model)
  const choices = answer.choices ?? []
  if (choices.length === 0) throw emptyAnswer()
  const tokens = countAnswer(answer.usage)
  return choices.map((choice, position) => toChoice({ ...choice, tokens }, firstIndex + (choice.index ?? position), options.choice))
}

/**
 * A streamed completion: batches of items, one of each choice. The choices of one network read are
 * one batch. Not a generator, which would take several turns of the microtasks for each batch.
 */
export class AnswerStream<T> implements AsyncIterator<T[], undefined> {
  readonly #response: UpstreamResponse
  readonly #signal: CancelSignal
  readonly #events: EventReader
  readonly #wrap: (choice: ChunkChoice) => T

  constructor({ response, options }: UpstreamAnswer, { wrap, isContinued }: PassOptions<T>) {
    this.#response = response
    this.#signal = options.signal
    this.#events = new EventReader(options, isContinued)
    this.#wrap = wrap
  }

  /**
   * Waits for the next batch.
   *
   * @throws an ApiError where the stream is incomplete: it ends normally only after a whole answer
   */
  async next(): Promise<IteratorResult<T[], undefined>> {
    try {
      while (!this.#events.hasEnded) {
        const choices = this.#read(await this.#response.next())
        // The choices that precede a failure in the same read are returned before it is thrown.
        if (choices.length > 0) return { done: false, value: choices.map(this.#wrap) }
      }
      if (this.#events.failure !== undefined) throw this.#events.failure
      return { done: true, value: undefined }
    } catch (error) {
      this.#response.destroy()
      throw translateStreamFailure(error, this.#signal)
    }
  }

  /** Ends the call: the rest of the answer is not needed. */
  async return(): Promise<IteratorResult<T[], undefined>> {
    this.#response.destroy()
    return { done: true, value: undefined }
  }

  /** @param bytes - of one network read; undefined at the end of the body */
  #read(bytes: Uint8Array | undefined): ChunkChoice[] {
    const choices = bytes === undefined ? this.#events.end() : this.#events.push(bytes)
    if (!this.#events.hasEnded) return choices
    // At once: while a slow client reads these choices, Gemini would generate and bill more. What
    // follows a whole answer is discarded, and so is a failure of reading it.
    if (this.#events.isDone && this.#events.failure === undefined) this.#response.dump(REST_LIMIT_BYTES)
    else this.#response.destroy()
    return choices
  }
}

/** Turns the bytes of one event stream into choices. */
class EventReader {
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
    this.#splitter = new EventSplitter(options.maxEventBytes, DONE)
  }

  /** True once [DONE] has arrived. */
  get isDone(): boolean {
    return this.#splitter.hasEnded
  }

  /** Adds the bytes of one network read. @returns the choices of the events now complete */
  push(bytes: Uint8Array): ChunkChoice[] {
    return this.#collect((out) => {
      const hadStray = this.#splitter.stray() !== ''
      const events = this.#splitter.push(bytes)
      this.#readEvents(events, out)
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
    for (const choice of this.#choices.values()) choice.end(out, this.isDone)
  }

  #readEvents(events: readonly string[], out: ChunkChoice[]): void {
    for (const data of events) {
      // Some relays send empty data as a heartbeat.
      if (data.trim() !== '' && !this.#isCut) this.#addAnswer(parseEvent(data, this.#options.failure), out)
    }
  }

  #addAnswer(answer: RawAnswer, out: ChunkChoice[]): void {
    const { firstIndex, onUsage, onModel } = this.#options
    if (answer.usage) {
      this.#usage = mergeUsage(this.#usage, answer.usage)
      onUsage(this.#usage)
    }
    if (answer.model !== undefined) onModel(answer.model)
    for (const [position, raw] of (answer.choices ?? []).entries()) {
      const index = firstIndex + (raw.index ?? position)
      const choice = this.#choices.get(index) ?? makeChoiceStream(index, this.#options.choice, this.isContinued)
      this.#choices.set(index, choice)
      choice.add(this.#options.choice.tokenLimit === undefined ? raw : { ...raw, tokens: countAnswer(answer.usage) }, out)
      if (choice.isAtLimit()) this.#isCut = true
    }
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

function parseEvent(data: string, failure: FailureContext): RawAnswer {
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch (cause) {
    throw apiError('upstream_error', 'Gemini sent an invalid stream event. Retry the request.', { cause })
  }
  const error = toGeminiError(parsed)
  if (error !== undefined) throw toApiError(error, failure)
  return checkAnswer(parsed)
}

function translateStreamFailure(error: unknown, signal: CancelSignal): unknown {
  if (error instanceof EventTooLarge || error instanceof MalformedText)
    return apiError('upstream_error', 'Gemini sent an unreadable stream event. Retry the request.', { cause: error })
  return translateFailure(error, signal)
}
