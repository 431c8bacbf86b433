import { replace } from '../../../contract/copyOnWrite.js'
import type { AnswerRepair } from './context.js'

// Its spelling in the OpenAI-compatible API is undocumented; other reasons there have prefixes.
const CONTINUATION = /^(?:[a-z_]+: ?|finish_reason_)?continuation$/i

/** Converts the finish reason of an answer that another request could continue. */
export const continuationRepair: AnswerRepair = {
  name: 'continuation',
  reason: 'Gemini 4 ends an answer that is longer than one request allows with `CONTINUATION`, which OpenAI calls `length`.',
  apply: (part) => (part.finishReason && CONTINUATION.test(part.finishReason) ? replace(part, 'finishReason', 'length') : part),
}
