import { replace } from '../../../contract/copyOnWrite.js'
import type { AnswerRepair } from './context.js'

// Google has not documented its spelling in the compatible API, whose other reasons have prefixes.
const CONTINUATION = /^(?:[a-z_]+: ?|finish_reason_)?continuation$/i

/** Converts the finish reason of an answer that Gemini could continue in another request. */
export const continuationRepair: AnswerRepair = {
  name: 'continuation',
  reason: 'Gemini 4 ends an answer that is longer than one request allows with `CONTINUATION`, which OpenAI calls `length`.',
  apply: (part) => (part.finishReason && CONTINUATION.test(part.finishReason) ? replace(part, 'finishReason', 'length') : part),
}
