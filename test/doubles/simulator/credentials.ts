import type { IncomingHttpHeaders } from 'node:http'
import { errorOf, Refusal, refusal } from './errors.js'
import type { KeyState, Settings } from './types.js'

/** Headers that Google refuses beside a key, because it counts them as a second credential. */
const EXTRA = ['openai-organization', 'openai-project'] as const

/**
 * Accepts a request with exactly one valid credential.
 *
 * @throws Refusal 400 for none or several, else the error of the key's state
 */
export const checkCredentials = (headers: IncomingHttpHeaders, query: string, settings: Settings): void => {
  const { authorization, 'x-goog-api-key': apiKey } = headers
  const queryKey = query.includes('key=') ? new URLSearchParams(query).get('key') : null
  const given = [authorization || undefined, apiKey || undefined, queryKey ?? undefined, ...EXTRA.map((name) => headers[name])]
  const count = given.filter((value) => value !== undefined).length
  if (count > 1) throw refusal('multiple-credentials')
  const state = stateOfKey(keyOf(authorization, apiKey, queryKey), settings)
  if (state !== 'valid') throw new Refusal(errorOf(state))
}

function keyOf(authorization: string | undefined, apiKey: string | string[] | undefined, queryKey: string | null): string {
  if (typeof apiKey === 'string' && apiKey !== '') return apiKey
  if (queryKey) return queryKey
  if (!authorization) throw refusal('missing-authorization')
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (token === undefined) throw refusal('invalid-authorization')
  return token
}

/**
 * Returns the state of a key: as set in the settings, otherwise `invalid` if the key begins with
 * `invalid`, and `valid` if not.
 */
export function stateOfKey(key: string, settings: Settings): KeyState {
  const { keys } = settings
  const known = isMap(keys) ? keys.get(key) : Object.hasOwn(keys, key) ? keys[key] : undefined
  return known ?? (key.startsWith('invalid') ? 'invalid' : 'valid')
}

const isMap = (keys: Settings['keys']): keys is ReadonlyMap<string, KeyState> => keys instanceof Map
