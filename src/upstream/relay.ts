import { setTimeout } from 'node:timers/promises'
import { toAbortSignal } from '../contract/cancelSignal.js'
import { type ApiError, apiError } from '../contract/errors.js'
import type { RelayedResult } from '../contract/operation.js'
import { toGoogleError } from '../contract/protocol.js'
import type { MODEL_METHODS, RawJson } from '../contract/rawJson.js'
import { reserveRelayedImages } from './expectedMedia.js'
import { type InteractionParts, type Interactions, makeInteractions } from './interactions.js'
import type { Models } from './models/directory.js'
import { withoutPrefix } from './models/names.js'
import { ArrayFraming } from './native/relay/arrayFraming.js'
import { readFacts } from './native/relay/eventFacts.js'
import { EventFraming } from './native/relay/eventFraming.js'
import { withModel } from './native/relay/modelInBody.js'
import { namedIdsOf } from './native/relay/namedIds.js'
import {
  type RelayContext,
  type RelayedQuery,
  type RelayedRequest,
  type RelayedStream,
  type RelayedStreamForm,
  relayStream,
  relayWhole,
  toSearch,
} from './relayCalls.js'
import { GOOGLE_JSON } from './relayedCall.js'
import type { AttemptOptions, Attempts, AttemptTarget } from './retries.js'
import type { Client } from './wire/openaiClient.js'
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

type ModelMethod = (typeof MODEL_METHODS)[number]

/** A relayed request to a method of a model. */
export interface ModelRequest {
  /** The name that the client used for the model. */
  readonly model: string
  readonly query: RelayedQuery
  readonly body: RawJson
}

/** Dependencies of {@link makeRelay}. */
export interface RelayParts extends InteractionParts {
  /** Attempts of embedding requests, without fallbacks: vectors of two models do not compare. */
  readonly embeddingAttempts: Attempts
}

// Wait before the final error of an SSE stream: Google's SDK recognizes it only if it arrives in a
// network read of its own.
const APART_MS = 50
// The model name in key leases of lists of models, which use no model's quota.
const LIST_LEASE = '/models'

/** Makes the relay of Google's native API. */
export function makeRelay(parts: RelayParts): Relay {
  const { client, models, attempts } = parts
  const read = { read: readFacts, ids: [] }
  const toRequest = (method: ModelMethod, request: ModelRequest, context: RelayContext): RelayedRequest => {
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
      ids: namedIdsOf(request.body),
      send: (target) => postRelayed(client, method, request, target, options),
    }
  }
  return {
    listModels: (query, context) =>
      relayWhole(parts, {
        ...read,
        attempts,
        context,
        options: { ...context, servedModel: LIST_LEASE, requestedModel: '' },
        send: ({ key }) => client.get(`/models${toSearch(query)}`, { key, signal: context.signal }),
      }),
    retrieveModel: async (model, query, context) =>
      relayWhole(parts, {
        ...read,
        attempts,
        context,
        options: { ...beginRequest(models, model, false, context), method: 'get' },
        send: (target) =>
          client.get(`/models/${encodeURIComponent(target.model)}${toSearch(query)}`, { key: target.key, signal: context.signal }),
      }),
    call: async (method, request, context) => relayWhole(parts, toRequest(method, request, context)),
    stream: async (request, context) => {
      context.requestLog.streamed = true
      const relayed = toRequest('streamGenerateContent', request, context)
      return relayStream(parts, relayed, request.query.alt === 'sse' ? toEventForm(relayed.options) : ARRAY_FORM)
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

// Methods of a model whose body names the model, too; in other bodies Google ignores it.
const MODEL_IN_BODY: ReadonlySet<ModelMethod> = new Set<ModelMethod>(['countTokens', 'embedContent', 'batchEmbedContents'])

/** Posts the body; if another model is called than requested, replaces the model that it names. */
function postRelayed(
  client: Client,
  method: ModelMethod,
  { model: requested, query, body }: ModelRequest,
  { model, key }: AttemptTarget,
  { signal }: AttemptOptions,
): Promise<UpstreamResponse> {
  const bytes = MODEL_IN_BODY.has(method) && model !== withoutPrefix(requested) ? withModel(body, model) : body.bytes
  return client.postBytes(`/models/${encodeURIComponent(model)}:${method}${toSearch(query)}`, bytes, { key, signal })
}

const toErrorText = (failure: ApiError): string => JSON.stringify(toGoogleError(failure), null, 2)

/** An SSE stream. If interrupted, it ends as at Google: with a bare JSON error, not an event. */
const toEventForm = ({ signal }: AttemptOptions): RelayedStreamForm => ({
  makeFraming: () => new EventFraming(),
  toEnd: (failure) => `${toErrorText(failure)}\n`,
  beforeEnd: () => setTimeout(APART_MS, undefined, { signal: toAbortSignal(signal) }).catch(() => undefined),
})

/** A stream as a JSON array. If interrupted, it ends as at Google: its last item is the error. */
const ARRAY_FORM: RelayedStreamForm = {
  makeFraming: () => new ArrayFraming(),
  contentType: GOOGLE_JSON,
  toEnd: (failure) => `,\r\n${toErrorText(failure)}\n]\n`,
}

/** Makes a relay whose calls all fail with 400, for GEMINI_UPSTREAM without the native API. */
export function makeMissingRelay(): Relay {
  const refuse = (): Promise<never> => Promise.reject(apiError('unsupported_value', NO_NATIVE_API))
  const interactions = { create: refuse, get: refuse, cancel: refuse, delete: refuse }
  return { listModels: refuse, retrieveModel: refuse, call: refuse, stream: refuse, interactions }
}

const NO_NATIVE_API =
  "This proxy is set up for Gemini's OpenAI-compatible API only. Use a client for OpenAI's or Anthropic's API, or ask the operator to set GEMINI_UPSTREAM=native."
