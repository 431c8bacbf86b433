import { withoutByteOrderMark } from '../../contract/byteOrderMark.js'
import type { CancelSignal } from '../../contract/cancelSignal.js'
import { type ApiError, apiError } from '../../contract/errors.js'
import { isRecord } from '../../contract/isRecord.js'
import { type GeminiError, parseGeminiError, toGeminiError } from '../failures/geminiError.js'
import { type FailureContext, toApiError, toApiErrorFromStatus, translateFailure } from '../failures/rules.js'
import type { UpstreamResponse } from '../wire/upstreamCall.js'
import type { MediaFilter } from './mediaFilter.js'

/**
 * Reads the JSON object of a response that is not a stream.
 *
 * @param filter - detaches long base64 strings; undefined to leave them in the JSON
 * @throws an ApiError if Gemini sent an error or anything but a JSON object, or the signal's reason
 */
export async function readAnswer(
  response: UpstreamResponse,
  context: FailureContext,
  signal: CancelSignal,
  filter?: MediaFilter,
): Promise<object> {
  const text = (await readBodyBytes(response, signal, filter)).toString()
  if (!hasSuccessStatus(response)) throw toResponseFailure(response, parseGeminiError(text), context)
  const parsed = parseBody(text)
  const answer = filter === undefined ? parsed : filter.restoreMedia(parsed, text)
  const error = toGeminiError(answer)
  if (error !== undefined) throw toApiError(error, context)
  if (!isRecord(answer)) throw invalidResponse()
  return answer
}

/**
 * Converts a response of Gemini that is not 2xx to an error.
 *
 * @param error - the error in the body; if undefined, the status is converted
 */
export function toResponseFailure(
  { status, retryAfterSeconds: headerSeconds }: Pick<UpstreamResponse, 'status' | 'retryAfterSeconds'>,
  error: GeminiError | undefined,
  context: FailureContext,
): ApiError {
  return error === undefined
    ? toApiErrorFromStatus(status, context, headerSeconds)
    : toApiError({ ...error, code: status, headerSeconds }, context)
}

/** True for a response with status 2xx. */
export const hasSuccessStatus = ({ status }: UpstreamResponse): boolean => status >= 200 && status <= 299

// Maximum body size without detached media: Gemini's longest speech, 11 minutes, has 42 MB.
const LARGEST_RESPONSE_BYTES = 50_331_648

/** Reads the whole body of a response as text. @throws as {@link readBodyBytes} */
export const readBodyText = async (response: UpstreamResponse, signal: CancelSignal): Promise<string> =>
  (await readBodyBytes(response, signal)).toString()

/**
 * Reads the whole body of a response, and removes its byte order mark, if any.
 *
 * @param filter - detaches long base64 strings; undefined to leave them in the body
 * @throws an ApiError if the connection breaks or the body is too large, or the signal's reason
 */
export async function readBodyBytes(
  response: UpstreamResponse,
  signal: CancelSignal,
  filter?: Pick<MediaFilter, 'push' | 'discard'>,
): Promise<Buffer> {
  const read: Uint8Array[] = []
  let length = 0
  try {
    for (let piece = await response.next(); piece !== undefined; piece = await response.next()) {
      const bytes = filter === undefined ? piece : filter.push(piece)
      length += bytes.length
      if (length > LARGEST_RESPONSE_BYTES)
        throw apiError('upstream_error', 'The response of Gemini is too large. Request a shorter answer.', { isRetryable: false })
      read.push(bytes)
    }
    return withoutByteOrderMark(Buffer.concat(read))
  } catch (error) {
    response.destroy()
    filter?.discard()
    throw translateFailure(error, signal)
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalidResponse(cause)
  }
}

const invalidResponse = (cause?: unknown) => apiError('upstream_error', 'Gemini sent an invalid response. Retry the request.', { cause })
