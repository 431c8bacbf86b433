import type { CancelSignal } from '../../contract/cancelSignal.js'
import type { Clock } from '../../contract/clock.js'
import { hasSuccessStatus, readBodyText, toResponseFailure } from '../answer/whole.js'
import { parseGeminiError } from '../failures/geminiError.js'
import type { Redact } from '../failures/redact.js'
import { translateFailure } from '../failures/rules.js'
import type { KeyRing } from '../keys/ring.js'
import { callWithAnyKey, type KeyCallResult } from '../keys/withAnyKey.js'
import type { CallOptions, GeminiClient } from '../wire/openaiClient.js'
import { unlessAborted } from '../wire/unlessAborted.js'

/** Looks up, at Google, models that the catalogue lacks. */
export interface ModelLookup {
  /**
   * Resolves to true if a model exists, or if Google's response does not say: a request to the
   * model then fails if it does not exist.
   *
   * @throws 502 or 504 if Google cannot be reached; the signal's reason if it aborts
   */
  exists(id: string, signal: CancelSignal): Promise<boolean>
}

const HIT_MS = 3_600_000
const MISS_MS = 300_000
// Maximum number of cached results, as callers may invent any number of names.
const MAX_CACHED_RESULTS = 1_000
const LONGEST_LOOKUP_MS = 10_000

/** Dependencies of {@link makeModelLookup}. */
export interface ModelLookupParts {
  readonly client: Pick<GeminiClient, 'get'>
  readonly keys: KeyRing
  readonly redact: Redact
  readonly elapsed: Clock['elapsed']
}

/**
 * Makes the lookup of models. Hits are cached for an hour, misses for five minutes; parallel
 * lookups of one model share a call.
 */
export function makeModelLookup({ client, keys, redact, elapsed }: ModelLookupParts): ModelLookup {
  const cached = new Map<string, { exists: boolean; until: number }>()
  const running = new Map<string, Promise<boolean>>()

  const cache = (id: string, exists: boolean): void => {
    cached.delete(id)
    cached.set(id, { exists, until: elapsed() + (exists ? HIT_MS : MISS_MS) })
    const [oldest] = cached.keys()
    if (cached.size > MAX_CACHED_RESULTS && oldest !== undefined) cached.delete(oldest)
  }

  const lookUp = async (id: string): Promise<boolean> => {
    // The signal of one request is not used: other requests may wait for the same result.
    const signal = AbortSignal.timeout(LONGEST_LOOKUP_MS)
    const { value: exists } = await callWithAnyKey(keys, (key) => getModel({ client, redact }, id, { key, signal }))
    if (exists !== undefined) cache(id, exists)
    return exists ?? true
  }

  const startLookup = (id: string): Promise<boolean> => {
    const lookup = lookUp(id).finally(() => running.delete(id))
    running.set(id, lookup)
    return lookup
  }

  return {
    exists: async (id, signal) => {
      const known = cached.get(id)
      if (known !== undefined && known.until > elapsed()) return known.exists
      try {
        return await unlessAborted(running.get(id) ?? startLookup(id), signal)
      } catch (error) {
        throw translateFailure(error, signal)
      }
    },
  }
}

/** Asks Google with one key if a model exists. An inconclusive response has no `value`. */
async function getModel(
  { client, redact }: Pick<ModelLookupParts, 'client' | 'redact'>,
  id: string,
  options: CallOptions,
): Promise<KeyCallResult<boolean>> {
  const response = await client.get(`/models/${encodeURIComponent(id)}`, options)
  const text = await readBodyText(response, options.signal)
  if (hasSuccessStatus(response)) return { value: true }
  const error = parseGeminiError(text)
  // A 404 without an error of Gemini is from another server and says nothing about the model.
  if (error !== undefined && response.status === 404) return { value: false }
  return { failure: toResponseFailure(response, error, { requestedModel: id, redact }) }
}
