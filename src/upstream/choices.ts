import type { AnswerMedia } from '../contract/answerMedia.js'
import type { AnswerSource, SealedRecords } from '../contract/callRecord.js'
import { toAbortSignal } from '../contract/cancelSignal.js'
import type { MediaBytes } from '../contract/mediaBytes.js'
import type { CountMemory } from '../contract/operation.js'
import type { ClientParams } from '../contract/paramNames.js'
import type { RequestLog } from '../contract/requestLog.js'
import type { ChatChoice, ChatCompletionRequest, Usage } from '../contract/types.js'
import { type AnswerUsage, sumUsage } from './answer/usage.js'
import type { CallRecords } from './callRecords.js'
import type { Codec } from './codec/codec.js'
import type { Redact } from './failures/redact.js'
import type { ReferenceResolver } from './references.js'
import { SchemaBudget } from './request/schema/budget.js'
import type { AttemptOptions, Attempts } from './retries.js'
import type { GeminiClient } from './wire/openaiClient.js'

/** A chat request without the parameters that a model does not support. */
export interface FittedRequest {
  readonly chat: ChatCompletionRequest
  /** The paths of the removed or lowered parameters in the chat request. */
  readonly removed: readonly string[]
}

/** Options of a chat completion besides its request. */
export interface ChatOptions extends Omit<AttemptOptions, 'requestedModel'> {
  /** Id of the caller, under which the records of its tool calls are stored. */
  readonly caller: string
  /** Records of earlier answers, from sealed items; undefined for the Chat Completions API. */
  readonly sealed?: SealedRecords
  /** Collects an answer's model and tool calls, to seal them; undefined for Chat Completions. */
  readonly source?: AnswerSource
  /** Counts bytes of fetched media files against the memory limit. */
  readonly countMemory: CountMemory
  /** The bytes for the media placeholders in the request; undefined if it has none. */
  readonly media?: MediaBytes | undefined
  /** Stores the answer's long base64 strings as bytes; undefined if they must stay in the JSON. */
  readonly answerMedia?: AnswerMedia | undefined
  /**
   * Maps chat parameter names back to those of the client's API, for errors and ignored parameters;
   * undefined for requests of the Chat Completions API.
   */
  readonly paramNames?: ClientParams
  /**
   * Removes parameters that a model does not support, unless the client's API refuses them. Called
   * for each attempt: a replacement or a fallback may support more or less than the resolved model.
   */
  readonly fitToModel?: (request: ChatCompletionRequest, modelId: string) => FittedRequest
  /** Requests for further prompts of the Completions API: their choices follow the first one's. */
  readonly furtherRequests?: readonly ChatCompletionRequest[]
  /**
   * Called with the index of a choice and its token counts so far, whenever Gemini reports them;
   * with undefined counts when an attempt begins.
   */
  readonly onUsage?: (index: number, usage: Usage | undefined) => void
  /** Checks each choice of a whole answer; an error that it throws aborts the other choices. */
  readonly checkChoice?: (choice: ChatChoice) => void
  /** True to include the images that a model makes while it thinks: OpenAI's partial images. */
  readonly wantsPartialImages?: boolean
  /** True if the client gets no thought summaries: a retry is possible until the answer begins. */
  readonly hidesThoughts?: boolean
}

/** Dependencies of chat completions by Gemini. */
export interface GeminiChatParts {
  readonly client: GeminiClient
  readonly codec: Codec
  readonly attempts: Attempts
  readonly callRecords: CallRecords
  readonly references: ReferenceResolver
  readonly thoughts: 'auto' | 'off'
  readonly maxEventBytes: number
  /** Maximum number of continuations of one answer. */
  readonly maxContinuations: number
  readonly redact: Redact
  /** Returns the current time, in milliseconds since 1970. */
  readonly now: () => number
}

/** One upstream call. Gemini generates one choice per call, so `n` choices take `n` calls. */
export interface ChoiceCall {
  readonly request: ChatCompletionRequest
  readonly options: ChatOptions
  readonly parts: GeminiChatParts
  /** Index of the choice that the call generates, from 0. */
  readonly index: number
  /** Limits the work on schemas; shared by all choices, so that each schema is converted once. */
  readonly schemaBudget: SchemaBudget
  /** Called with the token counts of the choice so far; with undefined when an attempt begins. */
  readonly onUsage: (usage: AnswerUsage | undefined) => void
  /** Aborts the upstream calls of all choices of the answer. */
  readonly cancelAll: (reason: unknown) => void
}

