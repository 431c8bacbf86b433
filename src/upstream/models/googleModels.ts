import type { Secret } from '../../config/secret.js'
import type { CancelSignal } from '../../contract/cancelSignal.js'
import { describeCause } from '../../contract/cause.js'
import type { Clock } from '../../contract/clock.js'
import { ApiError } from '../../contract/errors.js'
import { isRecord } from '../../contract/isRecord.js'
import type { Log } from '../../contract/log.js'
import { readAnswer } from '../answer/whole.js'
import type { Redact } from '../failures/redact.js'
import type { KeyRing } from '../keys/ring.js'
import { type KeyTrial, withAnyKey } from '../keys/withAnyKey.js'
import type { Client } from '../wire/openaiClient.js'
import { withoutPrefix } from './names.js'

/** The models that Google lists today, as far as they are known. */
export interface GoogleModels {
  /** Their ids; none before the first list has arrived. Makes no call. */
  ids(): readonly string[]
  /** Starts a call in the background where the last one is an hour ago. Never throws. */
  refresh(): void
  /** Ends a call that is running. */
  close(): void
}

/** Asks Google with one key for its models. @throws where Google cannot be reached */
export type AskForModels = (key: Secret, signal: CancelSignal) => Promise<KeyTrial<readonly string[]>>

/** What {@link makeGoogleModels} needs. */
export interface GoogleModelsParts {
  readonly ask: AskForModels
  readonly keys: KeyRing
  readonly log: Log
  readonly elapsed: Clock['elapsed']
}

const HOUR_MS = 3_600_000
const LONGEST_CALL_MS = 10_000
// Google lists some 50 models.
const MOST_LISTED = 1_000

// Of the names that requests may use, those that chat: Google's list does not say what a model is.
const CHATS = /^gem(?:ini|ma)-(?!.*(?:embedding|-tts\b|-live\b|-native-audio\b|-streaming\b|-computer-use\b|-image\b))[\w.-]{1,80}$/

/** Makes the list, which stays as it is while Google does not answer. */
export function makeGoogleModels({ ask, keys, log, elapsed }: GoogleModelsParts): GoogleModels {
  const closing = new AbortController()
  let ids: readonly string[] = []
  let nextCallAt = Number.NEGATIVE_INFINITY
  let isFailing = false

  const fetchIds = async (): Promise<void> => {
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(LONGEST_CALL_MS)])
      const { value, failure } = await withAnyKey(keys, (key) => ask(key, signal))
      if (value === undefined) throw failure ?? new Error('no key of GEMINI_API_KEY is usable')
      ids = [...new Set(value.map(withoutPrefix).filter((id) => CHATS.test(id)))].slice(0, MOST_LISTED)
      isFailing = false
    } catch (error) {
      // Once, not every hour: requests do not depend on the list.
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

/** Says why, for operators. What is no ApiError, such as a time limit, has no other cause. */
const causeOf = (error: unknown): string | undefined => (error instanceof ApiError ? describeCause(error) : undefined) ?? String(error)

/** Makes the call to the OpenAI-compatible endpoint. */
export const makeAskForModels =
  (client: Pick<Client, 'get'>, redact: Redact): AskForModels =>
  async (key, signal) => {
    const response = await client.get('/models', { key, signal })
    try {
      const { data } = (await readAnswer(response, { requestedModel: '', redact }, signal)) as { readonly data?: unknown }
      if (!Array.isArray(data)) return { failure: new Error('Google sent no list of models.') }
      return { value: data.flatMap((model: unknown) => (isRecord(model) && typeof model.id === 'string' ? model.id : [])) }
    } catch (failure) {
      return { failure }
    }
  }
