import type { ChatCompletion, ChatCompletionChunk, Completion, FinishReason, Logprobs } from '../contract/types.js'
import type { ParsedCompletionRequest } from './parseRequest.js'

type CompletionChoice = Completion['choices'][number]

/** A choice of a chat, or the delta of one, reduced to the members that text completions have. */
interface ChoicePart {
  readonly index: number
  readonly text: string
  readonly logprobs: Logprobs | null | undefined
  readonly finish_reason: FinishReason | null
}

/** The `finish_reason` of a text completion, by that of the chat; `stop` for any other. */
const TEXT_REASONS: Readonly<Partial<Record<FinishReason, CompletionChoice['finish_reason']>>> = {
  length: 'length',
  content_filter: 'content_filter',
}

/** Converts the answers to a request's chats to text completions, whole or chunk by chunk. */
export class TextAnswer {
  /**
   * Where the next token begins in the text of each choice that has begun, by index, in code
   * points. Not the length of the text: its log probabilities may come later.
   */
  readonly #offsets = new Map<number, number>()

  constructor(private readonly request: Pick<ParsedCompletionRequest, 'beginnings'>) {}

  /** Converts a chat completion to a text completion. */
  toWhole({ choices, ...completion }: ChatCompletion): Completion {
    const parts = choices.map(({ message, ...choice }) => ({ ...choice, text: message.content ?? '' }))
    return toCompletion(
      completion,
      parts.map((part) => this.#toChoice(part)),
    )
  }

  /**
   * Converts chat chunks to those of text completions; leaves out those that add nothing. @throws
   * what `chunks` throws
   */
  async *toChunks(chunks: AsyncIterable<readonly ChatCompletionChunk[]>): AsyncGenerator<readonly Completion[]> {
    for await (const batch of chunks) {
      const events = batch.flatMap((chunk) => this.#toChunk(chunk))
      if (events.length > 0) yield events
    }
  }

  #toChunk({ choices, ...chunk }: ChatCompletionChunk): Completion[] {
    const parts = choices.map(({ delta, ...choice }) => this.#toChoice({ ...choice, logprobs: choice.logprobs, text: delta.content ?? '' }))
    const added = parts.filter(({ text, finish_reason: finish, logprobs }) => text !== '' || finish !== null || logprobs !== null)
    return choices.length > 0 && added.length === 0 ? [] : [toCompletion(chunk, added)]
  }

  #toChoice({ index, text, logprobs, finish_reason: finish }: ChoicePart): CompletionChoice {
    const from = this.#offsets.get(index)
    const tokens = logprobs?.content ?? []
    this.#offsets.set(index, (from ?? 0) + countCodePoints(tokens.map(({ token }) => token).join('')))
    return {
      text: from === undefined ? (this.request.beginnings[index] ?? '') + text : text,
      index,
      logprobs: toTextLogprobs(logprobs, from ?? 0),
      finish_reason: finish === null ? null : (TEXT_REASONS[finish] ?? 'stop'),
    }
  }
}

const countCodePoints = (text: string): number => [...text].length

type CompletionHead = Omit<ChatCompletion | ChatCompletionChunk, 'choices' | 'object'>

const toCompletion = ({ id, created, model, usage }: CompletionHead, choices: CompletionChoice[]): Completion => ({
  id: id.replace(/^chatcmpl-/, 'cmpl-'),
  object: 'text_completion',
  created,
  model,
  choices,
  ...(usage === undefined ? {} : { usage }),
})

/** Converts log probabilities. @param from - code points of the text before the first token */
function toTextLogprobs(logprobs: Logprobs | null | undefined, from: number): CompletionChoice['logprobs'] {
  const tokens = logprobs?.content
  if (!tokens) return null
  let offset = from
  const offsets = tokens.map(({ token }) => {
    const start = offset
    offset += countCodePoints(token)
    return start
  })
  const hasTop = tokens.some(({ top_logprobs: top }) => top.length > 0)
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    ...(hasTop
      ? { top_logprobs: tokens.map(({ top_logprobs: top }) => Object.fromEntries(top.map(({ token, logprob }) => [token, logprob]))) }
      : {}),
    text_offset: offsets,
  }
}
