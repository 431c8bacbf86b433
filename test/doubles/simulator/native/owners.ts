import { Refusal } from '../errors.js'
import type { JsonObject, Settings } from '../types.js'

/**
 * Accepts a body if all files and caches that it names belong to the key.
 *
 * @throws Refusal 403, equal to that for a file or cache that does not exist
 */
export function checkOwners(body: JsonObject | undefined, key: string, { owners }: Settings): void {
  const ids = Object.keys(owners)
  if (ids.length === 0) return
  const text = JSON.stringify(body ?? {})
  const foreign = ids.find((id) => (text.includes(`"${id}"`) || text.includes(`/${id}"`)) && owners[id] !== key)
  if (foreign === undefined) return
  const message = foreign.startsWith('files/')
    ? `You do not have permission to access the File ${foreign.slice('files/'.length)} or it may not exist.`
    : 'CachedContent not found (or permission denied)'
  throw new Refusal({ code: 403, status: 'PERMISSION_DENIED', message })
}
