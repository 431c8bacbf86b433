import { setImmediate, setTimeout } from 'node:timers/promises'
import { type CancelSignal, toAbortSignal } from '../contract/cancelSignal.js'
import { type ApiError, apiError, toStreamFailure } from '../contract/errors.js'
import type { OperationContext, RelayedResult, StreamResult } from '../contract/operation.js'
import { toGoogleError } from '../contract/protocol.js'
import type { RawJson } from '../contract/rawJson.js'
import { readBodyBytes } from './answer/whole.js'
import type { Redact } from './failures/redact.js'
import type { Models } from './models/directory.js'
import { withoutPrefix } from './models/names.js'
import { ArrayFraming } from './native/relay/arrayFraming.js'
import { readFacts } from './native/relay/eventFacts.js'
import { EventFraming } from './native/relay/eventFraming.js'
import { withModel } from './native/relay/modelInBody.js'
import { RelayedBody } from './native/relay/relayedBody.js'
import { GOOGLE_JSON, RelayedCall, type Send } from './relayedCall.js'
import type { AttemptOptions, Attempts, AttemptTarget } from './retries.js'
import type { Client } from './wire/openaiClient.js'
import type { UpstreamResponse } from './wire/upstreamCall.js'

/** Google's own API: what it gets and answers is passed on byte by byte. */
export interface Relay {
  /** The models that Google lists. @throws an ApiError, or the signal's reason */
  listModels(query: RelayedQuery, context: RelayContext): Promise<RelayedResult>
  /** A model as Google describes it. Throws likewise. */
  retrieveModel(model: string, query: RelayedQuery, context: RelayContext): Promise<RelayedResult>
  /**
   * Calls a method of a model. Throws likewise, except where Google refuses the content of the
   * request: that is passed on, too.
   */
  call(method: RelayedMethod, request: RelayedRequest, context: RelayContext): Promise<RelayedResult>
  /** Calls `streamGenerateContent`. Throws likewise, until the stream has begun. */
  stream(request: RelayedRequest, context: RelayContext): Promise<RelayedResult | StreamResult<Uint8Array, Uint8Array>>
}

/** The methods of a model whose answers are not streamed. */
export type RelayedMethod = 'generateContent' | 'countTokens' | 'embedContent' | 'batchEmbedContents'

/** The declared query parameters of a request, of which none is a credential. */
export type RelayedQuery = Readonly<Record<string, string | undefined>>

/** A request that is passed on. */
export interface RelayedRequest {
  /** The name that the client used for the model. */
  readonly model: string
  readonly query: RelayedQuery
  readonly body: RawJson
}

/** What a relayed call needs to know about its exchange. */
export type RelayContext = Pick<OperationContext, 'signal' | 'deadlineAt' | 'requestLog'>

/** What {@link makeRelay} needs. */
export interface RelayParts {
  readonly client: Client
  readonly models: Models
  readonly attempts: Attempts
  /** Without fallbacks: the vectors of two models cannot be compared. */
  readonly embeddingAttempts: Attempts
  readonly redact: Redact
  readonly maxEventBytes: number
}

// Older versions of Google's SDK recognize a bare error only if they read it apart from events.
const APART_MS = 50
// Keys are leased under this name instead of a model's: a list uses no model's quota.
const LIST_LEASE = '/models'

/** Makes the relay. */
export function makeRelay(parts: RelayParts): Relay {
  return {
    listModels: (query, context) => {
      const options = { ...context, servedModel: LIST_LEASE, requestedModel: '' }
      return relayWhole(parts, options, parts.attempts, ({ key }) =>
        parts.client.get(`/models${toSearch(query)}`, { key, signal: context.signal }),
      )
    },
    retrieveModel: (model, query, context) => {
      const options = beginRequest(parts.models, model, false, context)
      return relayWhole(parts, options, parts.attempts, (target) =>
        parts.client.get(`/models/${encodeURIComponent(target.model)}${toSearch(query)}`, { key: target.key, signal: context.signal }),
      )
    },
    call: (method, request, context) => {
      const embeds = method === 'embedContent' || method === 'batchEmbedContents'
      const options = beginRequest(parts.models, request.model, embeds, context)
      return relayWhole(parts, options, embeds ? parts.embeddingAttempts : parts.attempts, (target) =>
        postRelayed(parts.client, method, request, target, options),
      )
    },
    stream: (request, context) => {
      context.requestLog.streamed = true
      return relayStream(parts, request, beginRequest(parts.models, request.model, false, context))
    },
  }
}

function beginRequest(models: Models, requested: string, embeds: boolean, context: RelayContext): AttemptOptions {
  const { requestLog, signal, deadlineAt } = context
  requestLog.model = requested
  requestLog.isModelKnown = models.isKnown(requested)
  return { servedModel: models.resolveRelayed(requested, embeds), requestedModel: requested, signal, deadlineAt, requestLog }
}

