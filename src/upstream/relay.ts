import { setTimeout } from 'node:timers/promises'
import { toAbortSignal } from '../contract/cancelSignal.js'
import { type ApiError, apiError } from '../contract/errors.js'
import type { RelayedResult } from '../contract/operation.js'
import { toGoogleError } from '../contract/protocol.js'
import type { GOOGLE_MODEL_METHODS, RawJson } from '../contract/rawJson.js'
import { reserveRelayedImages } from './expectedMedia.js'
import { unknownModelError } from './failures/modelNotFound.js'
import { type InteractionParts, type Interactions, makeInteractions } from './interactions.js'
import type { Models } from './models/directory.js'
import { withoutModelsPrefix } from './models/names.js'
import { ArrayFraming } from './native/relay/arrayFraming.js'
import { readFacts } from './native/relay/eventFacts.js'
import { EventFraming } from './native/relay/eventFraming.js'
import { withModel } from './native/relay/modelInBody.js'
import { parseResourceIds } from './native/relay/namedIds.js'
import {
  type RelayContext,
  type RelayedQuery,
  type RelayedStream,
  type RelayedStreamFormat,
  type RelayTask,
  relayStream,
  relayWhole,
  toQueryString,
} from './relayCalls.js'
import { GOOGLE_JSON } from './relayedCall.js'
import type { AttemptOptions, Attempts, AttemptTarget } from './retries.js'
import type { GeminiClient } from './wire/openaiClient.js'
import type { UpstreamResponse } from './wire/upstreamCall.js'

/** Relays Google's native API: passes requests and responses through unchanged. */
export interface Relay {
  /** Gets Google's list of models. @throws an ApiError, or the signal's reason */
  listModels(query: RelayedQuery, context: RelayContext): Promise<RelayedResult>
  /** Gets Google's description of a model. Throws like {@link Relay.listModels}. */
  retrieveModel(model: string, query: RelayedQuery, context: RelayContext): Promise<RelayedResult>
  /**
   * Calls a method of a model. Throws like {@link Relay.listModels}, but returns Google's own error
   * response if Google refuses the content of the request.
   */
  call(method: RelayedMethod, request: ModelRequest, context: RelayContext): Promise<RelayedResult>
  /** Calls `streamGenerateContent`. Until the stream begins, throws like {@link Relay.call}. */
  stream(request: ModelRequest, context: RelayContext): Promise<RelayedStream>
  readonly interactions: Interactions
}

/** The methods of a model whose answers are not streamed. */
export type RelayedMethod = Exclude<ModelMethod, 'streamGenerateContent'>

type ModelMethod = (typeof GOOGLE_MODEL_METHODS)[number]

/** A relayed request to a method of a model. */
export interface ModelRequest {
  /** The name that the client used for the model. */
  readonly model: string
  readonly query: RelayedQuery
  readonly body: RawJson
}

/** Dependencies of {@link makeRelay}. */
export interface RelayParts extends InteractionParts {
  /** Attempts of embedding requests. No fallbacks: vectors of two models cannot be compared. */
  readonly embeddingAttempts: Attempts
}

// Wait before the final error of an SSE stream: Google's SDK recognizes it only if it arrives in a
// network read of its own.
const FINAL_ERROR_DELAY_MS = 50
// Stands for the model in key leases of requests for the list of models: these use no quota.
const LIST_LEASE_MODEL = '/models'

