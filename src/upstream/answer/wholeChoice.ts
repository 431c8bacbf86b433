import type { ChatChoice, Logprobs } from '../../contract/types.js'
import { type ChoiceOptions, toChoice } from './choice.js'
import { type ChoiceConverter, joinLogprobs } from './choiceStream.js'
import { joinDeltas } from './joinDeltas.js'
import type { RawMessage } from './repairs/context.js'
import { hasCode } from './repairs/extraContent.js'
import type { AnswerTokens } from './usage.js'

/** Makes a converter that joins all events of a choice, for a client that requested no stream. */
export function makeWholeChoiceConverter(index: number, options: ChoiceOptions): ChoiceConverter<ChatChoice> {
  const deltas: RawMessage[] = []
  let finishReason: string | undefined
  let tokens: AnswerTokens | undefined
  const logprobs: Logprobs[] = []
  return {
    add: (raw) => {
      if (raw.delta !== undefined) deltas.push(raw.delta)
      finishReason = raw.finish_reason || finishReason
      tokens = raw.tokens ?? tokens
      if (raw.logprobs) logprobs.push(raw.logprobs)
    },
    isAtLimit: () => false,
    // False with images or executed code, whose tokens do not count: the text may be short enough.
    willBeCut: () =>
      (tokens?.total ?? 0) > (options.tokenLimit ?? Number.POSITIVE_INFINITY) &&
      deltas.some(({ content }) => content) &&
      !deltas.some(({ tool_calls: calls, images, extra_content: extra }) => calls || images || hasCode(extra)),
    end: (out) => {
      const message = joinDeltas(deltas)
      out.push(toChoice({ message, finish_reason: finishReason ?? null, tokens, logprobs: joinLogprobs(logprobs) ?? null }, index, options))
    },
  }
}
