import type { CancelSignal } from '../../contract/cancelSignal.js'
import { apiError } from '../../contract/errors.js'
import type { ChatChoice } from '../../contract/types.js'
import { EventTooLarge, MalformedText } from '../../sse/parse.js'
import { translateFailure } from '../failures/rules.js'
import type { UpstreamResponse } from '../wire/upstreamCall.js'
import { emptyAnswer, toChoice } from './choice.js'
import type { ChoiceConverter } from './choiceStream.js'
import { Continuations } from './continuations.js'
import { type AnswerOptions, EventReader } from './eventReader.js'
import { MediaFilter } from './mediaFilter.js'
import { countAnswerTokens } from './usage.js'
import { readAnswer } from './whole.js'
import { makeWholeChoiceConverter } from './wholeChoice.js'

/** Functions with which an {@link AnswerStream} converts choices to its items. */
export interface AnswerStreamParts<Choice, T> {
  /** Makes the item of the stream for one converted choice. */
  readonly toItem: (choice: Choice) => T
  /** Makes the converter of the choice with this index. */
  readonly makeChoice: (index: number) => ChoiceConverter<Choice>
}

/** A successful response of Gemini, with the options for reading its answer. */
export interface UpstreamAnswer {
  readonly response: UpstreamResponse
  readonly options: AnswerOptions
}

/** Reads the choices of a whole completion. @throws as {@link readAnswer}; 502 if it has none */
export async function readChoices(answer: UpstreamAnswer): Promise<ChatChoice[]> {
  const { response, options } = answer
  if (options.isStreamed) return collectChoices(answer)
  const { firstIndex, decoder, onUsage, onModel, onServiceTier } = options
  const read = await readAnswer(response, options.failureContext, options.signal, new MediaFilter(options.media, decoder.media))
  const { usage, model, serviceTier, choices = [] } = decoder.decode(read)
  if (usage) onUsage(usage, [])
  if (model !== undefined) onModel(model)
  if (serviceTier !== undefined) onServiceTier(serviceTier)
  if (choices.length === 0) throw emptyAnswer()
  const tokens = countAnswerTokens(usage)
  return choices.map((choice, position) => toChoice({ ...choice, tokens }, firstIndex + (choice.index ?? position), options.choice))
}

async function collectChoices(answer: UpstreamAnswer): Promise<ChatChoice[]> {
  const { choice } = answer.options
  const makeChoice = (index: number) => makeWholeChoiceConverter(index, choice)
  const stream = new AnswerStream<ChatChoice, ChatChoice>(answer, { toItem: (whole) => whole, makeChoice })
  const choices: ChatChoice[] = []
  for (let item = await stream.next(); item.done !== true; item = await stream.next()) choices.push(...item.value)
  return choices
}

/**
 * A streamed completion as batches of items; the choices of one network read are one batch. The
 * continuations of a long answer are part of the same stream. Not a generator, which would take
 * several microtasks for each batch.
 */
export class AnswerStream<Choice, T> implements AsyncIterator<T[], undefined> {
  #response: UpstreamResponse
  readonly #signal: CancelSignal
  readonly #continuations: Continuations
  readonly #events: EventReader<Choice>
  readonly #wrap: (choice: Choice) => T
  #isAbandoned = false

  constructor({ response, options }: UpstreamAnswer, { toItem, makeChoice }: AnswerStreamParts<Choice, T>) {
    this.#response = response
    this.#signal = options.signal
    this.#continuations = new Continuations(options.continuations)
    this.#events = new EventReader(options, { continuations: this.#continuations, makeChoice })
    this.#wrap = toItem
  }

  /**
   * Waits for the next batch.
   *
   * @throws an ApiError if the stream ends before the answer is complete, or the signal's reason
   */
  async next(): Promise<IteratorResult<T[], undefined>> {
    for (;;) {
      let failure: unknown
      try {
        while (!this.#events.hasEnded) {
          const choices = this.#read(await this.#response.next())
          // The choices that precede a failure in the same read are returned before it is thrown.
          if (choices.length > 0) return { done: false, value: choices.map(this.#wrap) }
        }
        if (this.#events.failure !== undefined) throw this.#events.failure
        if (!this.#events.isContinued || this.#isAbandoned) return { done: true, value: undefined }
      } catch (error) {
        this.#response.destroy()
        this.#events.discardRest()
        failure = translateStreamFailure(error, this.#signal)
      }
      if (failure !== undefined && !this.#signal.aborted && this.#continuations.canIgnore(failure)) {
        const choices = this.#events.endBroken()
        if (choices.length > 0) return { done: false, value: choices.map(this.#wrap) }
      } else await this.#beginContinuation(failure)
    }
  }

  /** Closes the upstream connection if the answer has not ended. */
  async return(): Promise<IteratorResult<T[], undefined>> {
    this.#isAbandoned = true
    if (!this.#events.hasEnded) this.#response.destroy()
    return { done: true, value: undefined }
  }

  /**
   * Requests the rest of the answer.
   *
   * @param failure - failure of the last response; undefined if it ended with a continuation token
   */
  async #beginContinuation(failure: unknown): Promise<void> {
    const isResumption = failure !== undefined
    this.#response = isResumption ? await this.#continuations.resume(failure) : await this.#continuations.next()
    this.#events.beginContinuation(isResumption)
    if (this.#isAbandoned) this.#response.destroy()
  }

  /** Converts the bytes of one network read to choices; undefined means the end of the body. */
  #read(bytes: Uint8Array | undefined): Choice[] {
    const choices = bytes === undefined ? this.#events.end() : this.#events.push(bytes)
    if (!this.#events.hasEnded) return choices
    // Close at once: while a slow client reads the choices, Gemini would generate and bill more.
    // Bytes after the end marker are discarded, and failures to read them ignored.
    if (this.#events.isDone && this.#events.failure === undefined) this.#response.dump()
    else this.#response.destroy()
    return choices
  }
}

function translateStreamFailure(error: unknown, signal: CancelSignal): unknown {
  if (error instanceof EventTooLarge || error instanceof MalformedText)
    return apiError('upstream_error', 'Gemini sent an unreadable stream event. Retry the request.', { cause: error })
  return translateFailure(error, signal)
}
