import { ApiError, apiError } from '../contract/errors.js'
import { randomId } from '../contract/ids.js'
import type { RequestLog } from '../contract/requestLog.js'
import type {
  ChatChoice,
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionRequest,
  ChunkChoice,
  ServedTier,
  Usage,
} from '../contract/types.js'
import { startOnFirstRead } from '../sse/startLater.js'
import { InvalidAnswer } from './answer/choice.js'
import { ChunkConverter } from './answer/choiceStream.js'
import { AnswerStream, readChoices } from './answer/stream.js'
import { type ChatOptions, type ChoiceCall, type GeminiChatParts, mergeSources, toChoiceCalls } from './choices.js'
import { reserveImages } from './expectedMedia.js'
import { SchemaBudget } from './request/schema/budget.js'
import type { AttemptOptions, AttemptTarget } from './retries.js'
import { countRequestTokens, send } from './send.js'

/** Chat completions by Gemini, with requests and answers in OpenAI's format. */
export interface GeminiChat {
  /** Generates a completion. @throws an ApiError, or the signal's reason */
  complete(request: ChatCompletionRequest, options: ChatOptions): Promise<ChatCompletion>
  /**
   * Streams a completion; calls Gemini at the first read. Throws like {@link GeminiChat.complete}.
   */
  stream(request: ChatCompletionRequest, options: ChatOptions): AsyncIterable<ChunkBatch>
  /** Counts the tokens of a prompt. Throws like `complete`; 400 for the compatible API. */
  countTokens(request: ChatCompletionRequest, options: ChatOptions): Promise<number>
}

/** Chunks that arrived in one network read. */
type ChunkBatch = readonly ChatCompletionChunk[]
type ToChunk = (choice: ChunkChoice) => ChatCompletionChunk
type ChunkSource = AsyncIterableIterator<ChunkBatch, undefined>

/** Makes {@link GeminiChat}, the chat completions, from its dependencies. */
export function makeGeminiChat(parts: GeminiChatParts): GeminiChat {
  const complete: GeminiChat['complete'] = async (request, options) => {
    reserveImages(request, options.servedModel, options.answerMedia)
    const choices = await completeChoices(toChoiceCalls(request, options, parts))
    const { id, created, model } = newEnvelope(request.model, parts.now())
    const completion: ChatCompletion = { id, created, model, object: 'chat.completion', choices }
    const { usage } = options.requestLog
    if (usage !== undefined) completion.usage = usage
    Object.assign(completion, servedTier(request, options))
    return completion
  }

  const stream: GeminiChat['stream'] = (request, options) => {
    reserveImages(request, options.servedModel, options.answerMedia)
    const envelope = newEnvelope(request.model, parts.now())
    const wantsUsage = request.stream_options?.include_usage === true
    const filler = wantsUsage ? null : undefined
    const wrap = (choices: ChunkChoice[], usage: Usage | null | undefined): ChatCompletionChunk =>
      Object.assign(toChunk(envelope, choices, usage), servedTier(request, options))
    const chunks = streamChoices(toChoiceCalls(request, options, parts), (choice) => wrap([choice], filler))
    return wantsUsage ? withUsage(chunks, options.requestLog, (usage) => wrap([], usage)) : chunks
  }

  const countTokens: GeminiChat['countTokens'] = async (request, options) => {
    const { tokenCountCodec } = parts.codec
    if (tokenCountCodec === undefined) throw apiError('unsupported_value', NO_TOKEN_COUNT)
    const nothing = (): void => undefined
    const call = { request, options, parts, index: 0, schemaBudget: new SchemaBudget(), onUsage: nothing, cancelAll: nothing }
    return parts.attempts.run({ ...toAttemptOptions(call), method: 'countTokens' }, (target) =>
      countRequestTokens(call, target, tokenCountCodec),
    )
  }

  const { references } = parts
  return {
    complete: async (request, options) =>
      references.hasReferences(request, options) ? complete(...(await references.resolve(request, options))) : complete(request, options),
    stream: (request, options) =>
      references.hasReferences(request, options)
        ? startOnFirstRead(async () => stream(...(await references.resolve(request, options))))
        : stream(request, options),
    countTokens: async (request, options) =>
      references.hasReferences(request, options)
        ? countTokens(...(await references.resolve(request, options)))
        : countTokens(request, options),
  }
}

const NO_TOKEN_COUNT = 'Only the native Gemini API counts tokens: the operator of this proxy must set GEMINI_UPSTREAM=native.'
/**
 * Returns `{ service_tier }` for an answer; undefined if the request has no `service_tier`, because
 * OpenAI then omits it as well, or if Gemini has not reported the tier.
 */
const servedTier = (
  { service_tier: requestedTier }: ChatCompletionRequest,
  { requestLog }: ChatOptions,
): { service_tier: ServedTier } | undefined =>
  requestedTier === undefined || requestedTier === null || requestLog.servedTier === undefined
    ? undefined
    : { service_tier: requestLog.servedTier }

