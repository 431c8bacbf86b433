import { replaceMember } from '../../../contract/copyOnWrite.js'
import type { AnswerRepair } from './context.js'

// Matches `CONTINUATION` with or without a prefix: its spelling in the OpenAI-compatible API is
// undocumented, and other finish reasons of that API have prefixes.
const CONTINUATION = /^(?:[a-z_]+: ?|finish_reason_)?continuation$/i

/** Converts the finish reason `CONTINUATION`, of an unfinished answer, to `length`. */
export const continuationRepair: AnswerRepair = {
  name: 'continuation',
  reason:
    'Gemini 4 ends an answer that is longer than one request allows with the finish reason `CONTINUATION`, which OpenAI calls `length`.',
  apply: (part) => (part.finishReason && CONTINUATION.test(part.finishReason) ? replaceMember(part, 'finishReason', 'length') : part),
}
