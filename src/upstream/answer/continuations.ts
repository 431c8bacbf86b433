import { ApiError, apiError } from '../../contract/errors.js'
import { GeminiFailure, isTransient, keyFaultOf } from '../failures/rules.js'
import type { UpstreamResponse } from '../wire/upstreamCall.js'
import { InvalidAnswer } from './choice.js'
import type { RawAnswer, RawChoice } from './rawAnswer.js'

/** How Gemini is called again for the rest of an answer. */
export interface ContinuationOptions {
  /** Most calls that continue an answer, after the first call. */
  readonly maxContinuations: number
  /** Requests what follows a place of the answer. @throws an ApiError, or the signal's reason */
  readonly call: (token: string) => Promise<UpstreamResponse>
  /** Waits until a failed call makes sense once more. @throws the failure where it does not */
  readonly waitToRepeat: (failure: unknown) => Promise<void>
  /** Called before a call that continues an answer. */
  readonly onContinuation: () => void
  /** Called before a call that replaces one whose connection broke. */
  readonly onResumption: () => void
  /** True where the client gets no thoughts. */
  readonly hidesThoughts: boolean
}

const MOST_RESUMPTIONS = 3
// A connection that breaks after each place would otherwise be billed until the request times out.
const MOST_RESUMPTIONS_IN_ALL = 24

/**
 * The calls of Gemini that make one answer. Gemini ends a call, but not the answer, with a token
 * that continues it. Within a stream it marks places from which the answer can go on as well.
 */
export class Continuations {
  readonly #options: ContinuationOptions | undefined
  #count = 0
  /** Calls since the last new place that replaced one whose connection broke. */
  #resumptions = 0
  #allResumptions = 0
  /** The token of the running call; undefined in the first call. */
  #callToken: string | undefined
  /** The last place from which the answer can go on. */
  #resumeToken: string | undefined
  /** True where the client has received something that follows that place. */
  #hasSentPastToken = false
  /** Continues the answer, which Gemini has not finished in this call. */
  #nextToken: string | undefined

  /** @param options - undefined where an answer must end with the first call */
  constructor(options: ContinuationOptions | undefined) {
    this.#options = options
  }

  /** True where the answer goes on in another call. */
  get isUnfinished(): boolean {
    return this.#nextToken !== undefined && this.#count < (this.#options?.maxContinuations ?? 0)
  }

  /** True where a failure of the running call may be mended by a call from its last place. */
  get isResumable(): boolean {
    return this.#options !== undefined && this.#resumeToken !== undefined && !this.#hasSentPastToken
  }

  /** Adds an event of the running call. */
  add(answer: RawAnswer): void {
    const { resumePoint } = answer
    if (this.#resumeToken !== undefined && !this.#hasSentPastToken)
      this.#hasSentPastToken = hasOutput(answer, this.#options?.hidesThoughts === true)
    const { token } = resumePoint ?? {}
    if (!token || token === this.#callToken) return
    if (resumePoint?.isEnd === true) this.#nextToken = token
    if (token !== this.#resumeToken) this.#resumptions = 0
    this.#resumeToken = token
    this.#hasSentPastToken = false
  }

  /**
   * Returns true where the call failed after its last event, which had a continuation token: the
   * failure is then ignored. True only once for each call.
   */
  hadEnded(failure: unknown): boolean {
    if (this.#nextToken === undefined || this.#nextToken !== this.#resumeToken || this.#hasSentPastToken || !mayBeResumed(failure))
      return false
    this.#resumeToken = undefined
    return true
  }

  /** Requests the next part of an unfinished answer. @throws what the last failed call threw */
  next(): Promise<UpstreamResponse> {
    this.#count += 1
    this.#options?.onContinuation()
    return this.#open(this.#nextToken ?? '')
  }

  /**
   * Requests what follows the last place of the answer, after the call has failed.
   *
   * @throws the failure where the client would receive a part twice, or a repetition cannot help
   */
  async resume(failure: unknown): Promise<UpstreamResponse> {
    if (this.#options === undefined || this.#resumeToken === undefined || !this.isResumable || !mayBeResumed(failure))
      throw this.#callToken === undefined ? failure : toLaterFailure(failure)
    // Gemini asks for a pause by an error, but not by a broken connection.
    if (failure.cause instanceof GeminiFailure) await this.#options.waitToRepeat(failure)
    else if (this.#resumptions === MOST_RESUMPTIONS || this.#allResumptions === MOST_RESUMPTIONS_IN_ALL) throw failure
    else {
      this.#resumptions += 1
      this.#allResumptions += 1
      this.#options.onResumption()
    }
    return this.#open(this.#resumeToken)
  }

  async #open(token: string): Promise<UpstreamResponse> {
    this.#callToken = token
    this.#resumeToken = token
    this.#hasSentPastToken = false
    this.#nextToken = undefined
    for (;;) {
      try {
        return await (this.#options as ContinuationOptions).call(token) // no call is continued without them
      } catch (error) {
        await this.#options?.waitToRepeat(error).catch((failure: unknown) => {
          throw toLaterFailure(failure)
        })
      }
    }
  }
}

/** True where an event has anything for the client. */
const hasOutput = ({ choices = [], resumePoint }: RawAnswer, hidesThoughts: boolean): boolean =>
  choices.some((choice) => isOutput(choice, hidesThoughts, resumePoint?.isEnd === true))

function isOutput({ delta = {}, finish_reason: finish, logprobs }: RawChoice, hidesThoughts: boolean, isContinued: boolean): boolean {
  const { role: _, reasoning_content: thought, ...others } = delta
  return Boolean((finish && !isContinued) || logprobs || (thought && !hidesThoughts)) || Object.values(others).some(Boolean)
}

const mayBeResumed = (failure: unknown): failure is ApiError =>
  failure instanceof ApiError && isTransient(failure) && !(failure.cause instanceof InvalidAnswer)

/** Not the client's fault: Gemini has accepted the same request before. Only the token is new. */
function toLaterFailure(failure: unknown): unknown {
  if (!(failure instanceof ApiError) || failure.status >= 500 || failure.status === 429 || keyFaultOf(failure) !== undefined) return failure
  return apiError('upstream_error', 'Gemini refused to continue its answer. Retry the request.', { cause: failure.cause ?? failure })
}
