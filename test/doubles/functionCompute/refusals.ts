import type { IncomingMessage, ServerResponse } from 'node:http'
import { sizeOf } from './headers.js'
import type { FunctionSpec } from './manifest.js'

/** An error in the platform's own format, which is not OpenAI's. */
export interface Refusal {
  readonly status: number
  readonly errorCode: string
  readonly errorMessage: string
}

const HEADER_BYTES = 8 * 1024
const PATH_BYTES = 4 * 1024
/** The maximum size of the request body of a synchronous invocation, in bytes. */
export const BODY_BYTES = 32 * 1024 * 1024
/** The maximum size of the headers of a response, in bytes. */
export const ANSWER_HEADER_BYTES = 8 * 1024

export const BODY_TOO_LARGE: Refusal = {
  status: 400,
  errorCode: 'EntityTooLarge',
  errorMessage: 'The payload size exceeds 33554432 bytes.',
}
export const NO_INSTANCE: Refusal = {
  status: 429,
  errorCode: 'ResourceExhausted',
  errorMessage: 'The maximum number of instances has been reached.',
}
export const BAD_RESPONSE: Refusal = { status: 502, errorCode: 'BadResponse', errorMessage: 'The response of the function is not valid.' }
export const PROCESS_EXITED: Refusal = {
  status: 502,
  errorCode: 'FunctionUnhandledError',
  errorMessage: 'Process exited unexpectedly before completing request.',
}
export const NOT_STARTED: Refusal = { status: 412, errorCode: 'FunctionNotStarted', errorMessage: 'The function could not be started.' }
export const TIMED_OUT: Refusal = { status: 504, errorCode: 'FunctionTimeout', errorMessage: 'The function has timed out.' }

/**
 * Returns the platform's error for a request that must not reach an instance; undefined for others.
 */
export function refusalOf({ rawHeaders, url = '/', method = '', headers }: IncomingMessage, spec: FunctionSpec): Refusal | undefined {
  const invalid = (errorMessage: string): Refusal => ({ status: 400, errorCode: 'InvalidArgument', errorMessage })
  if (!spec.methods.includes(method))
    return { status: 405, errorCode: 'MethodNotAllowed', errorMessage: 'The method is not allowed by the trigger.' }
  if (Buffer.byteLength(url, 'latin1') > PATH_BYTES) return invalid('The path is longer than 4096 bytes.')
  if (sizeOf(rawHeaders) > HEADER_BYTES) return invalid('The headers are larger than 8192 bytes.')
  if (Number(headers['content-length'] ?? 0) > BODY_BYTES) return BODY_TOO_LARGE
  return undefined
}

/** Sends the refusal as the platform does, unless a response has already started. */
export function refuse(response: ServerResponse, { status, errorCode, errorMessage }: Refusal, requestId: string): void {
  if (response.headersSent) return
  const body = JSON.stringify({ errorCode, errorMessage, requestId })
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-fc-request-id': requestId,
    'x-fc-error-type': errorCode,
    // Close the connection: the unread rest of the body would be parsed as the next request.
    connection: 'close',
  })
  response.end(body)
}
