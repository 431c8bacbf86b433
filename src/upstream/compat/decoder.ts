import { DONE } from '../../sse/chatFormat.js'
import type { AnswerDecoder } from '../answer/rawAnswer.js'
import { mergeUsage } from '../answer/usage.js'
import { toRawAnswer } from './toRawAnswer.js'

/** Checks answers of Google's OpenAI-compatible API, which need repairs, but no conversion. */
export const COMPAT_DECODER: AnswerDecoder = {
  endMarker: DONE,
  media: undefined,
  decode: toRawAnswer,
  decodeEvent: toRawAnswer,
  decodeEnd: () => ({}),
  beginContinuation: () => undefined,
  mergeUsage,
  replayParts: () => undefined,
}
