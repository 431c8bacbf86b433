import { setImmediate } from 'node:timers/promises'
import type { ApiError } from '../contract/errors.js'
import type { OperationContext, RelayedResult, StreamResult } from '../contract/operation.js'
import { MediaDetacher } from '../json/mediaDetacher.js'
import { readBodyBytes } from './answer/whole.js'
import type { Redact } from './failures/redact.js'
import type { KeyPins } from './keys/pins.js'
import type { EventFacts, ReadFacts } from './native/relay/eventFacts.js'
import type { Framing } from './native/relay/framing.js'
import { RelayedBody } from './native/relay/relayedBody.js'
import { GOOGLE_JSON, RelayedCall, type Send } from './relayedCall.js'
import type { AttemptOptions, Attempts, AttemptTarget } from './retries.js'

/** The members of an operation's context that relayed calls use. */
export type RelayContext = Pick<OperationContext, 'signal' | 'deadlineAt' | 'requestLog' | 'caller' | 'hold' | 'answerMedia'>

/** Query parameters of a relayed request: those that the contract declares, so no credentials. */
export type RelayedQuery = Readonly<Record<string, string | undefined>>

/** A relayed stream, or Google's whole error response if it refuses the content of the request. */
export type RelayedStream = RelayedResult | StreamResult<Uint8Array, Uint8Array>

/** Dependencies that all relayed calls share. */
export interface RelayCallParts {
  readonly redact: Redact
  readonly pins: KeyPins
  readonly maxEventBytes: number
}

/** One relayed request: how to send it, and how to read its answer. */
export interface RelayedRequest {
  readonly attempts: Attempts
  readonly options: AttemptOptions
  readonly send: Send
  readonly read: ReadFacts
  /** Ids of the items in the request that only some keys can access, such as files. */
  readonly ids: readonly string[]
  readonly context: RelayContext
}

/** The wire format of a relayed stream. */
export interface RelayedStreamForm {
  makeFraming(): Framing
  /** The content type of the response; undefined for `text/event-stream`. */
  readonly contentType?: string
  /** Returns the text that ends a stream after a failure. */
  toEnd(failure: ApiError): string
  /** Awaited before the text of `toEnd` is sent. */
  beforeEnd?(): Promise<void>
}

/** Returns the query string of a request with its `?`; '' if there are no parameters. */
export function toSearch(query: RelayedQuery): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** Names of JSON members whose values are media or signatures, which are relayed unparsed. */
const MEDIA_NAMES = /"(?:data|thoughtSignature|thought_signature|signature)"\s*:\s*$/

const newDetacher = ({ context }: RelayedRequest): MediaDetacher => new MediaDetacher(context.answerMedia, MEDIA_NAMES)

/** Relays a request without a stream. @returns the answer, or Google's error about the content */
export async function relayWhole(parts: RelayCallParts, request: RelayedRequest): Promise<RelayedResult> {
  const options = await withExcludedKeys(parts, request)
  const call = new RelayedCall({ ...parts, ...request, options })
  return call.runOrPassRefusal(() =>
    request.attempts.run(options, async (target) => {
      const bytes = await readBodyBytes(await call.begin(target), options.signal, newDetacher(request))
      call.record(call.read(bytes.toString()), target)
      await call.pinned()
      return { relayed: { status: 200, contentType: GOOGLE_JSON, bytes } }
    }),
  )
}

/** Relays a request with a stream, until that begins. @returns it, or Google's error response */
export async function relayStream(parts: RelayCallParts, request: RelayedRequest, form: RelayedStreamForm): Promise<RelayedStream> {
  const options = await withExcludedKeys(parts, request)
  const call = new RelayedCall({ ...parts, ...request, options })
  const loop = request.attempts.start(options)
  const attempt = async (target: AttemptTarget): Promise<Begun> => {
    const body = new RelayedBody(await call.begin(target), {
      framing: form.makeFraming(),
      signal: options.signal,
      read: (json) => call.read(json),
      maxEventBytes: parts.maxEventBytes,
      hold: request.context.hold,
      detacher: newDetacher(request),
      onEvent: (facts: EventFacts) => call.record(facts, target),
    })
    const first = await body.next()
    // From its first event on, a stream cannot be retried.
    target.commit()
    return { call, body, first }
  }
  return call.runOrPassRefusal(async () => {
    const begun = await loop.run(attempt)
    const settle = async (failure: unknown): Promise<never> => {
      await form.beforeEnd?.()
      // Under load the timer of `beforeEnd` may be overdue: let pending socket events run first.
      await setImmediate()
      // No further attempt is made: this only records the failure with the key.
      return loop.runAgain(failure, () => Promise.reject(failure))
    }
    return {
      batches: readFrames(begun, settle),
      ...(form.contentType === undefined ? {} : { contentType: form.contentType }),
      // No heartbeats: some clients parse text between two events as a part of the next one.
      heartbeat: '',
      frame: (bytes) => bytes,
      end: (failure) => ({ text: failure === undefined ? '' : form.toEnd(failure), failure }),
    }
  })
}

/** Adds to the options the keys that cannot access the items that the request names. */
async function withExcludedKeys({ pins }: RelayCallParts, { options, ids, context: { caller } }: RelayedRequest): Promise<AttemptOptions> {
  return ids.length === 0 ? options : { ...options, excludedKeys: await pins.excludedFor(caller, ids) }
}

/** A stream that has begun, with its first bytes. */
interface Begun {
  readonly call: RelayedCall
  readonly body: RelayedBody
  readonly first: Uint8Array | undefined
}

async function* readFrames({ call, body, first }: Begun, settle: (failure: unknown) => Promise<never>): AsyncGenerator<Uint8Array> {
  try {
    for (let bytes = first; bytes !== undefined; bytes = await body.next().catch(settle)) {
      await call.pinned()
      yield bytes
    }
  } finally {
    body.destroy()
  }
}
