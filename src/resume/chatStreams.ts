import { type ApiError, apiError, isErrorName, toErrorResponse } from '../contract/errors.js'
import type { OperationContext } from '../contract/operation.js'
import type { ChatCompletion, ErrorResponse } from '../contract/types.js'
import { dataOf, toEvent } from '../sse/encode.js'
import type { StreamStyle } from './reader.js'
import type { Resume } from './resume.js'
import { toWhole } from './wholeChat.js'

/** Kept streams of the chat. */
export const CHAT_STYLE: StreamStyle = {
  isStreamId: (id) => /^chatcmpl-[0-9a-f]{32}$/.test(id),
  firstNumber: 1,
  notFound: (why) => apiError('stream_not_found', why),
  failureIn,
  toReadingEnd: (failure) => toEvent(toErrorResponse(failure)),
}

function failureIn(text: string): ApiError | undefined {
  const data = dataOf(text).at(-1)
  if (!data?.startsWith('{"error":')) return undefined
  // Written by us, in the form of the contract.
  const { error } = JSON.parse(data) as ErrorResponse
  return apiError(isErrorName(error.code) ? error.code : 'upstream_error', error.message)
}

/** Puts a finished answer together. @throws 404 `stream_not_found`, also while it is not finished */
export async function wholeChat(resume: Resume, streamId: string, context: OperationContext): Promise<ChatCompletion> {
  const stream = await resume.find(streamId, context)
  const end = stream.end()
  if (end?.ending !== 'whole')
    throw apiError('stream_not_found', 'This completion is not finished yet. Read it as a stream with `?stream=true`.')
  context.requestLog.resumed = true
  return toWhole(stream.read(0, context.signal), end.summary)
}
