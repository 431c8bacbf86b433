import { DONE } from '../../sse/chatFormat.js'
import type { AnswerDecoder } from '../answer/rawAnswer.js'
import { mergeUsage } from '../answer/usage.js'
import { checkAnswer } from './checkAnswer.js'

/** Checks answers of Google's OpenAI-compatible API, which need repairs, but no conversion. */
export const COMPAT_DECODER: AnswerDecoder = {
  endMarker: DONE,
  media: undefined,
  decode: checkAnswer,
  decodeEvent: checkAnswer,
  decodeEnd: () => ({}),
  beginContinuation: () => undefined,
  mergeUsage,
  replayParts: () => undefined,
}
