import { replace } from '../../../contract/copyOnWrite.js'
import type { AnswerRepair } from './context.js'

// `CONTINUATION` with or without a prefix, which other reasons of the compatible API have: its
// spelling there is undocumented.
const CONTINUATION = /^(?:[a-z_]+: ?|finish_reason_)?continuation$/i

/** Converts the finish reason `CONTINUATION`, of an unfinished answer, to `length`. */
export const continuationRepair: AnswerRepair = {
  name: 'continuation',
  reason: 'Gemini 4 ends an answer that is longer than one request allows with `CONTINUATION`, which OpenAI calls `length`.',
  apply: (part) => (part.finishReason && CONTINUATION.test(part.finishReason) ? replace(part, 'finishReason', 'length') : part),
}
