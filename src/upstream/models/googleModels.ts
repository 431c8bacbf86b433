import type { Secret } from '../../config/secret.js'
import type { CancelSignal } from '../../contract/cancelSignal.js'
import { describeCause } from '../../contract/cause.js'
import type { Clock } from '../../contract/clock.js'
import { ApiError } from '../../contract/errors.js'
import type { Log } from '../../contract/log.js'
import { readAnswer } from '../answer/whole.js'
import type { Redact } from '../failures/redact.js'
import type { KeyRing } from '../keys/ring.js'
import { callWithAnyKey, type KeyCallResult } from '../keys/withAnyKey.js'
import type { GeminiClient } from '../wire/openaiClient.js'
import type { ModelsCodec, ModelsPage } from './modelsCodec.js'
import { withoutModelsPrefix } from './names.js'

/** A cached copy of Google's own list of models. */
export interface GoogleModels {
  /** Returns the ids of Google's chat models, without a call; [] until a list has arrived. */
  ids(): readonly string[]
  /** Refreshes the list in the background, if the last call was over an hour ago. Never throws. */
  refresh(): void
  /** Aborts a refresh that is running, and prevents others. */
  close(): void
}

/** Requests the ids of Google's models with one key. Never rejects: it returns failures. */
export type FetchModelIds = (key: Secret, signal: CancelSignal) => Promise<KeyCallResult<readonly string[]>>

/** Dependencies of {@link makeGoogleModels}. */
export interface GoogleModelsParts {
  readonly fetchModelIds: FetchModelIds
  readonly keys: KeyRing
  readonly log: Log
  readonly elapsed: Clock['elapsed']
}

const HOUR_MS = 3_600_000
const LONGEST_CALL_MS = 10_000
// Maximum number of models that are taken from Google's list, which has about 50.
const MAX_LISTED_MODELS = 1_000
// Maximum number of pages of one list: a faulty server may repeat a page endlessly.
const MAX_PAGES = 10

// Recognizes chat models by their names: Google's list does not say what kind a model is.
const CHAT_MODEL_NAME =
  /^gem(?:ini|ma)-(?!.*(?:embedding|-tts\b|-live\b|-native-audio\b|-streaming\b|-transcribe\b|-computer-use\b|-images?\b|nano-banana))[\w.-]{1,80}$/

/** Makes the cached list of Google's models. If a refresh fails, it keeps the previous list. */
export function makeGoogleModels({ fetchModelIds, keys, log, elapsed }: GoogleModelsParts): GoogleModels {
  const closing = new AbortController()
  let ids: readonly string[] = []
  let nextCallAt = Number.NEGATIVE_INFINITY
  let isFailing = false

  const fetchIds = async (): Promise<void> => {
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(LONGEST_CALL_MS)])
      const { value, failure } = await callWithAnyKey(keys, (key) => fetchModelIds(key, signal))
      if (value === undefined) throw failure ?? new Error('no key of GEMINI_API_KEY is usable')
      ids = [...new Set(value.map(withoutModelsPrefix).filter((id) => CHAT_MODEL_NAME.test(id)))].slice(0, MAX_LISTED_MODELS)
      isFailing = false
    } catch (error) {
      // Logged once, not every hour: requests do not depend on the list.
      if (!isFailing && !closing.signal.aborted)
        log.warn({ cause: causeOf(error) }, 'Gemini did not list its models; GET /v1/models lists those known so far')
      isFailing = true
    }
  }

  return {
    ids: () => ids,
    refresh: () => {
      if (elapsed() < nextCallAt || closing.signal.aborted) return
      nextCallAt = elapsed() + HOUR_MS
      void fetchIds()
    },
    close: () => closing.abort(),
  }
}

/** Describes a failure for the log. Errors such as a timeout are not ApiErrors. */
const causeOf = (error: unknown): string | undefined => (error instanceof ApiError ? describeCause(error) : undefined) ?? String(error)

/** Dependencies of {@link makeFetchModelIds}. */
export interface FetchModelIdsParts {
  readonly client: Pick<GeminiClient, 'get'>
  readonly codec: ModelsCodec
  readonly redact: Redact
}

/** Makes the function that reads all pages of Google's list of models. */
export const makeFetchModelIds =
  ({ client, codec, redact }: FetchModelIdsParts): FetchModelIds =>
  async (key, signal) => {
    const ids: string[] = []
    const read = async (pageToken: string | undefined): Promise<ModelsPage | undefined> => {
      const response = await client.get(codec.pathOf(pageToken), { key, signal })
      return codec.decode(await readAnswer(response, { requestedModel: '', redact }, signal))
    }
    try {
      let pageToken: string | undefined
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const page = await read(pageToken)
        if (page === undefined) return { failure: new Error('Google sent no list of models.') }
        ids.push(...page.chatIds)
        pageToken = page.nextPageToken
        if (pageToken === undefined) break
      }
      return { value: ids }
    } catch (failure) {
      return { failure }
    }
  }
