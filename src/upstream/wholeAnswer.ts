import { upstreamError } from '../errors.js'
import { type FailureContext, toApiError, toApiErrorFromStatus, translateFailure } from './failures.js'
import { parseGeminiError, toGeminiError } from './geminiError.js'
import type { UpstreamResponse } from './transport.js'

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

async function readText(response: UpstreamResponse, signal: AbortSignal): Promise<string> {
  try {
    return await response.body.text()
  } catch (error) {
    throw translateFailure(error, signal)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw notAnAnswer(cause)
  }
}

const notAnAnswer = (cause?: unknown) => upstreamError('Gemini sent something that is not an answer.', { cause })
