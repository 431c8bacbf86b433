import { apiError } from '../../contract/errors.js'
import { parseGeminiError, toGeminiError } from '../failures/geminiError.js'
import { type FailureContext, toApiError, toApiErrorFromStatus, translateFailure } from '../failures/rules.js'
import { makePieces } from '../wire/pieces.js'
import type { UpstreamResponse } from '../wire/transport.js'

/**
 * Reads an answer in one piece.
 *
 * @returns the JSON object that Gemini sent
 * @throws an ApiError where Gemini refused, in whichever form, or sent something else; the signal's reason where it aborted
 */
export async function readAnswer(response: UpstreamResponse, context: FailureContext, signal: AbortSignal): Promise<object> {
  const text = await readText(response, signal)
  if (!isSuccess(response)) {
    const error = parseGeminiError(text)
    throw error === undefined ? toApiErrorFromStatus(response.status, context) : toApiError({ ...error, code: response.status }, context)
  }
  const answer = parse(text)
  const error = toGeminiError(answer)
  if (error !== undefined) throw toApiError(error, context)
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) throw notAnAnswer()
  return answer
}

/** True for an answer with a status of success. */
export const isSuccess = ({ status }: UpstreamResponse): boolean => status >= 200 && status <= 299

// More than any answer of Gemini's: its longest text, or a hundred long vectors, take a tenth of it.
const LONGEST_ANSWER_BYTES = 33_554_432

/**
 * Reads the whole text of an answer.
 *
 * @throws an ApiError where it breaks off or is longer than can be, or the signal's reason
 */
export async function readText({ body }: UpstreamResponse, signal: AbortSignal): Promise<string> {
  const pieces = makePieces(body)
  const read: Uint8Array[] = []
  let length = 0
  try {
    for (let piece = await pieces.next(); piece !== undefined; piece = await pieces.next()) {
      length += piece.length
      if (length > LONGEST_ANSWER_BYTES)
        throw apiError('upstream_error', 'The response of Gemini is too large. Request a shorter answer.', { isRetryable: false })
      read.push(piece)
    }
    return Buffer.concat(read).toString()
  } catch (error) {
    body.destroy()
    throw translateFailure(error, signal)
  } finally {
    pieces.release()
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw notAnAnswer(cause)
  }
}

const notAnAnswer = (cause?: unknown) => apiError('upstream_error', 'Gemini sent an invalid response. Retry the request.', { cause })
