import { setTimeout as pause } from 'node:timers/promises'
import { ApiError, invalidRequest } from '../../src/contract/errors.js'
import type { OperationContext } from '../../src/contract/operation.js'
import type { ErrorResponse } from '../../src/contract/types.js'
import type { DispatchResult } from '../../src/http/dispatch/dispatcher.js'

/** What Prism chooses an example by. */
export interface ExampleRequest {
  readonly method: string
  readonly url: string
  /** The header `Prefer`; empty where there is none. */
  readonly prefer: string
}

/** What {@link makeExamples} needs. */
export interface ExampleParts {
  /** Origin of Prism. */
  readonly prism: string
  /** Pause between two events of a stream, in milliseconds. */
  readonly eventIntervalMs: number
  /** The request that the running call of the operation belongs to. */
  readonly request: () => ExampleRequest
}

interface Body {
  readonly stream?: unknown
  readonly stream_options?: { readonly include_usage?: boolean } | null
  readonly encoding_format?: unknown
}

// The examples of streams are text in the form in which they are sent, end included.
const AS_WRITTEN = { toText: (events: readonly unknown[]): string => events.join(''), toEnd: (): string => '' }
const FINAL = ['insufficient_quota', 'upstream_auth_error', 'upstream_region_unsupported']

/**
 * Makes the operation that answers with an example of the contract, whichever operation is called.
 *
 * @returns a function that throws an {@link ApiError} where the example is an error, or where the header `Prefer` names none
 */
export function makeExamples({ prism, eventIntervalMs, request }: ExampleParts) {
  return async (
    { body = {}, query }: { readonly body: Body | undefined; readonly query: { readonly stream?: unknown } },
    { lastEventId, signal }: OperationContext,
  ): Promise<DispatchResult> => {
    const { method, url, prefer } = request()
    const isStream = body.stream === true || query.stream === 'true' || lastEventId !== undefined
    // A response in one piece cannot fail halfway.
    const preference = (isStream ? prefer : prefer.replace(/\bexample=error\b/, 'code=504')) || vectorsOf(body)
    const response = await fetch(`${prism}${url}`, {
      method,
      signal,
      headers: {
        authorization: 'Bearer mock',
        accept: isStream ? 'text/event-stream, */*;q=0.1' : '*/*',
        ...(preference === '' ? {} : { prefer: preference }),
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      },
      ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
    })
    const contentType = response.headers.get('content-type') ?? ''
    const text = await response.text()
    if (contentType.startsWith('application/problem+json'))
      throw invalidRequest(
        'invalid_value',
        `The mock has no example for \`Prefer: ${preference}\`. ${(JSON.parse(text) as { detail: string }).detail}`,
      )
    if (response.status >= 400) throw toError(response, JSON.parse(text) as ErrorResponse)
    if (contentType.startsWith('text/event-stream')) {
      const hasUsage = body.stream_options?.include_usage === true
      const events = (text.match(/[\s\S]+?\n\n/g) ?? []).filter((event) => hasUsage || !event.includes('"choices":[],'))
      return { events: oneByOne(events, eventIntervalMs, signal), form: AS_WRITTEN }
    }
    const etag = response.headers.get('etag')
    if (etag !== null) return { file: { bytes: Buffer.from(text), contentType, etag } }
    return contentType.startsWith('application/json') ? { json: JSON.parse(text) } : { text, contentType }
  }
}

const vectorsOf = (body: Body): string => (body.encoding_format === 'base64' ? 'example=base64' : '')

async function* oneByOne(events: readonly string[], intervalMs: number, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  for (const event of events) {
    yield [event]
    await pause(intervalMs, undefined, { signal })
  }
}

function toError({ status, headers }: Response, { error }: ErrorResponse): ApiError {
  const sent = ['allow', 'retry-after', 'www-authenticate'].flatMap((name) => {
    const value = headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  return new ApiError(status, error.type, error.code, error.message, {
    param: error.param,
    headers: Object.fromEntries(sent),
    isRetryable: !FINAL.includes(String(error.code)),
  })
}
