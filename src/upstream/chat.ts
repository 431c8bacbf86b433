import type { ChatCompletion, ChatCompletionChunk, ChatCompletionRequest, Usage } from '../contract/types.js'
import { ApiError } from '../errors.js'
import { randomId } from '../ids.js'
import { type Choice, type ChunkChoice, type Envelope, toChunk, WorthlessAnswer } from './answers.js'
import type { Client } from './client.js'
import { merged } from './merged.js'
import { knownModel, type ModelLife } from './modelLife.js'
import { withoutPrefix } from './modelNames.js'
import type { Notes } from './notes.js'
import { type Opened, type Reading, readChoices, readStream } from './reading.js'
import { applyAll } from './repairs/repair.js'
import type { RequestContext } from './repairs/request/context.js'
import { REQUEST_REPAIRS } from './repairs/request/index.js'
import { unsignedCallIds } from './repairs/request/signatures.js'
import type { SignatureStore } from './signatureStore.js'
import { sumUsage, toUsage } from './usage.js'
import { isSuccess, readAnswer } from './wholeAnswer.js'

/** Gemini's chat as the operations see it. */
export interface Gemini {
  /** Answers a chat in one piece. @throws an ApiError, or the signal's reason */
  complete(request: ChatCompletionRequest, call: Call): Promise<ChatCompletion>
  /** Answers a chat event by event; nothing is sent before the first is asked for. Throws like {@link Gemini.complete}. */
  stream(request: ChatCompletionRequest, call: Call): AsyncIterable<readonly ChatCompletionChunk[]>
}

/** One call of {@link Gemini}. */
export interface Call {
  /** The Gemini model that is to answer. */
  readonly served: string
  readonly signal: AbortSignal
  /** Who asks; signatures are kept for each caller apart. */
  readonly caller: string
  readonly notes: Notes
}

/** What {@link makeGemini} needs. */
export interface GeminiParts {
  readonly client: Client
  readonly life: ModelLife
  readonly signatures: SignatureStore
  readonly thoughts: 'auto' | 'off'
  readonly maxEventBytes: number
  /** The present, in milliseconds since 1970. */
  readonly now: () => number
}

/** Makes the chat side of Gemini. */
export function makeGemini(parts: GeminiParts): Gemini {
  const newEnvelope = (model: string): Envelope => ({
    id: `chatcmpl-${randomId()}`,
    created: Math.floor(parts.now() / 1000),
    model,
  })

  return {
    complete: async (request, call) => {
      const branches = branch(request, call, parts)
      const answers = await allOrNone(branches, (one) => askedAgain(() => completeBranch(one)))
      const { id, created, model } = newEnvelope(request.model)
      const usage = call.notes.usage ?? toUsage({})
      return { id, object: 'chat.completion', created, model, choices: answers.flat(), usage }
    },

    stream: (request, call) => {
      const envelope = newEnvelope(request.model)
      const wantsUsage = request.stream_options?.include_usage === true
      const filler = wantsUsage ? null : undefined
      const wrap = (choice: ChunkChoice): ChatCompletionChunk => toChunk(envelope, [choice], filler)
      const chunks = streamBranches(branch(request, call, parts), wrap)
      return wantsUsage ? withUsage(chunks, () => toChunk(envelope, [], call.notes.usage ?? toUsage({}))) : chunks
    },
  }
}

/** Chunks as they come, those of one network read together. */
interface Source extends AsyncIterator<readonly ChatCompletionChunk[], undefined>, AsyncIterable<readonly ChatCompletionChunk[]> {}

type Wrap = (choice: ChunkChoice) => ChatCompletionChunk

async function* withUsage(
  chunks: AsyncIterable<readonly ChatCompletionChunk[]>,
  usage: () => ChatCompletionChunk,
): AsyncGenerator<readonly ChatCompletionChunk[]> {
  yield* chunks
  yield [usage()]
}

/** One of the upstream calls that a request takes: Gemini gives a single choice for each. */
interface Branch {
  readonly request: ChatCompletionRequest
  readonly call: Call
  readonly parts: GeminiParts
  readonly index: number
  readonly onUsage: (usage: Usage) => void
  /** Ends the other branches. */
  readonly cancel: (reason: unknown) => void
}

/** Takes a request apart into the calls that its `n` asks for. They end together. */
function branch(request: ChatCompletionRequest, call: Call, parts: GeminiParts): Branch[] {
  const count = request.n ?? 1
  const counts: Usage[] = []
  const onUsageOf = (index: number) => (usage: Usage) => {
    counts[index] = usage
    call.notes.usage = count === 1 ? usage : sumUsage(counts.filter(Boolean))
  }
  if (count === 1) return [{ request, call, parts, index: 0, onUsage: onUsageOf(0), cancel: () => undefined }]
  const together = new AbortController()
  const signal = AbortSignal.any([call.signal, together.signal])
  return Array.from({ length: Math.min(count, 9) }, (_, index) => ({
    request,
    call: { ...call, signal },
    parts,
    index,
    onUsage: onUsageOf(index),
    cancel: (reason) => together.abort(reason),
  }))
}

