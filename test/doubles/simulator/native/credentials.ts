import type { IncomingHttpHeaders } from 'node:http'
import { stateOfKey } from '../credentials.js'
import { errorOf, Refusal, refusal } from '../errors.js'
import type { Settings } from '../types.js'

/**
 * Accepts a request with exactly one valid key, in its header or its query.
 *
 * @throws Refusal 403 without a key, 401 for a key as bearer token, 400 for several or a wrong one
 */
export const checkNativeKey = (headers: IncomingHttpHeaders, query: string, settings: Settings): void => {
  const { authorization, 'x-goog-api-key': header } = headers
  const fromQuery = query.includes('key=') ? new URLSearchParams(query).get('key') : null
  const keys = [header, fromQuery].filter((key) => typeof key === 'string' && key !== '')
  if (keys.length > 1 || (keys.length === 1 && authorization)) throw refusal('multiple-credentials')
  if (authorization) throw refusal('token-type')
  const [key] = keys
  if (typeof key !== 'string') throw refusal('unregistered')
  const state = stateOfKey(key, settings)
  // For an invalid key, the native API sends a longer message than the compatible API, and details.
  if (state !== 'valid') throw new Refusal(errorOf(state === 'invalid' ? 'invalid-long' : state))
}
