import { asBuffer } from '../../../contract/asBuffer.js'
import { withoutByteOrderMark } from '../../../contract/byteOrderMark.js'
import type { CancelSignal } from '../../../contract/cancelSignal.js'
import { apiError } from '../../../contract/errors.js'
import type { CountMemory } from '../../../contract/operation.js'
import type { MediaDetacher } from '../../../json/mediaDetacher.js'
import { translateFailure } from '../../failures/rules.js'
import type { UpstreamResponse } from '../../wire/upstreamCall.js'
import { type EventFacts, invalidAnswer } from './eventFacts.js'
import type { Frame, Framing } from './framing.js'
import { HeldBytes } from './heldBytes.js'

/** Parser, limits and callbacks for relaying a streamed body. */
export interface RelayedBodyOptions {
  readonly framing: Framing
  readonly signal: CancelSignal
  /** Reads usage, model, ids and calls in an event's JSON. @throws an ApiError if it is an error */
  readonly read: (json: string) => EventFacts
  /** Replaces long base64 strings by placeholders: parsing such strings would block the process. */
  readonly detacher: MediaDetacher
  /** Maximum size of an event without detached strings, and of all bytes held back after a call. */
  readonly maxEventBytes: number
  /** Counts bytes held back towards the memory limits. @throws an ApiError beyond a limit */
  readonly countMemory: CountMemory
  /** Called with the data that `read` returned for each event, before the event is relayed. */
  readonly onEvent: (facts: EventFacts) => void
}

/**
 * Relays a streamed body of Gemini unchanged, except for a byte order mark. Throws errors that the
 * body contains, and an error if it ends early: a client would otherwise take a truncated answer
 * for a complete one.
 *
 * From the first function call on, the body is held back until it is complete, and dropped if the
 * connection breaks: gemini-cli executes a call as soon as it has read it. After a retry, it would
 * send the results of the calls in both answers with only one of the answers, which Gemini refuses.
 */
export class RelayedBody {
  readonly #response: UpstreamResponse
  readonly #options: RelayedBodyOptions
  #isFirst = true
  #isFinished = false
  /** For each candidate that has begun, keyed by its index: true if it is complete. */
  readonly #candidates = new Map<number, boolean>()
  #hasEnded = false
  /** Bytes held back since the first function call; undefined once they have been released. */
  #held: HeldBytes | undefined = new HeldBytes()
  #hasCall = false
  /** The failure that `next` throws after it has returned the bytes received before the failure. */
  #failure: unknown

  constructor(response: UpstreamResponse, options: RelayedBodyOptions) {
    this.#response = response
    this.#options = options
  }

  /**
   * Waits for the next bytes. Returns whole frames only, so that an error can follow them.
   *
   * @returns undefined at the end of the body
   * @throws an ApiError, or the signal's reason
   */
  async next(): Promise<Uint8Array | undefined> {
    const { framing, detacher, maxEventBytes, signal } = this.#options
    try {
      while (this.#failure === undefined && !this.#hasEnded) {
        const read = await this.#response.next()
        const bytes = read !== undefined && this.#isFirst ? withoutByteOrderMark(asBuffer(read)) : read
        this.#isFirst = false
        const whole = bytes === undefined ? this.#end() : this.#take(framing.push(detacher.push(bytes)))
        if (whole.length > 0) detacher.settle()
        if (whole.length > 0) return whole
        if (framing.heldBytes > maxEventBytes) this.#failure = tooLarge()
      }
    } catch (error) {
      this.#failure = error
    }
    if (this.#failure === undefined) return undefined
    this.destroy()
    detacher.discard()
    throw translateFailure(this.#failure, signal)
  }

  /** Closes the connection, unless the body has ended. */
  destroy(): void {
    this.#response.destroy()
  }

  /** Checks frames up to the first failure. @returns the bytes to relay now, not those held back */
  #take(frames: readonly Frame[]): Uint8Array {
    const passed: Uint8Array[] = []
    try {
      for (const frame of frames) {
        this.#check(frame)
        if (this.#hasCall && this.#held !== undefined) passed.push(...this.#hold(this.#held, frame.bytes))
        else passed.push(frame.bytes)
      }
    } catch (error) {
      this.#failure = error
    }
    const [first = new Uint8Array()] = passed
    return passed.length < 2 ? first : Buffer.concat(passed)
  }

  /** Holds back a frame. @returns all held bytes if they now exceed a limit, else nothing */
  #hold(held: HeldBytes, bytes: Uint8Array): Uint8Array[] {
    held.cut(bytes, [])
    return held.length > this.#options.maxEventBytes || !this.#fits(bytes.length) ? [this.#release()] : []
  }

  #fits(bytes: number): boolean {
    try {
      this.#options.countMemory(bytes)
      return true
    } catch {
      return false
    }
  }

  #check({ json, isLast = false, isStray = false }: Frame): void {
    if (isLast && !this.#isWhole()) throw brokenOff()
    if (json.trim() === '') return
    const facts = this.#options.read(json)
    if (isStray) throw invalidAnswer()
    this.#isFinished ||= facts.isFinished
    for (const [index, isFinished] of facts.candidates ?? [])
      this.#candidates.set(index, isFinished || this.#candidates.get(index) === true)
    this.#hasCall ||= facts.hasCall === true
    this.#options.onEvent(facts)
  }

  /** True once the whole answer, or every candidate that has begun, is complete. */
  #isWhole(): boolean {
    return this.#isFinished || (this.#candidates.size > 0 && [...this.#candidates.values()].every(Boolean))
  }

  #end(): Uint8Array {
    const { framing } = this.#options
    this.#hasEnded = true
    const rest = framing.isWhole ? this.#take(framing.end()) : new Uint8Array()
    if (!framing.isWhole || !this.#isWhole()) this.#failure ??= brokenOff()
    // The body is complete: release what was held back, in which case `#take` has returned nothing.
    return this.#failure === undefined && rest.length === 0 ? this.#release() : rest
  }

  /** Stops holding back frames. @returns the bytes held so far */
  #release(): Uint8Array {
    const released = this.#held?.rest() ?? new Uint8Array()
    this.#held = undefined
    return released
  }
}

const brokenOff = () => apiError('upstream_error', "Gemini's response stream was interrupted. Retry the request.")
const tooLarge = () => apiError('upstream_error', 'Gemini sent an event that is larger than MAX_EVENT_BYTES.', { isRetryable: false })
