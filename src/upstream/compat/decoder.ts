import { DONE } from '../../sse/chatFormat.js'
import type { AnswerDecoder } from '../answer/rawAnswer.js'
import { mergeUsage } from '../answer/usage.js'
import { checkAnswer } from './checkAnswer.js'

/** Reads the answers of Google's OpenAI-compatible API, which are OpenAI's but for the repairs. */
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
