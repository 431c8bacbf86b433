import { toErrorResponse } from '../contract/errors.js'
import type { EventFormat } from '../contract/eventFormat.js'
import type { ChatCompletionChunk } from '../contract/types.js'
import { toEvent } from './encode.js'

/** The data of the last event of a whole chat completion. */
export const DONE = '[DONE]'

/** The events of chat completions: chunks, then `[DONE]` or an error. */
export const CHAT_FORMAT: EventFormat<ChatCompletionChunk> = {
  streamId: /^chatcmpl-[0-9a-f]{32}$/,
  firstNumber: 1,
  streamIdOf: ({ id }) => id,
  isLast: () => false,
  frame: toEvent,
  end: (failure) => [failure === undefined ? DONE : JSON.stringify(toErrorResponse(failure))],
}
