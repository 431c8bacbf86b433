import type { CancelSignal } from '../../contract/cancelSignal.js'
import { apiError } from '../../contract/errors.js'
import type { ChatChoice, ChunkChoice } from '../../contract/types.js'
import { EventTooLarge, MalformedText } from '../../sse/parse.js'
import { translateFailure } from '../failures/rules.js'
import type { UpstreamResponse } from '../wire/upstreamCall.js'
import { emptyAnswer, toChoice } from './choice.js'
import { type AnswerOptions, EventReader } from './eventReader.js'
import { countAnswer } from './usage.js'
import { readAnswer } from './whole.js'

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
  const { firstIndex, onUsage, onModel, onServiceTier } = options
  const answer = options.decoder.decode(await readAnswer(response, options.failure, options.signal))
  if (answer.usage) onUsage(answer.usage)
  if (answer.model !== undefined) onModel(answer.model)
  if (answer.serviceTier !== undefined) onServiceTier(answer.serviceTier)
  const choices = answer.choices ?? []
  if (choices.length === 0) throw emptyAnswer()
  const tokens = countAnswer(answer.usage)
  return choices.map((choice, position) => toChoice({ ...choice, tokens }, firstIndex + (choice.index ?? position), options.choice))
}

/**
 * A streamed completion: batches of items, each made of a choice. The choices of one network read
 * are one batch. Not a generator, which would take several turns of the microtasks for each batch.
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

  /** Ends the call, unless the answer has ended: the rest of it is not needed. */
  async return(): Promise<IteratorResult<T[], undefined>> {
    if (!this.#events.hasEnded) this.#response.destroy()
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

function translateStreamFailure(error: unknown, signal: CancelSignal): unknown {
  if (error instanceof EventTooLarge || error instanceof MalformedText)
    return apiError('upstream_error', 'Gemini sent an unreadable stream event. Retry the request.', { cause: error })
  return translateFailure(error, signal)
}
