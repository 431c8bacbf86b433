import { type ApiError, apiError } from '../contract/errors.js'
import { isRecord } from '../contract/isRecord.js'
import type { RelayedResult } from '../contract/operation.js'
import { toInteractionError } from '../contract/protocol.js'
import type { RawJson } from '../contract/rawJson.js'
import type { Models } from './models/directory.js'
import { withoutModelsPrefix } from './models/names.js'
import type { FactsReader } from './native/relay/eventFacts.js'
import { EventFraming } from './native/relay/eventFraming.js'
import { readInteractionFacts } from './native/relay/interactionFacts.js'
import { withInteractionModel } from './native/relay/modelInBody.js'
import { findResourceIds, toInteractionId } from './native/relay/namedIds.js'
import {
  type RelayCallParts,
  type RelayContext,
  type RelayedQuery,
  type RelayedStream,
  type RelayedStreamFormat,
  type RelayTask,
  relayStream,
  relayWhole,
  toQueryString,
} from './relayCalls.js'
import type { AttemptOptions, Attempts, AttemptTarget } from './retries.js'
import type { CallOptions, GeminiClient } from './wire/openaiClient.js'
import type { UpstreamResponse } from './wire/upstreamCall.js'

/** Relays Google's Interactions API. Only the name of a replaced model is changed in a request. */
export interface Interactions {
  /**
   * Creates an interaction; streams if the body has `stream: true`. Throws like {@link Relay.call}.
   */
  create(body: RawJson, call: InteractionRequestOptions): Promise<RelayedStream>
  /**
   * Gets an interaction; streams if the query has `stream=true`. Throws like {@link Relay.call}.
   */
  get(id: string, call: InteractionRequestOptions): Promise<RelayedStream>
  /** Cancels an interaction that runs in the background. Throws like {@link Relay.call}. */
  cancel(id: string, body: RawJson | undefined, call: InteractionRequestOptions): Promise<RelayedResult>
  /** Deletes a stored interaction. Throws like {@link Relay.call}. */
  delete(id: string, call: InteractionRequestOptions): Promise<RelayedResult>
}

/** A client's request about an interaction, without the interaction's id and the body. */
export interface InteractionRequestOptions {
  readonly query: RelayedQuery
  /** The header `Api-Revision`, which selects the format of the answer. */
  readonly revision: string | undefined
  readonly context: RelayContext
}

/** Dependencies of {@link makeInteractions}. */
export interface InteractionParts extends RelayCallParts {
  readonly client: GeminiClient
  readonly models: Models
  readonly attempts: Attempts
}

// Stands for the model in key leases of calls without a model or an agent, which use no quota.
const INTERACTION_LEASE_MODEL = '/interactions'
// Maximum length of an agent name, in characters. No agent of Google has a longer one.
const LONGEST_AGENT = 200

const INTERACTION_STREAM_FORMAT: RelayedStreamFormat = {
  makeFraming: () => new EventFraming(),
  toEnd: (failure) => `event: error\ndata: ${JSON.stringify({ ...toInteractionError(failure), event_type: 'error' })}\n\n`,
}

/** Makes the relay of the Interactions API. */
export function makeInteractions(parts: InteractionParts): Interactions {
  const { client, attempts } = parts
  const ofItem = (
    id: string,
    call: InteractionRequestOptions,
    send: (path: string, options: CallOptions) => Promise<UpstreamResponse>,
  ): RelayTask => {
    const path = `/interactions/${encodeURIComponent(checkedId(id))}`
    const options: AttemptOptions = { ...call.context, servedModel: INTERACTION_LEASE_MODEL, requestedModel: '' }
    return {
      attempts,
      options,
      context: call.context,
      read: withoutUsage,
      ids: [toInteractionId(id)],
      send: (target) => send(path, callOptions(target, call)),
    }
  }
  return {
    create: async (body, call) => {
      const sent = readMembers(body)
      const request = toCreateRequest(parts, sent, body, call)
      call.context.requestLog.streamed = sent.stream === true
      return sent.stream === true ? relayStream(parts, request, INTERACTION_STREAM_FORMAT) : relayWhole(parts, request)
    },
    get: async (id, call) => {
      const request = ofItem(id, call, (path, options) => client.get(`${path}${toQueryString(call.query)}`, options))
      const isStream = call.query.stream === 'true'
      call.context.requestLog.streamed = isStream
      return isStream ? relayStream(parts, request, INTERACTION_STREAM_FORMAT) : relayWhole(parts, request)
    },
    cancel: async (id, body, call) => {
      const send = (path: string, options: CallOptions): Promise<UpstreamResponse> => {
        const address = `${path}/cancel${toQueryString(call.query)}`
        return body === undefined ? client.send('POST', address, options) : client.postBytes(address, body.bytes, options)
      }
      return relayWhole(parts, ofItem(id, call, send))
    },
    delete: async (id, call) =>
      relayWhole(parts, {
        ...ofItem(id, call, (path, options) => client.send('DELETE', `${path}${toQueryString(call.query)}`, options)),
        mayBeEmpty: true,
      }),
  }
}

function toCreateRequest(
  { client, models, attempts }: InteractionParts,
  sent: Body,
  body: RawJson,
  call: InteractionRequestOptions,
): RelayTask {
  const { requestLog } = call.context
  const requested = typeof sent.model === 'string' ? sent.model : undefined
  const named = requested ?? (typeof sent.agent === 'string' ? sent.agent : '')
  requestLog.model = named
  requestLog.isModelKnown = models.isKnown(named)
  // Agent names are not validated. A long one is replaced in the key lease: the key rotations would
  // keep a name of many megabytes in memory.
  const agent = named === '' || named.length > LONGEST_AGENT ? INTERACTION_LEASE_MODEL : named
  const servedModel = requested === undefined ? agent : models.resolveRelayed(requested, false)
  return {
    attempts,
    context: call.context,
    options: { ...call.context, servedModel, requestedModel: named },
    read: readInteractionFacts,
    ids: findResourceIds(sent),
    send: (target) => {
      const isOther = requested !== undefined && target.model !== withoutModelsPrefix(requested)
      const bytes = isOther ? withInteractionModel(sent, target.model) : body.bytes
      return client.postBytes(`/interactions${toQueryString(call.query)}`, bytes, callOptions(target, call))
    },
  }
}

type Body = Readonly<Record<string, unknown>>

/** Parses a request's body; {} if it is not a JSON object, as Google then reports the error. */
function readMembers(body: RawJson): Body {
  try {
    const parsed = body.parse()
    return isRecord(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

/** Reads a stored interaction without its usage, which belongs to the request that created it. */
const withoutUsage: FactsReader = (json, failure) => ({ ...readInteractionFacts(json, failure), usage: undefined })

// Checked after URL decoding: an id such as `../models` must not change the path of the call.
const ID = /^[\w.~=+-]{1,400}$/

function checkedId(id: string): string {
  if (!ID.test(id) || /^\.+$/.test(id)) throw noInteraction()
  return id
}

const noInteraction = (): ApiError => apiError('item_not_found', 'This is not the id of an interaction.')

// Only dates are forwarded as `Api-Revision`: another value could inject a header.
const REVISION = /^\d{4}-\d{2}-\d{2}$/

function callOptions({ key }: AttemptTarget, { revision, context }: InteractionRequestOptions): CallOptions {
  if (revision !== undefined && !REVISION.test(revision))
    throw apiError('invalid_value', 'The header Api-Revision must be a date, such as 2026-05-20.', { param: 'api-revision' })
  return { key, signal: context.signal, headers: revision === undefined ? undefined : { 'api-revision': revision } }
}
