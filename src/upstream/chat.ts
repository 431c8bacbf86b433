import { randomBytes } from 'node:crypto'
import type { ChatCompletion, ChatCompletionChunk, ChatCompletionRequest } from '../contract/types.js'
import { upstreamError } from '../errors.js'
import { EventTooLarge, makeSplitter } from '../sse/splitter.js'
import { type ChoiceStream, type ChunkChoice, type Envelope, makeChoiceStream, type RawAnswer, toChoice, toChunk } from './answers.js'
import type { Client } from './client.js'
import { type FailureContext, parseGeminiError, toApiError, toApiErrorFromStatus, toGeminiError, translateFailure } from './failures.js'
import type { Notes } from './notes.js'
import { type RequestContext, toGeminiRequest } from './request.js'
import type { UpstreamResponse } from './transport.js'
import { toUsage } from './usage.js'

/** Gemini as the operations see it. */
export interface Gemini {
  /** Answers a chat in one piece. @throws an ApiError, or the signal's reason */
  complete(request: ChatCompletionRequest, call: Call): Promise<ChatCompletion>
  /** Answers a chat event by event; nothing is sent before the first is asked for. Throws like {@link Gemini.complete}. */
  stream(request: ChatCompletionRequest, call: Call): AsyncGenerator<readonly ChatCompletionChunk[]>
}

/** One call of {@link Gemini}. */
export interface Call {
  /** The Gemini model that is to answer. */
  readonly served: string
  readonly signal: AbortSignal
  readonly notes: Notes
}

/** What {@link makeGemini} needs. */
export interface GeminiParts {
  readonly client: Client
  readonly maxEventBytes: number
  /** The present, in milliseconds since 1970. */
  readonly now: () => number
}

const PATH = '/chat/completions'
// What may follow [DONE] before its connection is given up instead of kept.
const REST_LIMIT_BYTES = 16_384

/** Makes the chat side of Gemini. */
export function makeGemini({ client, maxEventBytes, now }: GeminiParts): Gemini {
  const newEnvelope = (model: string): Envelope => ({
    id: `chatcmpl-${randomBytes(16).toString('hex')}`,
    created: Math.floor(now() / 1000),
    model,
  })

  const post = async (request: ChatCompletionRequest, { served, signal, notes }: Call): Promise<UpstreamResponse> => {
    const context: RequestContext = { served, ignoredParams: [] }
    const body = toGeminiRequest(request, context)
    if (context.ignoredParams.length > 0) notes.ignoredParams = context.ignoredParams
    const response = await client.post(PATH, body, signal)
    if (response.status < 200 || response.status > 299) throw await toFailure(response, { askedModel: request.model }, signal)
    return response
  }

  return {
    complete: async (request, call) => {
      const response = await post(request, call)
      const answer = await readJson(response, { askedModel: request.model }, call.signal)
      const { id, created, model } = newEnvelope(request.model)
      const usage = toUsage(answer.usage ?? {})
      call.notes.usage = usage
      const choices = (answer.choices ?? []).map((choice, index) => toChoice(choice, choice.index ?? index))
      if (choices.length === 0) throw upstreamError('Gemini gave an empty answer.')
      return { id, object: 'chat.completion', created, model, choices, usage }
    },

    stream: async function* (request, call) {
      const response = await post(request, call)
      const envelope = newEnvelope(request.model)
      const wantsUsage = request.stream_options?.include_usage === true
      const filler = wantsUsage ? null : undefined
      for await (const choices of readChoices(response, { request, call, maxEventBytes })) {
        yield choices.map((choice) => toChunk(envelope, [choice], filler))
      }
      if (wantsUsage) yield [toChunk(envelope, [], call.notes.usage ?? toUsage({}))]
    },
  }
}

async function toFailure(response: UpstreamResponse, context: FailureContext, signal: AbortSignal): Promise<unknown> {
  const text = await readText(response, signal)
  const error = parseGeminiError(text)
  return error === undefined ? toApiErrorFromStatus(response.status, context) : toApiError({ ...error, code: response.status }, context)
}

async function readText(response: UpstreamResponse, signal: AbortSignal): Promise<string> {
  try {
    return await response.body.text()
  } catch (error) {
    throw translateFailure(error, signal)
  }
}

async function readJson(response: UpstreamResponse, context: FailureContext, signal: AbortSignal): Promise<RawAnswer> {
  const text = await readText(response, signal)
  try {
    const parsed: unknown = JSON.parse(text)
    const error = toGeminiError(parsed)
    if (error !== undefined) throw toApiError(error, context)
    if (typeof parsed === 'object' && parsed !== null) return parsed
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw upstreamError('Gemini sent something that is not an answer.')
}

interface Reading {
  readonly request: ChatCompletionRequest
  readonly call: Call
  readonly maxEventBytes: number
}

/** Reads an event stream into OpenAI's choices, those of one network read together. Ends only where the answer was whole. */
async function* readChoices(response: UpstreamResponse, { request, call, maxEventBytes }: Reading): AsyncGenerator<readonly ChunkChoice[]> {
  const context: FailureContext = { askedModel: request.model }
  const splitter = makeSplitter(maxEventBytes)
  const streams = new Map<number, ChoiceStream>()
  let isDone = false
  let isWhole = false

  const take = (events: readonly string[]): ChunkChoice[] => {
    const out: ChunkChoice[] = []
    for (const data of events) {
      if (data === '[DONE]') isDone = true
      else if (!isDone) takeAnswer(parseEvent(data, context), out)
    }
    if (splitter.stray() !== '' && events.length > 0) throw strayFailure(splitter.stray(), context)
    return out
  }
  const takeAnswer = (answer: RawAnswer, out: ChunkChoice[]): void => {
    if (answer.usage) call.notes.usage = toUsage(answer.usage)
    for (const [place, choice] of (answer.choices ?? []).entries()) {
      const index = choice.index ?? place
      const stream = streams.get(index) ?? makeChoiceStream(index)
      streams.set(index, stream)
      stream.add(choice, out)
    }
  }

  try {
    for await (const bytes of response.body.iterator({ destroyOnReturn: false })) {
      const choices = take(splitter.push(bytes))
      if (choices.length > 0) yield choices
      if (isDone) break
    }
    const choices = take(splitter.end())
    if (splitter.stray() !== '') throw strayFailure(splitter.stray(), context)
    if (streams.size === 0) throw upstreamError('Gemini gave an empty answer.')
    for (const stream of streams.values()) stream.end(choices)
    isWhole = true
    yield choices
  } catch (error) {
    throw toStreamFailure(error, call.signal)
  } finally {
    if (isWhole)
      response.body.dump({ limit: REST_LIMIT_BYTES }).catch(() => undefined) // nobody waits for what follows [DONE]
    else response.body.destroy()
  }
}

function parseEvent(data: string, context: FailureContext): RawAnswer {
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch (cause) {
    throw upstreamError('Gemini sent something that is not an event.', { cause })
  }
  const error = toGeminiError(parsed)
  if (error !== undefined) throw toApiError(error, context)
  if (typeof parsed !== 'object' || parsed === null) throw upstreamError('Gemini sent something that is not an event.')
  return parsed
}

function strayFailure(text: string, context: FailureContext): unknown {
  const error = parseGeminiError(text)
  return error === undefined ? upstreamError('Gemini sent something that is not an event.') : toApiError(error, context)
}

function toStreamFailure(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof EventTooLarge || error instanceof TypeError)
    return upstreamError('Gemini sent an event that cannot be read.', { cause: error })
  return translateFailure(error, signal)
}
