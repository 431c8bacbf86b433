import { apiError } from '../../contract/errors.js'
import { EventTooLarge, MalformedText, makeSplitter } from '../../sse/parse.js'
import { parseGeminiError, toGeminiError } from '../failures/geminiError.js'
import { type FailureContext, toApiError, translateFailure } from '../failures/rules.js'
import { makePieces } from '../wire/pieces.js'
import type { UpstreamResponse } from '../wire/transport.js'
import { checkedAnswer, type RawAnswer } from './check.js'
import { type AnswerStyle, type Choice, type ChoiceStream, type ChunkChoice, emptyAnswer, makeChoiceStream, toChoice } from './choice.js'
import type { RawUsage } from './usage.js'
import { readAnswer } from './whole.js'

/** What the reading of an answer needs. */
export interface Reading {
  readonly signal: AbortSignal
  readonly failure: FailureContext
  readonly style: AnswerStyle
  /** Index of the first choice: each of several calls brings one. */
  readonly firstIndex: number
  readonly maxEventBytes: number
  /** Called with the newest count; in a stream it grows from event to event. */
  readonly onUsage: (usage: RawUsage) => void
  /** Called with the model that Google says has answered. */
  readonly onModel: (model: string) => void
}

// What may follow [DONE] before its connection is given up instead of kept.
const REST_LIMIT_BYTES = 16_384

/** Reads a chat answer in one piece. @throws as {@link readAnswer} does, and 502 where there is no choice in it */
export async function readChoices(response: UpstreamResponse, reading: Reading): Promise<Choice[]> {
  const { firstIndex, style, onUsage, onModel } = reading
  const answer = checkedAnswer(await readAnswer(response, reading.failure, reading.signal))
  if (answer.usage) onUsage(answer.usage)
  if (answer.model !== undefined) onModel(answer.model)
  const choices = answer.choices ?? []
  if (choices.length === 0) throw emptyAnswer()
  return choices.map((choice, place) => toChoice(choice, firstIndex + (choice.index ?? place), style))
}

/** An answer that has begun, and how to read it. */
export interface Opened {
  readonly response: UpstreamResponse
  readonly reading: Reading
}

/**
 * Reads an event stream; choices of one network read come together. It ends only where the answer was whole.
 *
 * @param wrap - makes what is given out of each choice
 */
export async function* readStream<T>(open: () => Promise<Opened>, wrap: (choice: ChunkChoice) => T): AsyncGenerator<T[], undefined> {
  const { response, reading } = await open()
  const events = makeEventReader(reading)
  const pieces = makePieces(response.body)
  let isWhole = false
  try {
    for (let piece = await pieces.next(); piece !== undefined; piece = events.isDone() ? undefined : await pieces.next()) {
      const choices = events.push(piece)
      // What came before a failure in the same piece has been said.
      if (choices.length > 0) yield choices.map(wrap)
      if (events.failure() !== undefined) throw events.failure()
    }
    const choices = events.end()
    isWhole = events.failure() === undefined
    if (choices.length > 0) yield choices.map(wrap)
    if (!isWhole) throw events.failure()
  } catch (error) {
    throw toStreamFailure(error, reading.signal)
  } finally {
    pieces.release()
    if (isWhole)
      response.body.dump({ limit: REST_LIMIT_BYTES }).catch(() => undefined) // nobody waits for what follows [DONE]
    else response.body.destroy()
  }
}

interface EventReader {
  push(bytes: Uint8Array): ChunkChoice[]
  end(): ChunkChoice[]
  isDone(): boolean
  /** Why nothing more can be read, once that is so. */
  failure(): unknown
}

function makeEventReader({ failure, style, firstIndex, maxEventBytes, onUsage, onModel }: Reading): EventReader {
  const splitter = makeSplitter(maxEventBytes)
  const streams = new Map<number, ChoiceStream>()
  let isDone = false

  let failed: unknown

  /** Runs a step that adds choices; its failure is kept until those before it have been told. */
  const collect = (step: (out: ChunkChoice[]) => void): ChunkChoice[] => {
    const out: ChunkChoice[] = []
    try {
      step(out)
    } catch (error) {
      failed = error
    }
    return out
  }
  const take = (events: readonly string[], out: ChunkChoice[]): void => {
    for (const data of events) {
      if (data === '[DONE]') isDone = true
      else if (!isDone) takeAnswer(parseEvent(data, failure), out)
    }
  }
  /**
   * Gemini tells of a failure in a running stream by bare JSON, in lines that belong to no event. It is read as soon as
   * it is whole; what is none, once something follows.
   */
  const checkStray = (isOver: boolean): void => {
    const stray = splitter.stray()
    if (stray === '') return
    const error = parseGeminiError(stray)
    if (error !== undefined) throw toApiError(error, failure)
    if (isOver) throw apiError('upstream_error', 'Gemini sent an invalid stream event. Retry the request.')
  }
  const takeAnswer = (answer: RawAnswer, out: ChunkChoice[]): void => {
    if (answer.usage) onUsage(answer.usage)
    if (answer.model !== undefined) onModel(answer.model)
    for (const [place, choice] of (answer.choices ?? []).entries()) {
      const index = firstIndex + (choice.index ?? place)
      const stream = streams.get(index) ?? makeChoiceStream(index, style)
      streams.set(index, stream)
      stream.add(choice, out)
    }
  }

  return {
    push: (bytes) =>
      collect((out) => {
        const hadStray = splitter.stray() !== ''
        const events = splitter.push(bytes)
        take(events, out)
        checkStray(hadStray && events.length > 0)
      }),
    isDone: () => isDone,
    failure: () => failed,
    end: () =>
      collect((out) => {
        take(splitter.end(), out)
        checkStray(true)
        if (streams.size === 0) throw emptyAnswer()
        for (const stream of streams.values()) stream.end(out)
      }),
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
  return checkedAnswer(parsed)
}

function toStreamFailure(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof EventTooLarge || error instanceof MalformedText)
    return apiError('upstream_error', 'Gemini sent an unreadable stream event. Retry the request.', { cause: error })
  return translateFailure(error, signal)
}
