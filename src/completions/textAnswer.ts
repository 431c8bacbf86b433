import type { ChatCompletion, ChatCompletionChunk, Completion, FinishReason, Logprobs } from '../contract/types.js'
import type { ParsedCompletionRequest } from './parseRequest.js'

type CompletionChoice = Completion['choices'][number]

/** A choice of a chat completion or chunk, reduced to the fields that text completions have. */
interface ChoicePart {
  readonly index: number
  readonly text: string
  readonly logprobs: Logprobs | null | undefined
  readonly finish_reason: FinishReason | null
}

/** Maps a chat's `finish_reason` to that of a text completion; all others become `stop`. */
const TEXT_FINISH_REASONS: Readonly<Partial<Record<FinishReason, CompletionChoice['finish_reason']>>> = {
  length: 'length',
  content_filter: 'content_filter',
}

/** Converts chat completions and chat chunks to the format of the legacy Completions API. */
export class TextCompletionBuilder {
  /**
   * Offset at which the next token begins in a choice's text, in code points, by choice index.
   * It sums lengths of tokens, not of text, as log probabilities may arrive after their text.
   */
  readonly #offsets = new Map<number, number>()

  constructor(private readonly request: Pick<ParsedCompletionRequest, 'echoedPrompts'>) {}

  /** Converts a chat completion to a text completion. */
  toWhole({ choices, ...completion }: ChatCompletion): Completion {
    const parts = choices.map(({ message, ...choice }) => ({ ...choice, text: message.content ?? '' }))
    return toCompletion(
      completion,
      parts.map((part) => this.#toChoice(part)),
    )
  }

  /** Converts chat chunks to text completions; drops empty chunks. @throws errors of `chunks` */
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
      text: from === undefined ? (this.request.echoedPrompts[index] ?? '') + text : text,
      index,
      logprobs: toTextLogprobs(logprobs, from ?? 0),
      finish_reason: finish === null ? null : (TEXT_FINISH_REASONS[finish] ?? 'stop'),
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

/** Converts log probabilities to the legacy format. @param from - offset of the first token */
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
