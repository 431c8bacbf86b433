import { type ApiError, apiError } from '../../contract/errors.js'
import { toGeminiError } from '../failures/geminiError.js'
import { type FailureContext, toApiError } from '../failures/rules.js'

/** Parses the data of an event. @throws ApiError for an error event, 502 for invalid JSON */
export function parseEvent(data: string, context: FailureContext): unknown {
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch (cause) {
    throw invalidEvent(cause)
  }
  const error = toGeminiError(parsed)
  if (error !== undefined) throw toApiError(error, context)
  return parsed
}

/** Makes the 502 error for a stream event that is not valid JSON. */
export const invalidEvent = (cause?: unknown): ApiError =>
  apiError('upstream_error', 'Gemini sent an invalid stream event. Retry the request.', { cause })
