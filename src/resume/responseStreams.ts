import { apiError, isErrorName } from '../contract/errors.js'
import type { KeptForm } from '../contract/eventFormat.js'
import type { ModelResponse, ResponseStreamEvent } from '../contract/types.js'
import { type Answer, toFailure } from '../responses/answer/answer.js'
import type { Head } from '../responses/answer/response.js'
import { dataOf } from '../sse/encode.js'
import { makeResponseForm, toNamedEvent } from '../sse/responsesFormat.js'
import type { StreamStyle } from './reader.js'
import type { StoredStream } from './resumeStore.js'

/** Kept streams of the Responses API. */
export const RESPONSE_STYLE: StreamStyle = {
  isStreamId: (id) => /^resp_[0-9a-f]{32}$/.test(id),
  firstNumber: 0,
  notFound: (why) => apiError('response_not_found', why),
  failureIn: (text) => {
    const event = eventsIn(text).at(-1)
    const error = event?.type === 'response.failed' && 'response' in event ? event.response.error : null
    if (error === null || error === undefined) return undefined
    const name = error.reason ?? error.code
    return apiError(isErrorName(name) ? name : 'upstream_error', error.message)
  },
  toReadingEnd: ({ code, message, param }, last) => {
    const number = Number(/:(\d+)\n\n$/.exec(last)?.[1] ?? -1)
    return toNamedEvent({ type: 'error', sequence_number: number + 1, code, message, param })
  },
}

// Written by us, in the form of the contract.
const eventsIn = (text: string): ResponseStreamEvent[] => dataOf(text).map((data) => JSON.parse(data) as ResponseStreamEvent)

/** The form of an answer's events, and of its failure: the answer as far as it has come. */
export const formOf = (answer: Answer, head: Head): KeptForm =>
  makeResponseForm((failure) => {
    if (answer.response().id === '') answer.begin(head)
    answer.fail(failure)
    return answer.take()
  })

/** The response that a kept stream tells of: as it has ended, or as it has begun; failed where its producer has gone. */
export async function responseOf(stream: StoredStream, signal: AbortSignal): Promise<ModelResponse | undefined> {
  let found: ModelResponse | undefined
  const isInterrupted = stream.end()?.ending === 'interrupted'
  for await (const text of stream.read(0, signal)) {
    for (const event of eventsIn(text)) if ('response' in event) found = event.response
    if (isInterrupted || stream.end() === undefined) break
  }
  return isInterrupted && found !== undefined ? { ...found, status: 'failed', error: toFailure(apiError('stream_interrupted')) } : found
}
