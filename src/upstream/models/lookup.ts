import { isSuccess, readText } from '../answer/whole.js'
import { parseGeminiError } from '../failures/geminiError.js'
import { toApiError, toApiErrorFromStatus, translateFailure } from '../failures/rules.js'
import type { KeyRing } from '../keys/ring.js'
import type { CallOptions, Client } from '../wire/openaiClient.js'

/** Asks Google about models that the catalogue does not know. */
export interface ModelLookup {
  /**
   * True where Google knows the model, or will not tell: then the request itself will.
   *
   * @throws 502 or 504 where Google cannot be reached; the signal's reason where it aborted
   */
  exists(id: string, signal: AbortSignal): Promise<boolean>
}

const HIT_MS = 3_600_000
const MISS_MS = 300_000
// Callers may invent names without end.
const MOST_REMEMBERED = 1_000
const LONGEST_LOOKUP_MS = 10_000

/** What {@link makeModelLookup} needs. */
export interface ModelLookupParts {
  readonly client: Pick<Client, 'get'>
  readonly keys: KeyRing
  /** The present, in milliseconds since 1970. */
  readonly now: () => number
}

// In place of a model: looking one up spends nothing of its quota.
const TURNS = '/models'

/** Makes the look-up. Hits are remembered for an hour, misses for five minutes; those who ask at the same time share one look-up. */
export function makeModelLookup({ client, keys, now }: ModelLookupParts): ModelLookup {
  const remembered = new Map<string, { exists: boolean; until: number }>()
  const running = new Map<string, Promise<boolean>>()

  const remember = (id: string, exists: boolean): void => {
    remembered.delete(id)
    remembered.set(id, { exists, until: now() + (exists ? HIT_MS : MISS_MS) })
    const [oldest] = remembered.keys()
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest)
  }

  const ask = async (id: string): Promise<boolean> => {
    // Not the signal of a caller: others may wait for the same answer.
    const signal = AbortSignal.timeout(LONGEST_LOOKUP_MS)
    const tried = new Set<number>()
    for (let loan = keys.find(TURNS, tried); loan !== undefined; loan = keys.find(TURNS, tried)) {
      const { isKnown, failure } = await look(client, id, { key: loan.key, signal })
      if (isKnown !== undefined) remember(id, isKnown)
      if (!keys.settle(loan, failure)) return isKnown ?? true
      tried.add(loan.position)
    }
    return true
  }

  const share = (id: string): Promise<boolean> => {
    const asking = ask(id).finally(() => running.delete(id))
    running.set(id, asking)
    return asking
  }

  return {
    exists: async (id, signal) => {
      const known = remembered.get(id)
      if (known !== undefined && known.until > now()) return known.exists
      try {
        return await unlessAborted(running.get(id) ?? share(id), signal)
      } catch (error) {
        throw translateFailure(error, signal)
      }
    },
  }
}

interface Found {
  /** Undefined where Google does not tell. */
  readonly isKnown?: boolean
  readonly failure?: unknown
}

async function look(client: ModelLookupParts['client'], id: string, options: CallOptions): Promise<Found> {
  const response = await client.get(`/models/${encodeURIComponent(id)}`, options)
  const text = await readText(response, options.signal)
  if (isSuccess(response)) return { isKnown: true }
  const error = parseGeminiError(text)
  const context = { askedModel: id, key: options.key }
  // A page that is no error of Gemini's tells of a wrong address, not of the model.
  if (error === undefined) return { failure: toApiErrorFromStatus(response.status, context) }
  if (response.status === 404) return { isKnown: false }
  return { failure: toApiError({ ...error, code: response.status }, context) }
}

/** What `promise` gives, unless the signal aborts before it does. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
