import type { ApiError } from '../contract/errors.js'
import type { OperationContext, RelayedResult } from '../contract/operation.js'
import { logAttempt } from '../contract/requestLog.js'
import { hasSuccessStatus, readBodyBytes, toResponseFailure } from './answer/whole.js'
import { parseGeminiError } from './failures/geminiError.js'
import type { Redact } from './failures/redact.js'
import type { FailureContext } from './failures/rules.js'
import type { KeyPins } from './keys/pins.js'
import { withoutModelsPrefix } from './models/names.js'
import type { EventFacts, FactsReader } from './native/relay/eventFacts.js'
import type { AttemptOptions, AttemptTarget } from './retries.js'
import { logServedModel } from './send.js'
import type { UpstreamResponse } from './wire/upstreamCall.js'

/** Sends a request once, to the model and with the key of an attempt. */
export type SendAttempt = (target: AttemptTarget) => Promise<UpstreamResponse>

// Maximum number of a request's ids whose key is recorded: clients can send many invented ids.
const MAX_LEARNED_IDS = 10

/** The content type of Google's JSON. */
export const GOOGLE_JSON = 'application/json; charset=UTF-8'

/** Inputs of a {@link RelayedCall}. */
export interface RelayedCallParts {
  readonly redact: Redact
  readonly pins: KeyPins
  readonly options: AttemptOptions
  readonly send: SendAttempt
  readonly read: FactsReader
  /** Ids of the items in the request that only some keys can access, such as files. */
  readonly ids: readonly string[]
  readonly context: Pick<OperationContext, 'caller'>
}

/** One relayed request, with the state of all its attempts. */
export class RelayedCall {
  readonly failureContext: FailureContext
  readonly #parts: RelayedCallParts
  /** Google's last error response about the content of the request. */
  #refusal: (RelayedResult['relayed'] & { readonly failure: ApiError }) | undefined
  #pinning: Promise<void> = Promise.resolve()
  #arePinned = false

  constructor(parts: RelayedCallParts) {
    this.#parts = parts
    this.failureContext = { requestedModel: parts.options.requestedModel, redact: parts.redact, namesItems: parts.ids.length > 0 }
  }

  /**
   * Sends the request and returns a successful response. @throws an ApiError for an error response
   */
  async begin(target: AttemptTarget): Promise<UpstreamResponse> {
    const { options, send } = this.#parts
    const { requestLog, requestedModel, signal } = options
    if (requestedModel !== '') logServedModel(requestLog, target.model, requestedModel)
    logAttempt(requestLog, target.key)
    const response = await send(target)
    if (hasSuccessStatus(response)) return response
    const bytes = await readBodyBytes(response, signal)
    const text = bytes.toString()
    const error = parseGeminiError(text)
    const failure = toResponseFailure(response, error, this.failureContext)
    // Clients get Google's own error response only if it is about the content of the request, and
    // contains nothing to redact.
    const isClean = text.length <= LONGEST_REFUSAL && this.failureContext.redact(text) === text.trim()
    const isAboutContent = failure.code === 'invalid_request' || failure.code === 'context_length_exceeded'
    if (isAboutContent && failure.status === response.status && isClean)
      this.#refusal = { status: response.status, contentType: GOOGLE_JSON, bytes, failure }
    throw failure
  }

  /**
   * Reads the JSON of an answer, or of one event of it. @throws an ApiError for an error of Gemini
   */
  read(json: string): EventFacts {
    return this.#parts.read(json, this.failureContext)
  }

  /** Records the usage, model and ids of an answer, or of one event of it. */
  record({ usage, model, ids = [] }: EventFacts, target: AttemptTarget): void {
    const { options, pins } = this.#parts
    const { requestLog, requestedModel } = options
    if (usage !== undefined) requestLog.usage = usage
    // Google reroutes some models: log the answering model, which only the answer names.
    if (model !== undefined && requestedModel !== '' && withoutModelsPrefix(model) !== target.model)
      logServedModel(requestLog, withoutModelsPrefix(model), requestedModel)
    // A success does not prove that the ids in the request exist: they are recorded for this caller
    // only.
    const named = this.#arePinned ? [] : this.#parts.ids
    this.#arePinned = true
    const learn = (learned: readonly string[], caller?: string): void => {
      if (learned.length > 0)
        this.#pinning = Promise.all([this.#pinning, pins.recordKey(learned, target.key, caller)]).then(() => undefined)
    }
    learn(ids)
    learn(named.slice(0, MAX_LEARNED_IDS), this.#parts.context.caller)
  }

  /** Waits until the proxy has stored which key can access the ids in the answer so far. */
  waitForPins(): Promise<void> {
    return this.#pinning
  }

  /** Runs attempts. Returns Google's own response if it refused the content of the request. */
  async runOrPassRefusal<T>(run: () => Promise<T>): Promise<T | RelayedResult> {
    try {
      return await run()
    } catch (error) {
      if (this.#refusal === undefined || this.#refusal.failure !== error) throw error
      return { relayed: this.#refusal }
    }
  }
}

// Maximum length of an error response that clients get, in characters: redaction cuts longer ones.
const LONGEST_REFUSAL = 1_000
