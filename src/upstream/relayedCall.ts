import type { ApiError } from '../contract/errors.js'
import type { RelayedResult } from '../contract/operation.js'
import { logAttempt } from '../contract/requestLog.js'
import { isSuccess, readBodyBytes, toResponseFailure } from './answer/whole.js'
import { parseGeminiError } from './failures/geminiError.js'
import type { Redact } from './failures/redact.js'
import type { FailureContext } from './failures/rules.js'
import { withoutPrefix } from './models/names.js'
import type { EventFacts } from './native/relay/eventFacts.js'
import type { AttemptOptions, AttemptTarget } from './retries.js'
import { logServedModel } from './send.js'
import type { UpstreamResponse } from './wire/upstreamCall.js'

/** Sends a request once. */
export type Send = (target: AttemptTarget) => Promise<UpstreamResponse>

/** The content type of Google's JSON. */
export const GOOGLE_JSON = 'application/json; charset=UTF-8'

/** One relayed request with all its attempts. */
export class RelayedCall {
  readonly failure: FailureContext
  readonly #options: AttemptOptions
  readonly #send: Send
  /** What Google said when it last refused the content of the request. */
  #refusal: (RelayedResult['relayed'] & { readonly failure: ApiError }) | undefined

  constructor(redact: Redact, options: AttemptOptions, send: Send) {
    this.failure = { requestedModel: options.requestedModel, redact }
    this.#options = options
    this.#send = send
  }

  /** Sends the request. @throws an ApiError for an error response */
  async begin(target: AttemptTarget): Promise<UpstreamResponse> {
    const { requestLog, requestedModel, signal } = this.#options
    if (requestedModel !== '') logServedModel(requestLog, target.model, requestedModel)
    logAttempt(requestLog, target.key)
    const response = await this.#send(target)
    if (isSuccess(response)) return response
    const bytes = await readBodyBytes(response, signal)
    const text = bytes.toString()
    const error = parseGeminiError(text)
    const failure = toResponseFailure(response, error, this.failure)
    // Google's words are passed on where they are about the content, and name nothing of ours.
    const isClean = text.length <= LONGEST_REFUSAL && this.failure.redact(text) === text.trim()
    if (failure.code === 'invalid_request' && failure.status === response.status && isClean)
      this.#refusal = { status: response.status, contentType: GOOGLE_JSON, bytes, failure }
    throw failure
  }

  /** Logs what an answer, or an event of it, says. */
  log({ usage, model }: EventFacts, calledModel: string): void {
    const { requestLog, requestedModel } = this.#options
    if (usage !== undefined) requestLog.usage = usage
    // Google itself reroutes some models, and reports it only here.
    if (model !== undefined && withoutPrefix(model) !== calledModel) logServedModel(requestLog, withoutPrefix(model), requestedModel)
  }

  /** Returns Google's refusal where the attempts ended in it. */
  async orRefusal<T>(run: () => Promise<T>): Promise<T | RelayedResult> {
    try {
      return await run()
    } catch (error) {
      if (this.#refusal === undefined || this.#refusal.failure !== error) throw error
      return { relayed: this.#refusal }
    }
  }
}

// As much as is searched for what must not be passed on.
const LONGEST_REFUSAL = 1_000