/** Makes the upstream calls for the `n` choices of each request. They can be aborted together. */
export function toChoiceCalls(request: ChatCompletionRequest, options: ChatOptions, parts: GeminiChatParts): ChoiceCall[] {
  const { furtherRequests = [] } = options
  // Limits a huge `n` to 11 calls: the repairs of each call refuse any `n` above 10.
  const requests = [request, ...furtherRequests].flatMap((each) =>
    Array.from({ length: Math.min(each.n ?? 1, 11) }, (_, index) => withSeedOf(index, each)),
  )
  const count = requests.length
  const schemaBudget = new SchemaBudget()
  const usages: (AnswerUsage | undefined)[] = []
  const onUsageOf = (index: number) => (usage: AnswerUsage | undefined) => {
    usages[index] = usage
    options.onUsage?.(index, usage?.usage)
    logUsage(options.requestLog, usages, count)
  }
  if (count === 1) return [{ request, options, parts, index: 0, schemaBudget, onUsage: onUsageOf(0), cancelAll: () => undefined }]
  const all = new AbortController()
  return requests.map((each, index) => ({
    request: each,
    // Each call adds a listener to its own signal: Node.js warns about 11 listeners on one.
    options: { ...options, signal: AbortSignal.any([toAbortSignal(options.signal), all.signal]) },
    parts,
    index,
    schemaBudget,
    onUsage: onUsageOf(index),
    cancelAll: (reason) => all.abort(reason),
  }))
}

/** Gives each choice a seed of its own, as with one seed all choices would be the same. */
function withSeedOf(index: number, request: ChatCompletionRequest): ChatCompletionRequest {
  const { seed } = request
  if (index === 0 || typeof seed !== 'number') return request
  // Google's seeds have 32 bits. The sum is a BigInt, because a large number would not change by 1.
  return { ...request, seed: Number(BigInt.asIntN(32, BigInt(seed) + BigInt(index))) }
}

function logUsage(requestLog: RequestLog, usages: readonly (AnswerUsage | undefined)[], count: number): void {
  const sum = count === 1 ? usages[0] : sumChoices(usages, count)
  requestLog.usage = sum?.usage
  requestLog.billedUsage = sum?.billed === sum?.usage ? undefined : sum?.billed
}

/**
 * Adds up the usage of all choices.
 * @returns undefined until the usage of every choice is known: a partial sum would look complete
 */
function sumChoices(usages: readonly (AnswerUsage | undefined)[], count: number): AnswerUsage | undefined {
  const known = usages.filter((each) => each !== undefined)
  if (known.length < count) return undefined
  const usage = sumUsage(known.map((each) => each.usage))
  const isContinued = known.some((each) => each.usage !== each.billed)
  return { usage, billed: isContinued ? sumUsage(known.map(({ billed }) => billed)) : usage }
}

/**
 * Merges sources: yields their items in the order in which they arrive.
 *
 * @throws the error of the first source that fails; the others are then closed, as when the
 *   consumer stops early
 */
export async function* mergeSources<T>(sources: readonly AsyncIterator<T, unknown>[]): AsyncGenerator<T> {
  const pending = new Map<AsyncIterator<T, unknown>, Promise<{ source: AsyncIterator<T, unknown>; result: IteratorResult<T, unknown> }>>()
  const read = (source: AsyncIterator<T, unknown>): void => {
    const arrival = source.next().then((result) => ({ source, result }))
    // The next `Promise.race` throws the error. This handler only prevents an unhandled rejection.
    arrival.catch(() => undefined)
    pending.set(source, arrival)
  }
  try {
    for (const source of sources) read(source)
    while (pending.size > 0) {
      const { source, result } = await Promise.race(pending.values())
      if (result.done === true) pending.delete(source)
      else {
        read(source)
        yield result.value
      }
    }
  } finally {
    // The remaining sources are no longer read: their failures do not matter.
    for (const source of pending.keys()) source.return?.().catch(() => undefined)
  }
}
