import { setImmediate } from 'node:timers/promises'
import type { ApiError } from '../contract/errors.js'
import type { OperationContext, RelayedResult, StreamResult } from '../contract/operation.js'
import { MediaDetacher } from '../json/mediaDetacher.js'
import { readBodyBytes } from './answer/whole.js'
import type { Redact } from './failures/redact.js'
import type { KeyPins } from './keys/pins.js'
import type { EventFacts, FactsReader } from './native/relay/eventFacts.js'
import type { Framing } from './native/relay/framing.js'
import { RelayedBody } from './native/relay/relayedBody.js'
import { GOOGLE_JSON, RelayedCall, type SendAttempt } from './relayedCall.js'
import type { AttemptOptions, Attempts, AttemptTarget } from './retries.js'

/** The members of an operation's context that relayed calls use. */
export type RelayContext = Pick<OperationContext, 'signal' | 'deadlineAt' | 'requestLog' | 'caller' | 'countMemory' | 'answerMedia'>

/** Query parameters of a relayed request: only those of the contract, so never credentials. */
export type RelayedQuery = Readonly<Record<string, string | undefined>>

/** A relayed stream, or Google's whole error response if it refuses the content of the request. */
export type RelayedStream = RelayedResult | StreamResult<Uint8Array, Uint8Array>

/** Dependencies that all relayed calls share. */
export interface RelayCallParts {
  readonly redact: Redact
  readonly pins: KeyPins
  readonly maxEventBytes: number
}

/** How to relay one request: functions that send it and read its answer, and their options. */
export interface RelayTask {
  readonly attempts: Attempts
  readonly options: AttemptOptions
  readonly send: SendAttempt
  readonly read: FactsReader
  /** Ids of the items in the request that only some keys can access, such as files. */
  readonly ids: readonly string[]
  readonly context: RelayContext
  /** True for a deletion, whose successful answer may be empty: clients get `{}`. */
  readonly mayBeEmpty?: true
}

/** The wire format of a relayed stream. */
export interface RelayedStreamFormat {
  makeFraming(): Framing
  /** The content type of the response; undefined for `text/event-stream`. */
  readonly contentType?: string
  /** Returns the text that ends a stream after a failure. */
  toEnd(failure: ApiError): string
  /** Called before the text of `toEnd` is sent; the text waits for the returned promise. */
  beforeEnd?(): Promise<void>
}

/** Returns the query string of a request with its `?`; '' if there are no parameters. */
export function toQueryString(query: RelayedQuery): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** Matches the JSON text before a string to detach: the name of a media or signature member. */
const MEDIA_NAMES = /"(?:data|thoughtSignature|thought_signature|signature)"\s*:\s*$/

const EMPTY_OBJECT = Buffer.from('{}')

const newDetacher = ({ context }: RelayTask): MediaDetacher => new MediaDetacher(context.answerMedia, MEDIA_NAMES)

/** Relays an unstreamed request. @returns the answer, or Google's error about the request */
export async function relayWhole(parts: RelayCallParts, request: RelayTask): Promise<RelayedResult> {
  const options = await withExcludedKeys(parts, request)
  const call = new RelayedCall({ ...parts, ...request, options })
  return call.runOrPassRefusal(() =>
    request.attempts.run(options, async (target) => {
      const received = await readBodyBytes(await call.begin(target), options.signal, newDetacher(request))
      const bytes = request.mayBeEmpty && received.toString().trim() === '' ? EMPTY_OBJECT : received
      call.record(call.read(bytes.toString()), target)
      await call.waitForPins()
      return { relayed: { status: 200, contentType: GOOGLE_JSON, bytes } }
    }),
  )
}

/** Relays a streamed request. Resolves once the stream begins, or with Google's error response. */
export async function relayStream(parts: RelayCallParts, request: RelayTask, format: RelayedStreamFormat): Promise<RelayedStream> {
  const options = await withExcludedKeys(parts, request)
  const call = new RelayedCall({ ...parts, ...request, options })
  const loop = request.attempts.start(options)
  const attempt = async (target: AttemptTarget): Promise<BegunStream> => {
    const body = new RelayedBody(await call.begin(target), {
      framing: format.makeFraming(),
      signal: options.signal,
      read: (json) => call.read(json),
      maxEventBytes: parts.maxEventBytes,
      countMemory: request.context.countMemory,
      detacher: newDetacher(request),
      onEvent: (facts: EventFacts) => call.record(facts, target),
    })
    const first = await body.next()
    // The client gets the first event now, after which a stream cannot be retried.
    target.commit()
    return { call, body, first }
  }
  return call.runOrPassRefusal(async () => {
    const begun = await loop.run(attempt)
    const settle = async (failure: unknown): Promise<never> => {
      await format.beforeEnd?.()
      // Under load, `beforeEnd` ends late: let pending socket events run before the error is sent.
      await setImmediate()
      // After `commit`, `runAgain` only records the key's fault and rethrows `failure`.
      return loop.runAgain(failure, () => Promise.reject(failure))
    }
    return {
      batches: readFrames(begun, settle),
      ...(format.contentType === undefined ? {} : { contentType: format.contentType }),
      // Heartbeats are off: some clients parse text between two events as a part of the next event.
      heartbeat: '',
      frame: (bytes) => bytes,
      end: (failure) => ({ text: failure === undefined ? '' : format.toEnd(failure), failure }),
    }
  })
}

/** Returns the options with `excludedKeys`: keys that cannot access the items in the request. */
async function withExcludedKeys({ pins }: RelayCallParts, { options, ids, context: { caller } }: RelayTask): Promise<AttemptOptions> {
  return ids.length === 0 ? options : { ...options, excludedKeys: await pins.excludedFor(caller, ids) }
}

/** A relayed stream after its first read. `first` is undefined if the body was empty. */
interface BegunStream {
  readonly call: RelayedCall
  readonly body: RelayedBody
  readonly first: Uint8Array | undefined
}

async function* readFrames({ call, body, first }: BegunStream, settle: (failure: unknown) => Promise<never>): AsyncGenerator<Uint8Array> {
  try {
    for (let bytes = first; bytes !== undefined; bytes = await body.next().catch(settle)) {
      await call.waitForPins()
      yield bytes
    }
  } finally {
    body.destroy()
  }
}
