import type { CancelSignal } from '../../../contract/cancelSignal.js'
import { apiError } from '../../../contract/errors.js'
import { type FailureContext, translateFailure } from '../../failures/rules.js'
import type { UpstreamResponse } from '../../wire/upstreamCall.js'
import { type EventFacts, readFacts } from './eventFacts.js'
import type { Frame, Framing } from './framing.js'
import { HeldBytes } from './heldBytes.js'

/** How a streamed body is passed on. */
export interface RelayedBodyOptions {
  readonly framing: Framing
  readonly signal: CancelSignal
  readonly failure: FailureContext
  readonly maxEventBytes: number
  /** Called with what each event says, before it is passed on. */
  readonly onEvent: (facts: EventFacts) => void
}

/**
 * A streamed body of Gemini, as it is, except for errors: they are thrown, and so is the early end
 * of a body. A client can tell a short answer from a complete one only by what follows it.
 *
 * From the first call of a function on, a body is held back until it is complete, and not passed on
 * if it breaks. gemini-cli runs a call as soon as it has read it; when it then asks again, it sends
 * the results of both answers for the calls of one, which Gemini refuses.
 */
export class RelayedBody {
  readonly #response: UpstreamResponse
  readonly #options: RelayedBodyOptions
  #isFinished = false
  #hasEnded = false
  /** What is held back; undefined once that has grown too long. */
  #held: HeldBytes | undefined = new HeldBytes()
  #hasCall = false
  /** The failure that follows the bytes returned last. */
  #failure: unknown

  constructor(response: UpstreamResponse, options: RelayedBodyOptions) {
    this.#response = response
    this.#options = options
  }

  /**
   * Waits for the next bytes: those of whole frames only, so that an error can follow them.
   *
   * @returns undefined at the end
   * @throws an ApiError, or the signal's reason
   */
  async next(): Promise<Uint8Array | undefined> {
    const { framing, maxEventBytes, signal } = this.#options
    try {
      while (this.#failure === undefined && !this.#hasEnded) {
        const bytes = await this.#response.next()
        const whole = bytes === undefined ? this.#end() : this.#take(framing.push(bytes))
        if (whole.length > 0) return whole
        if (framing.heldBytes > maxEventBytes) this.#failure = tooLarge()
      }
    } catch (error) {
      this.#failure = error
    }
    if (this.#failure === undefined) return undefined
    this.destroy()
    throw translateFailure(this.#failure, signal)
  }

  /** Closes the connection, unless the body has ended. */
  destroy(): void {
    this.#response.destroy()
  }

  /** Checks frames. @returns the bytes of those before the first that is not passed on */
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

  /** Holds a frame back. @returns everything held back, once it has grown too long */
  #hold(held: HeldBytes, bytes: Uint8Array): Uint8Array[] {
    held.cut(bytes, [])
    return held.length > this.#options.maxEventBytes ? [this.#release()] : []
  }

  #check({ json, isLast = false }: Frame): void {
    if (isLast && !this.#isFinished) throw brokenOff()
    if (json.trim() === '') return
    const facts = readFacts(json, this.#options.failure)
    this.#isFinished ||= facts.isFinished
    this.#hasCall ||= facts.hasCall
    this.#options.onEvent(facts)
  }

  #end(): Uint8Array {
    const { framing } = this.#options
    this.#hasEnded = true
    const rest = framing.isWhole ? this.#take(framing.end()) : new Uint8Array()
    if (!framing.isWhole || !this.#isFinished) this.#failure ??= brokenOff()
    // Where something is held back, nothing else remains.
    return this.#failure === undefined && rest.length === 0 ? this.#release() : rest
  }

  /** Ends the holding back. @returns what was held back */
  #release(): Uint8Array {
    const released = this.#held?.rest() ?? new Uint8Array()
    this.#held = undefined
    return released
  }
}

const brokenOff = () => apiError('upstream_error', 'The response stream of Gemini broke off. Retry the request.')
const tooLarge = () => apiError('upstream_error', 'Gemini sent an event that is larger than MAX_EVENT_BYTES.', { isRetryable: false })
