import { ApiError, apiError } from '../../contract/errors.js'
import { GeminiFailure, isTransient, keyFaultOf } from '../failures/rules.js'
import type { UpstreamResponse } from '../wire/upstreamCall.js'
import { InvalidAnswer } from './choice.js'
import type { RawAnswer, RawChoice } from './rawAnswer.js'

/** Limits and callbacks for requesting the rest of a long answer. */
export interface ContinuationOptions {
  /** Maximum number of continuations of one answer. */
  readonly maxContinuations: number
  /** Requests the rest after a continuation token. @throws an ApiError, or the signal's reason */
  readonly call: (token: string) => Promise<UpstreamResponse>
  /** Waits before a failed request is sent again. @throws the failure if a retry cannot help */
  readonly waitToRepeat: (failure: unknown) => Promise<void>
  /** Called before each continuation. */
  readonly onContinuation: () => void
  /** Called before each resumption after a broken connection. */
  readonly onResumption: () => void
  /** True if thoughts are not sent to the client. A resumption may then generate them again. */
  readonly hidesThoughts: boolean
}

const MAX_RESUMPTIONS = 3
// Maximum number of resumptions of one answer, as each new resume point allows 3 more of them.
const MAX_RESUMPTIONS_IN_ALL = 24

/**
 * Tracks the continuation tokens of one answer and requests its rest. Gemini ends an unfinished
 * response with a token. A stream may have earlier tokens, from which it is resumed if it breaks.
 */
export class Continuations {
  readonly #options: ContinuationOptions | undefined
  #count = 0
  /** Number of resumptions since the last new continuation token. */
  #resumptions = 0
  #allResumptions = 0
  /** Continuation token that the current attempt sent; undefined in the first attempt. */
  #callToken: string | undefined
  /** The last continuation token sent or received, from which a failed response is resumed. */
  #resumeToken: string | undefined
  /** True once the client has received output that follows `#resumeToken`. */
  #hasSentPastToken = false
  /** Token at the end of the current response if the answer is unfinished; else undefined. */
  #nextToken: string | undefined

  /** @param options - undefined to never continue or resume the answer */
  constructor(options: ContinuationOptions | undefined) {
    this.#options = options
  }

  /** True if the current response ended with a token, and another continuation is allowed. */
  get isUnfinished(): boolean {
    return this.#nextToken !== undefined && this.#count < (this.#options?.maxContinuations ?? 0)
  }

  /** True if a failed response can be resumed without sending the client output twice. */
  get isResumable(): boolean {
    return this.#options !== undefined && this.#resumeToken !== undefined && !this.#hasSentPastToken
  }

  /** Records an event: its continuation token, and whether it has output for the client. */
  add(answer: RawAnswer): void {
    const { resumePoint } = answer
    if (this.#resumeToken !== undefined && !this.#hasSentPastToken)
      this.#hasSentPastToken = hasOutput(answer, this.#options?.hidesThoughts === true)
    const { token } = resumePoint ?? {}
    if (!token || token === this.#callToken) return
    if (resumePoint?.endsResponse === true) this.#nextToken = token
    if (token !== this.#resumeToken) this.#resumptions = 0
    this.#resumeToken = token
    this.#hasSentPastToken = false
  }

  /**
   * Returns true, at most once per response, for a failure that occurs after the final event of an
   * unfinished response. It can be ignored, because the answer is continued.
   */
  canIgnore(failure: unknown): boolean {
    if (this.#nextToken === undefined || this.#nextToken !== this.#resumeToken || this.#hasSentPastToken || !mayBeResumed(failure))
      return false
    this.#resumeToken = undefined
    return true
  }

  /** Requests the continuation of an unfinished answer. @throws the failure of the last retry */
  next(): Promise<UpstreamResponse> {
    this.#count += 1
    this.#options?.onContinuation()
    return this.#open(this.#nextToken ?? '')
  }

  /**
   * Requests the answer from the last continuation token again, after the current response failed.
   *
   * @throws the failure if the client would receive output twice, or a resumption cannot help
   */
  async resume(failure: unknown): Promise<UpstreamResponse> {
    if (this.#options === undefined || this.#resumeToken === undefined || !this.isResumable || !mayBeResumed(failure))
      throw this.#callToken === undefined ? failure : toContinuationFailure(failure)
    // After an error that Gemini reported, wait; after a broken connection, resume at once.
    if (failure.cause instanceof GeminiFailure) await this.#options.waitToRepeat(failure)
    else if (this.#resumptions === MAX_RESUMPTIONS || this.#allResumptions === MAX_RESUMPTIONS_IN_ALL) throw failure
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
        // `#options` is defined: without options, an answer is never continued or resumed.
        return await (this.#options as ContinuationOptions).call(token)
      } catch (error) {
        await this.#options?.waitToRepeat(error).catch((failure: unknown) => {
          throw toContinuationFailure(failure)
        })
      }
    }
  }
}

/** True if an event has output for the client; thoughts count unless they are hidden. */
const hasOutput = ({ choices = [], resumePoint }: RawAnswer, hidesThoughts: boolean): boolean =>
  choices.some((choice) => isOutput(choice, hidesThoughts, resumePoint?.endsResponse === true))

function isOutput({ delta = {}, finish_reason: finish, logprobs }: RawChoice, hidesThoughts: boolean, isContinued: boolean): boolean {
  const { role: _, reasoning_content: thought, ...others } = delta
  return Boolean((finish && !isContinued) || logprobs || (thought && !hidesThoughts)) || Object.values(others).some(Boolean)
}

const mayBeResumed = (failure: unknown): failure is ApiError =>
  failure instanceof ApiError && isTransient(failure) && !(failure.cause instanceof InvalidAnswer)

/** Converts 4xx, except 429 and key faults, to 502: the client's request was accepted before. */
function toContinuationFailure(failure: unknown): unknown {
  if (!(failure instanceof ApiError) || failure.status >= 500 || failure.status === 429 || keyFaultOf(failure) !== undefined) return failure
  return apiError('upstream_error', 'Gemini refused to continue its answer. Retry the request.', { cause: failure.cause ?? failure })
}