type Envelope = Pick<ChatCompletionChunk, 'id' | 'created' | 'model'>

const newEnvelope = (model: string, now: number): Envelope => ({ id: `chatcmpl-${randomId()}`, created: Math.floor(now / 1000), model })

/**
 * Makes a chunk. If the client requested usage, `usage` is null in all chunks but the last.
 * Otherwise `usage` is undefined, and the chunk omits the member.
 */
const toChunk = ({ id, created, model }: Envelope, choices: ChunkChoice[], usage: Usage | null | undefined): ChatCompletionChunk => ({
  id,
  object: 'chat.completion.chunk',
  created,
  model,
  choices,
  ...(usage === undefined ? {} : { usage }),
})

/**
 * Appends the usage chunk to a stream, if Gemini has reported usage. (Not a generator: `yield*`
 * would slow down every read.)
 */
function withUsage(chunks: ChunkSource, requestLog: RequestLog, wrap: (usage: Usage) => ChatCompletionChunk): ChunkSource {
  let isOver = false
  const source: ChunkSource = {
    next: async () => {
      if (isOver) return { done: true, value: undefined }
      const item = await chunks.next()
      isOver = item.done === true
      return isOver && requestLog.usage !== undefined ? { done: false, value: [wrap(requestLog.usage)] } : item
    },
    return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]: () => source,
  }
  return source
}

const toAttemptOptions = ({ request, options }: ChoiceCall): AttemptOptions => ({ ...options, requestedModel: request.model })

/** Generates the choices of all calls in parallel. The first failure aborts the other calls. */
async function completeChoices(calls: readonly ChoiceCall[]): Promise<ChatChoice[]> {
  const complete = async (call: ChoiceCall): Promise<ChatChoice[]> => {
    const choices = await call.parts.attempts.run(toAttemptOptions(call), async (target) => readChoices(await send(call, target)))
    for (const choice of choices) call.options.checkChoice?.(choice)
    return choices
  }
  const [only] = calls
  if (calls.length === 1 && only !== undefined) return complete(only)
  const choices = await Promise.all(
    calls.map(async (call) => {
      try {
        return await complete(call)
      } catch (error) {
        call.cancelAll(error)
        throw error
      }
    }),
  )
  return choices.flat()
}

/** Streams all choices. A single choice, the usual case, is not merged, as merging is slow. */
function streamChoices(calls: readonly ChoiceCall[], wrap: ToChunk): ChunkSource {
  const [only] = calls
  return calls.length === 1 && only !== undefined ? streamChoice(only, wrap) : mergeChoices(calls, wrap)
}

async function* mergeChoices(calls: readonly ChoiceCall[], wrap: ToChunk): AsyncGenerator<ChunkBatch, undefined> {
  try {
    yield* mergeSources(calls.map((call) => streamChoice(call, wrap)))
  } finally {
    for (const { cancelAll } of calls) cancelAll(new Error('the stream of choices has ended'))
  }
}

/**
 * Streams one choice, from the first attempt that yields chunks. If that attempt fails after
 * thought summaries only, another attempt can continue the stream, as the answer has not begun.
 * (Not a generator: `yield*` would slow down every read.)
 */
function streamChoice(call: ChoiceCall, wrap: ToChunk): ChunkSource {
  const { hidesThoughts } = call.options
  const loop = call.parts.attempts.start(toAttemptOptions(call))
  let answer: AnswerStream<ChunkChoice, ChatCompletionChunk> | undefined
  let hasBegun = false
  let hasAnswered = false
  const watch: ToChunk = (choice) => {
    hasBegun = true
    hasAnswered ||= !isThought(choice)
    return wrap(choice)
  }
  const attempt = async (target: AttemptTarget): Promise<IteratorResult<ChunkBatch, undefined>> => {
    const sent = await send(call, target)
    const makeChoice = (index: number) => new ChunkConverter(index, sent.options.choice, hasBegun)
    const stream = new AnswerStream(sent, { toItem: watch, makeChoice })
    const first = await stream.next()
    answer = stream
    return first
  }
  const readOn = async (stream: NonNullable<typeof answer>): Promise<IteratorResult<ChunkBatch, undefined>> => {
    try {
      return await stream.next()
    } catch (error) {
      if (!hasAnswered && (hidesThoughts || isInvalidAnswer(error))) return loop.runAgain(error, attempt)
      loop.recordKeyFault(error)
      throw error
    }
  }
  const source: ChunkSource = {
    next: () => (answer === undefined ? loop.run(attempt) : readOn(answer)),
    return: async () => (await answer?.return()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]: () => source,
  }
  return source
}

/** True for a chunk with only a role or a thought summary: no content, tool call, finish reason. */
const isThought = ({ delta: { role, reasoning_content: thought, ...rest }, finish_reason: finish }: ChunkChoice): boolean =>
  finish === null && (Boolean(thought) || role !== undefined) && Object.values(rest).every((value) => !value)

const isInvalidAnswer = (error: unknown): boolean => error instanceof ApiError && error.cause instanceof InvalidAnswer
