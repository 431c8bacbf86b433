import { randomId } from '../contract/ids.js'
import type { ChatCompletion, ChatCompletionChunk, ChatCompletionRequest } from '../contract/types.js'
import { type Choice, type ChunkChoice, type Envelope, toChunk } from './answer/choice.js'
import { readChoices, readStream } from './answer/stream.js'
import { toUsage } from './answer/usage.js'
import { type Branch, type Call, type GeminiParts, toBranches } from './choices.js'
import { merged } from './mergeChoices.js'
import type { Goal } from './retries.js'
import { send } from './send.js'

/** Gemini's chat as the operations see it. */
export interface Gemini {
  /** Answers a chat in one piece. @throws an ApiError, or the signal's reason */
  complete(request: ChatCompletionRequest, call: Call): Promise<ChatCompletion>
  /** Answers a chat event by event; nothing is sent before the first is asked for. Throws like {@link Gemini.complete}. */
  stream(request: ChatCompletionRequest, call: Call): AsyncIterable<Chunks>
}

/** Chunks that came in one network read. */
type Chunks = readonly ChatCompletionChunk[]

/** Makes the chat side of Gemini. */
export function makeGemini(parts: GeminiParts): Gemini {
  const newEnvelope = (model: string): Envelope => ({
    id: `chatcmpl-${randomId()}`,
    created: Math.floor(parts.now() / 1000),
    model,
  })

  return {
    complete: async (request, call) => {
      const answers = await allOrNone(toBranches(request, call, parts))
      const { id, created, model } = newEnvelope(request.model)
      const usage = call.requestLog.usage ?? toUsage({})
      return { id, object: 'chat.completion', created, model, choices: answers.flat(), usage }
    },

    stream: (request, call) => {
      const envelope = newEnvelope(request.model)
      const wantsUsage = request.stream_options?.include_usage === true
      const filler = wantsUsage ? null : undefined
      const wrap = (choice: ChunkChoice): ChatCompletionChunk => toChunk(envelope, [choice], filler)
      const chunks = streamBranches(toBranches(request, call, parts), wrap)
      return wantsUsage ? withUsage(chunks, () => toChunk(envelope, [], call.requestLog.usage ?? toUsage({}))) : chunks
    },
  }
}

async function* withUsage(chunks: AsyncIterable<Chunks>, usage: () => ChatCompletionChunk): AsyncGenerator<Chunks> {
  yield* chunks
  yield [usage()]
}

const toGoal = ({ request, call }: Branch): Goal => ({
  served: call.served,
  asked: request.model,
  signal: call.signal,
  deadlineAt: call.deadlineAt,
  onRepeat: () => {
    call.requestLog.repeats = (call.requestLog.repeats ?? 0) + 1
  },
})

/** Answers all branches; the first that fails ends the others. */
async function allOrNone(branches: readonly Branch[]): Promise<Choice[][]> {
  return Promise.all(
    branches.map(async (one) => {
      try {
        return await one.parts.attempts.run(toGoal(one), async (served, key) => {
          const { response, reading } = await send(one, served, key)
          return readChoices(response, reading)
        })
      } catch (error) {
        one.cancel(error)
        throw error
      }
    }),
  )
}

type Wrap = (choice: ChunkChoice) => ChatCompletionChunk

/** The chunks of all branches; those of a single one are handed on as they are. */
function streamBranches(branches: readonly Branch[], wrap: Wrap): AsyncIterable<Chunks> {
  const [only] = branches
  return branches.length === 1 && only !== undefined ? streamBranch(only, wrap) : mergedBranches(branches, wrap)
}

async function* mergedBranches(branches: readonly Branch[], wrap: Wrap): AsyncGenerator<Chunks> {
  try {
    yield* merged(branches.map((one) => streamBranch(one, wrap)))
  } finally {
    for (const { cancel } of branches) cancel(new Error('another choice of the same request has ended it'))
  }
}

interface Source extends AsyncIterator<Chunks, undefined>, AsyncIterable<Chunks> {}

/** The chunks of one branch. Its first are tried for until they are there; then the stream is handed on as it is. */
function streamBranch(one: Branch, wrap: Wrap): Source {
  let source: AsyncGenerator<Chunks, undefined> | undefined
  let next = async (): Promise<IteratorResult<Chunks, undefined>> =>
    one.parts.attempts.run(toGoal(one), async (served, key) => {
      const attempt = readStream(() => send(one, served, key), wrap)
      const first = await attempt.next()
      source = attempt
      next = () => attempt.next()
      return first
    })
  const stream: Source = {
    next: () => next(),
    return: async () => (await source?.return(undefined)) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}