const toSearch = (query: RelayedQuery): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** Posts the body as it is, except where it must name the model that is called. */
function postRelayed(
  client: Client,
  method: RelayedMethod | 'streamGenerateContent',
  { model: requested, query, body }: RelayedRequest,
  { model, key }: AttemptTarget,
  { signal }: AttemptOptions,
): Promise<UpstreamResponse> {
  // Google ignores the one in a body of generateContent.
  const isModelChecked = !method.endsWith('enerateContent')
  const bytes = isModelChecked && model !== withoutPrefix(requested) ? withModel(body, model) : body.bytes
  return client.postBytes(`/models/${encodeURIComponent(model)}:${method}${toSearch(query)}`, bytes, { key, signal })
}

/** Relays an answer that is not streamed. */
async function relayWhole(parts: RelayParts, options: AttemptOptions, attempts: Attempts, send: Send): Promise<RelayedResult> {
  const call = new RelayedCall(parts.redact, options, send)
  return call.orRefusal(() =>
    attempts.run(options, async (target) => {
      const bytes = await readBodyBytes(await call.begin(target), options.signal)
      call.log(readFacts(bytes.toString(), call.failure), target.model)
      return { relayed: { status: 200, contentType: GOOGLE_JSON, bytes } }
    }),
  )
}

/** Relays a stream: of events with `alt=sse`, else of the elements of an array. */
async function relayStream(
  parts: RelayParts,
  request: RelayedRequest,
  options: AttemptOptions,
): Promise<RelayedResult | StreamResult<Uint8Array, Uint8Array>> {
  const isArray = request.query.alt !== 'sse'
  const call = new RelayedCall(parts.redact, options, (target) =>
    postRelayed(parts.client, 'streamGenerateContent', request, target, options),
  )
  const loop = parts.attempts.start(options)
  const attempt = async (target: AttemptTarget): Promise<Begun> => {
    const body = new RelayedBody(await call.begin(target), {
      framing: isArray ? new ArrayFraming() : new EventFraming(),
      signal: options.signal,
      failure: call.failure,
      maxEventBytes: parts.maxEventBytes,
      onEvent: (facts) => call.log(facts, target.model),
    })
    const first = await body.next()
    // What has begun cannot begin again.
    target.commit()
    return { body, first }
  }
  return call.orRefusal(async () => {
    const begun = await loop.run(attempt)
    // No further attempt is made: the failure is only settled with the key.
    const settle = (failure: unknown): Promise<never> => loop.runAgain(failure, () => Promise.reject(failure))
    const batches = readOn(begun, settle)
    if (!isArray) return toEventStream(batches, options.signal)
    return {
      batches,
      contentType: GOOGLE_JSON,
      heartbeat: '',
      frame: (bytes) => bytes,
      end: (failure) => ({ text: failure === undefined ? '' : `,\r\n${toErrorText(failure)}]\n`, failure }),
    }
  })
}

/** A stream that has begun, with its first bytes. */
interface Begun {
  readonly body: RelayedBody
  readonly first: Uint8Array | undefined
}

/**
 * Makes a stream of events. Where it breaks, it ends with the error twice: bare, as Google sends it
 * and gemini-cli reads it, and in an event, since the AI SDK reads nothing else.
 */
function toEventStream(events: AsyncGenerator<Uint8Array>, signal: CancelSignal): StreamResult<Uint8Array, Uint8Array> {
  let isBareSent = false
  const apart = async (): Promise<void> => {
    await setTimeout(APART_MS, undefined, { signal: toAbortSignal(signal) }).catch(() => undefined)
    // The time may have passed at once, if this process is busy: what has arrived is read first.
    await setImmediate()
  }
  async function* batches(): AsyncGenerator<Uint8Array> {
    try {
      yield* events
    } catch (error) {
      await apart()
      isBareSent = true
      yield Buffer.from(toErrorText(toStreamFailure(signal.aborted ? signal.reason : error)))
      await apart()
      throw error
    }
  }
  const toText = (failure: ApiError): string =>
    `${isBareSent ? '' : toErrorText(failure)}\r\ndata: ${JSON.stringify(toGoogleError(failure))}\r\n\r\n`
  return {
    batches: batches(),
    // Some clients take whatever is between two events for a part of the next.
    heartbeat: '',
    frame: (bytes) => bytes,
    end: (failure) => ({ text: failure === undefined ? '' : toText(failure), failure }),
  }
}

async function* readOn({ body, first }: Begun, settle: (failure: unknown) => Promise<never>): AsyncGenerator<Uint8Array> {
  try {
    for (let bytes = first; bytes !== undefined; bytes = await body.next().catch(settle)) yield bytes
  } finally {
    body.destroy()
  }
}

/** A bare error in Google's own form. */
const toErrorText = (failure: ApiError): string => `${JSON.stringify(toGoogleError(failure), null, 2)}\n`

/** The relay where GEMINI_UPSTREAM says that there is no native API to pass requests on to. */
export function makeMissingRelay(): Relay {
  const refuse = (): Promise<never> => Promise.reject(apiError('unsupported_value', NO_NATIVE_API))
  return { listModels: refuse, retrieveModel: refuse, call: refuse, stream: refuse }
}

const NO_NATIVE_API =
  "This proxy is set up for Gemini's OpenAI-compatible API only. Use a client for the OpenAI API, or ask the operator to set GEMINI_UPSTREAM=native."