/** Makes the relay of Google's native API. */
export function makeRelay(parts: RelayParts): Relay {
  const { client, models, attempts } = parts
  const read = { read: readFacts, ids: [] }
  const toRequest = (method: ModelMethod, request: ModelRequest, context: RelayContext): RelayTask => {
    const embeds = method === 'embedContent' || method === 'batchEmbedContents'
    const begun = beginRequest(models, request.model, embeds, context)
    const options: AttemptOptions = method === 'countTokens' ? { ...begun, method } : begun
    if (method === 'generateContent' || method === 'streamGenerateContent')
      reserveRelayedImages(request.body, options.servedModel, context.answerMedia)
    return {
      attempts: embeds ? parts.embeddingAttempts : attempts,
      context,
      options,
      read: readFacts,
      ids: parseResourceIds(request.body),
      send: (target) => postRelayed(client, method, request, target, options),
    }
  }
  return {
    listModels: (query, context) =>
      relayWhole(parts, {
        ...read,
        attempts,
        context,
        options: { ...context, servedModel: LIST_LEASE_MODEL, requestedModel: '' },
        send: ({ key }) => client.get(`/models${toQueryString(query)}`, { key, signal: context.signal }),
      }),
    retrieveModel: async (model, query, context) => {
      const options: AttemptOptions = { ...beginRequest(models, model, false, context), method: 'get' }
      // Google would take the text after a colon for a method, and answer with an HTML page.
      if (options.servedModel.includes(':')) throw unknownModelError(model, undefined)
      return relayWhole(parts, {
        ...read,
        attempts,
        context,
        options,
        send: (target) =>
          client.get(`/models/${encodeURIComponent(target.model)}${toQueryString(query)}`, { key: target.key, signal: context.signal }),
      })
    },
    call: async (method, request, context) => relayWhole(parts, toRequest(method, request, context)),
    stream: async (request, context) => {
      context.requestLog.streamed = true
      const relayed = toRequest('streamGenerateContent', request, context)
      return relayStream(parts, relayed, request.query.alt === 'sse' ? toEventStreamFormat(relayed.options) : ARRAY_STREAM_FORMAT)
    },
    interactions: makeInteractions(parts),
  }
}

function beginRequest(models: Models, requested: string, embeds: boolean, context: RelayContext): AttemptOptions {
  const { requestLog, signal, deadlineAt } = context
  requestLog.model = requested
  requestLog.isModelKnown = models.isKnown(requested)
  return { servedModel: models.resolveRelayed(requested, embeds), requestedModel: requested, signal, deadlineAt, requestLog }
}

// Methods whose body repeats the model of the URL. In bodies of other methods, Google ignores it.
const MODEL_IN_BODY: ReadonlySet<ModelMethod> = new Set<ModelMethod>(['countTokens', 'embedContent', 'batchEmbedContents'])

/** Posts a relayed body. Replaces the model that the body names, if another one is called. */
function postRelayed(
  client: GeminiClient,
  method: ModelMethod,
  { model: requested, query, body }: ModelRequest,
  { model, key }: AttemptTarget,
  { signal }: AttemptOptions,
): Promise<UpstreamResponse> {
  const bytes = MODEL_IN_BODY.has(method) && model !== withoutModelsPrefix(requested) ? withModel(body, model) : body.bytes
  return client.postBytes(`/models/${encodeURIComponent(model)}:${method}${toQueryString(query)}`, bytes, { key, signal })
}

const toErrorText = (failure: ApiError): string => JSON.stringify(toGoogleError(failure), null, 2)

/** An SSE stream. After a failure it ends like Google's: with a bare JSON error, not an event. */
const toEventStreamFormat = ({ signal }: AttemptOptions): RelayedStreamFormat => ({
  makeFraming: () => new EventFraming(),
  toEnd: (failure) => `${toErrorText(failure)}\n`,
  beforeEnd: () => setTimeout(FINAL_ERROR_DELAY_MS, undefined, { signal: toAbortSignal(signal) }).catch(() => undefined),
})

/** A stream as a JSON array. After a failure it ends like Google's: its last item is the error. */
const ARRAY_STREAM_FORMAT: RelayedStreamFormat = {
  makeFraming: () => new ArrayFraming(),
  contentType: GOOGLE_JSON,
  toEnd: (failure) => `,\r\n${toErrorText(failure)}\n]\n`,
}

/** Makes the relay for a proxy that does not use the native API: it refuses every call with 400. */
export function makeUnsupportedRelay(): Relay {
  const refuse = (): Promise<never> => Promise.reject(apiError('unsupported_value', NO_NATIVE_API))
  const interactions = { create: refuse, get: refuse, cancel: refuse, delete: refuse }
  return { listModels: refuse, retrieveModel: refuse, call: refuse, stream: refuse, interactions }
}

const NO_NATIVE_API =
  "This proxy is set up for Gemini's OpenAI-compatible API only. Use a client for OpenAI's or Anthropic's API, or ask the operator to set GEMINI_UPSTREAM=native."
