import type { Client } from './client.js'
import { isSuccess } from './wholeAnswer.js'

/** Asks Google about models that the catalogue does not know. */
export interface ModelLookup {
  /** True where Google knows the model, or cannot be asked: then the request itself will tell. */
  exists(id: string, signal: AbortSignal): Promise<boolean>
}

const HIT_MS = 3_600_000
const MISS_MS = 300_000
// Callers may invent names without end.
const MOST_REMEMBERED = 1_000

/**
 * Makes the look-up. Hits are remembered for an hour, misses for five minutes.
 *
 * @param now - the present, in milliseconds since 1970
 */
export function makeModelLookup(client: Pick<Client, 'get'>, now: () => number): ModelLookup {
  const remembered = new Map<string, { exists: boolean; until: number }>()

  const remember = (id: string, exists: boolean): void => {
    remembered.delete(id)
    remembered.set(id, { exists, until: now() + (exists ? HIT_MS : MISS_MS) })
    const [oldest] = remembered.keys()
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest)
  }

  return {
    exists: async (id, signal) => {
      const known = remembered.get(id)
      if (known !== undefined && known.until > now()) return known.exists
      const response = await client.get(`/models/${encodeURIComponent(id)}`, signal)
      await response.body.text()
      if (isSuccess(response) || response.status === 404) remember(id, isSuccess(response))
      return response.status !== 404
    },
  }
}