/** Runs all branches; the first that fails ends the others. */
async function allOrNone(branches: readonly Branch[], run: (one: Branch) => Promise<Choice[]>): Promise<Choice[][]> {
  return Promise.all(
    branches.map((one) =>
      run(one).catch((error: unknown) => {
        one.cancel(error)
        throw error
      }),
    ),
  )
}

/** The chunks of all branches; those of a single one are handed on as they are. */
function streamBranches(branches: readonly Branch[], wrap: Wrap): AsyncIterable<readonly ChatCompletionChunk[]> {
  const [only] = branches
  return branches.length === 1 && only !== undefined ? streamedAgain(only, wrap) : mergedBranches(branches, wrap)
}

async function* mergedBranches(branches: readonly Branch[], wrap: Wrap): AsyncGenerator<readonly ChatCompletionChunk[]> {
  try {
    yield* merged(branches.map((one) => streamedAgain(one, wrap)))
  } finally {
    for (const { cancel } of branches) cancel(new Error('another choice of the same request has ended it'))
  }
}

/** Asks once more where the first answer was worth nothing. */
async function askedAgain<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof WorthlessAnswer)) throw error
    return ask()
  }
}

/** The same for a stream, as long as nothing of it has gone out. After its first item the stream is handed on as it is. */
function streamedAgain(one: Branch, wrap: Wrap): Source {
  let source = readStream(() => open(one), wrap)
  let next = async (): Promise<IteratorResult<readonly ChatCompletionChunk[], undefined>> => {
    next = () => source.next()
    try {
      return await source.next()
    } catch (error) {
      if (!(error instanceof WorthlessAnswer)) throw error
      source = readStream(() => open(one), wrap)
      return source.next()
    }
  }
  const again: Source = { next: () => next(), return: () => source.return(undefined), [Symbol.asyncIterator]: () => again }
  return again
}

async function completeBranch(one: Branch): Promise<Choice[]> {
  const { response, reading } = await open(one)
  return readChoices(response, reading)
}

/** Sends the request to the model that serves now, or to its replacement where Google has retired it. */
async function open(one: Branch): Promise<Opened> {
  const { call, parts, request } = one
  const served = parts.life.current(call.served)
  try {
    return await send(one, served)
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'model_not_found') throw error
    return send(one, parts.life.retire(served, request.model))
  }
}

async function send(one: Branch, served: string): Promise<Opened> {
  const { request, call, parts } = one
  const { signal, notes } = call
  noteModel(notes, served, request.model)
  const body = await toGeminiRequest(one, served)
  const response = await parts.client.post('/chat/completions', body, signal)
  const reading = toReading(one, served)
  // An answer that is none is read for what it says; this never returns.
  if (!isSuccess(response)) await readAnswer(response, reading.failure, signal)
  return { response, reading }
}

function noteModel(notes: Notes, answering: string, asked: string): void {
  if (answering === withoutPrefix(asked)) delete notes.servedModel
  else notes.servedModel = answering
}

async function toGeminiRequest({ request, call, parts }: Branch, served: string): Promise<object> {
  const ids = unsignedCallIds(request, served)
  const ignored = new Set<string>()
  const context: RequestContext = {
    asked: knownModel(withoutPrefix(request.model)),
    served,
    known: knownModel(served),
    thoughts: parts.thoughts,
    signatures: ids.length === 0 ? new Map() : await parts.signatures.get(call.caller, ids),
    ignore: (path) => ignored.add(path),
  }
  const body = applyAll(REQUEST_REPAIRS, request, context)
  if (ignored.size > 0) call.notes.ignoredParams = [...ignored]
  return { model: served, ...body }
}

function toReading({ request, call, parts, index, onUsage }: Branch, served: string): Reading {
  return {
    signal: call.signal,
    failure: { askedModel: request.model },
    style: {
      isLegacy: Boolean(request.functions?.length) && !request.tools?.length,
      mayBeEmpty: request.stop !== undefined && request.stop !== null,
      keepSignature: (callId, signature) => parts.signatures.put(call.caller, callId, signature),
    },
    firstIndex: index,
    maxEventBytes: parts.maxEventBytes,
    onUsage: (usage) => onUsage(toUsage(usage)),
    onModel: (model) => {
      // Google reroutes retired models by itself, and says so here alone.
      if (withoutPrefix(model) !== served) noteModel(call.notes, withoutPrefix(model), request.model)
    },
  }
}
