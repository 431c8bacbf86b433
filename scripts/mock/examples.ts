import { setTimeout as pause } from 'node:timers/promises'
import { toAbortSignal } from '../../src/contract/cancelSignal.js'
import { type ApiError, apiError, isErrorName } from '../../src/contract/errors.js'
import type { OperationContext } from '../../src/contract/operation.js'
import { RawJson } from '../../src/contract/rawJson.js'
import type { AnthropicErrorResponse, ErrorResponse, GoogleErrorResponse } from '../../src/contract/types.js'
import type { DispatchResult } from '../../src/http/dispatch/dispatcher.js'

/** The parts of a request by which Prism chooses an example; `prefer` is '' without the header. */
export type ExampleRequest = Readonly<Record<'method' | 'url' | 'prefer', string>>

/** An error body in the format of OpenAI, Anthropic or Google. */
type FailureBody = ErrorResponse | AnthropicErrorResponse | GoogleErrorResponse

/** The request parameters of all operations that determine which example is returned. */
interface Call {
  readonly body:
    | {
        stream?: unknown
        stream_options?: { include_usage?: boolean } | null
        encoding_format?: unknown
        response_format?: unknown
        stream_format?: unknown
      }
    | undefined
  readonly query: { readonly stream?: unknown; readonly alt?: unknown }
}

/**
 * Makes a handler that returns examples of the contract, for any operation.
 *
 * @param prismOrigin - origin of Prism
 * @param getRequest - returns the HTTP request of the running call
 * @param preferences - the valid values of `Prefer` for this operation
 * @returns a handler that throws an {@link ApiError} for an error example or an unknown `Prefer`
 */
export function makeExampleHandler(
  prismOrigin: string,
  eventIntervalMs: number,
  getRequest: () => ExampleRequest,
  preferences: readonly string[],
) {
  return async ({ body: sent, query }: Call, { lastEventId, signal }: OperationContext): Promise<DispatchResult> => {
    const body = sent ?? {}
    const { method, url, prefer } = getRequest()
    const format = typeof body.response_format === 'string' ? body.response_format : ''
    const isStream =
      body.stream === true || body.stream_format === 'sse' || query.stream === 'true' || query.alt === 'sse' || lastEventId !== undefined
    // `example=error` is a stream that fails halfway; other responses fail with a 504 instead.
    const scenario = isStream ? prefer : prefer.replace(/\bexample=error\b/, 'code=504')
    const preference =
      scenario || (body.encoding_format === 'base64' ? 'example=base64' : FORMAT_EXAMPLES.has(format) ? `example=${format}` : '')
    const response = await fetch(`${prismOrigin}${url}`, {
      method,
      redirect: 'manual',
      signal: toAbortSignal(signal),
      headers: {
        authorization: 'Bearer mock',
        accept: isStream ? 'text/event-stream, */*;q=0.1' : (FORMAT_TYPES[format] ?? '*/*'),
        ...(isForm(sent) ? { 'content-type': 'multipart/form-data; boundary=form' } : {}),
        // No content type is sent without a body: Prism would refuse the request.
        ...(sent === undefined || isForm(sent) ? {} : { 'content-type': 'application/json' }),
        ...(preference === '' ? {} : { prefer: preference }),
      },
      ...(sent === undefined ? {} : { body: toPrismBody(sent) }),
    })
    const contentType = response.headers.get('content-type') ?? ''
    const text = await response.text()
    if (contentType.startsWith('application/problem+json')) {
      throw apiError('invalid_value', `This operation has no example for \`Prefer: ${preference}\`. It has: ${preferences.join('; ')}.`)
    }
    if (response.status >= 400) throw toError(response.headers, JSON.parse(text) as FailureBody)
    if (contentType.startsWith('text/event-stream')) {
      const hasUsage = body.stream_options?.include_usage === true
      const events = (text.match(/[\s\S]+?\n\n/g) ?? []).filter((event) => hasUsage || !event.includes('"choices":[],'))
      // Examples of streams are SSE text with the end marker, so events are sent unchanged.
      return { batches: oneByOne(events, eventIntervalMs, toAbortSignal(signal)), frame: String, end: (failure) => ({ text: '', failure }) }
    }
    // The contract contains examples of audio as base64: send the bytes.
    if (contentType.startsWith('audio/')) {
      const type = contentType.startsWith('audio/pcm') ? 'audio/pcm;rate=24000' : contentType
      return { relayed: { status: 200, contentType: type, bytes: Buffer.from(text, 'base64') } }
    }
    const location = response.headers.get('location')
    if (location !== null) return { redirect: location }
    const etag = response.headers.get('etag')
    if (etag !== null) return { file: { bytes: Buffer.from(text), contentType, etag } }
    return contentType.startsWith('application/json') ? { json: JSON.parse(text) } : { text, contentType }
  }
}

/** Values of `response_format` for which transcriptions have separate examples. */
const FORMAT_EXAMPLES: ReadonlySet<string> = new Set(['text', 'srt', 'vtt', 'verbose_json', 'diarized_json'])
const PLAIN_TEXT = 'text/plain, */*;q=0.1'
const FORMAT_TYPES: Readonly<Record<string, string>> = { pcm: 'audio/pcm, */*;q=0.1', text: PLAIN_TEXT, srt: PLAIN_TEXT, vtt: PLAIN_TEXT }

/** True for the fields of a form that contains a file. */
const isForm = (body: object | undefined): body is object =>
  Object.values(body ?? {})
    .flat()
    .some((each) => each?.bytes instanceof Uint8Array)

/** Makes the request body for Prism. A form gets text for its files: Prism reads only text. */
function toPrismBody(body: object): NonNullable<RequestInit['body']> {
  if (body instanceof RawJson) return body.bytes
  if (!isForm(body)) return JSON.stringify(body)
  const parts = Object.entries(body).map(
    ([name, value]) => `--form\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${typeof value === 'object' ? 'file' : value}\r\n`,
  )
  return `${parts.join('')}--form--\r\n`
}

async function* oneByOne(events: readonly string[], intervalMs: number, signal: AbortSignal): AsyncGenerator<string> {
  for (const event of events) {
    yield event
    await pause(intervalMs, undefined, { signal })
  }
}

/** Makes the error that an example's body shows; `apiError` adds status, type and headers. */
function toError(headers: Headers, body: FailureBody): ApiError {
  const [allow, retryAfter] = [headers.get('allow'), headers.get('retry-after')]
  const { name, param } = namesOf(body)
  return apiError(isErrorName(name) ? name : 'missing_api_key', body.error.message, {
    param: param ?? null,
    ...(retryAfter === null ? {} : { retryAfterSeconds: Number(retryAfter) }),
    ...(allow === null ? {} : { headers: { allow } }),
  })
}

/** Reads the proxy's error code and the parameter from an error body of any format. */
function namesOf(body: FailureBody): { name: string | null; param?: string | null | undefined } {
  if ('type' in body) return { name: body.error.details?.error_code ?? null, param: body.error.details?.param }
  const { error } = body
  return 'type' in error ? { name: error.code, param: error.param } : { name: reasonOf(error) }
}

/** Reads the error code of Google's format; `invalid_request` for a 400 without a reason. */
function reasonOf({ code, details = [] }: GoogleErrorResponse['error']): string | null {
  const reasons = details.flatMap((detail) => ('reason' in detail ? String(detail.reason).toLowerCase() : []))
  return reasons[0] ?? (code === 400 ? 'invalid_request' : null)
}
