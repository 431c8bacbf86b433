import { replace } from '../../../contract/copyOnWrite.js'
import type { AnswerRepair } from './context.js'

/** Converts the finish reason of an answer that Gemini could continue in another request. */
export const continuationRepair: AnswerRepair = {
  name: 'continuation',
  reason: 'Gemini 4 ends an answer that is longer than one request allows with `CONTINUATION`, which OpenAI calls `length`.',
  apply: (part) => (part.finishReason && /continuation/i.test(part.finishReason) ? replace(part, 'finishReason', 'length') : part),
}
