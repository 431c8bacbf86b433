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

/** What a relayed call needs to know about its exchange. */
export type RelayContext = Pick<OperationContext, 'signal' | 'deadlineAt' | 'requestLog' | 'caller' | 'hold' | 'answerMedia'>

/** The declared query parameters of a request, of which none is a credential. */
export type RelayedQuery = Readonly<Record<string, string | undefined>>

/** A stream that is passed on; a whole answer where Google refuses the content of the request. */
export type RelayedStream = RelayedResult | StreamResult<Uint8Array, Uint8Array>

/** What relayed calls share. */
export interface RelayCallParts {
  readonly redact: Redact
  readonly pins: KeyPins
  readonly maxEventBytes: number
}

/** One request that is passed on. */
export interface RelayedRequest {
  readonly attempts: Attempts
  readonly options: AttemptOptions
  readonly send: Send
  readonly read: ReadFacts
  /** What the request names that belongs to a key. */
  readonly ids: readonly string[]
  readonly context: RelayContext
}

/** How a stream is passed on. */
export interface RelayedStreamForm {
  makeFraming(): Framing
  /** The type of the body where it is not an event stream. */
  readonly contentType?: string
  /** What a stream that breaks ends with. */
  toEnd(failure: ApiError): string
  /** Called before that text is sent. */
  beforeEnd?(): Promise<void>
}

/** The query of a URL; empty for none. */
export function toSearch(query: RelayedQuery): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** The members of answers and interactions that contain media, which are passed on unread. */
const MEDIA_NAMES = /"(?:data|thoughtSignature|thought_signature|signature)"\s*:\s*$/

const newDetacher = ({ context }: RelayedRequest): MediaDetacher => new MediaDetacher(context.answerMedia, MEDIA_NAMES)

/** Relays an answer that is not streamed. */
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

/** Relays a stream. */
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
    // A stream that has begun cannot be retried.
    target.commit()
    return { call, body, first }
  }
  return call.runOrPassRefusal(async () => {
    const begun = await loop.run(attempt)
    const settle = async (failure: unknown): Promise<never> => {
      await form.beforeEnd?.()
      // Under load the timer may be due already: pending events of sockets go first.
      await setImmediate()
      // No further attempt is made: the failure is only settled with the key.
      return loop.runAgain(failure, () => Promise.reject(failure))
    }
    return {
      batches: readFrames(begun, settle),
      ...(form.contentType === undefined ? {} : { contentType: form.contentType }),
      // Some clients parse text between two events as a part of the next one.
      heartbeat: '',
      frame: (bytes) => bytes,
      end: (failure) => ({ text: failure === undefined ? '' : form.toEnd(failure), failure }),
    }
  })
}

/** The options with the keys excluded that cannot access what the request names. */
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
