import { GOOGLE_MODEL_METHODS } from '../../contract/rawJson.js'
import type { ContractOperation } from './contractOperation.js'

/** The path that replaces invalid URLs and those that cannot be decoded; no operation has it. */
export const MALFORMED_URL_PATH = '/malformed-url'

// A client that uses this server as its HTTP proxy sends absolute URLs. Only the path is used.
const SCHEME_AND_HOST = /^https?:\/\/[^/?#]*/i
// Some clients send `/v1/models/models/gemini-...`, with the prefix of Google's model names.
const DOUBLE_MODELS = /^(\/v1(?:beta)?\/models\/)models\//
// Google's newest SDKs call model methods under v1; other paths there belong to OpenAI's API.
const MODEL_CALL_UNDER_V1 = /^\/v1(\/models\/[^/?]+(?::|%3[Aa])([A-Za-z]+))(?=\?|$)/
const INTERACTIONS_UNDER_V1 = /^\/v1(\/interactions(?:[/?]|$))/
const KNOWN_METHODS: ReadonlySet<string> = new Set(GOOGLE_MODEL_METHODS)

const toGooglePath = (url: string): string =>
  url
    .replace(MODEL_CALL_UNDER_V1, (whole: string, call: string, method: string) => (KNOWN_METHODS.has(method) ? `/v1beta${call}` : whole))
    .replace(INTERACTIONS_UNDER_V1, '/v1beta$1')

/** The path of a URL, without its query. */
export const pathOf = (url: string): string => url.split('?', 1)[0] ?? ''

/**
 * Normalises a URL for the router: removes its origin, trailing slashes and a second `models/`, and
 * changes the version of Google's methods to `/v1beta`.
 */
export function canonicalUrl(url: string): string {
  // The router would treat the URL `*` (of OPTIONS) as `/`.
  if (url === '*') return MALFORMED_URL_PATH
  const trimmed = withoutLastSlashes(withoutOrigin(url))
  const unprefixed = toGooglePath(trimmed.replace(DOUBLE_MODELS, '$1'))
  if (!unprefixed.includes('%')) return unprefixed
  try {
    decodeURIComponent(pathOf(unprefixed))
    return unprefixed
  } catch {
    // Malformed percent-encoding: Fastify's own 400 would not have the proxy's error format.
    return MALFORMED_URL_PATH
  }
}

/** Removes scheme, host and port from a URL, if it has them. */
export function withoutOrigin(url: string): string {
  if (url.startsWith('/')) return url
  const path = url.replace(SCHEME_AND_HOST, '')
  return path === '' || path.startsWith('?') ? `/${path}` : path
}

function withoutLastSlashes(url: string): string {
  const query = url.indexOf('?')
  const end = query === -1 ? url.length : query
  let last = end
  while (last > 1 && url[last - 1] === '/') last -= 1
  return last === end ? url : url.slice(0, last) + url.slice(end)
}

/** A path of the contract, with the methods that it allows. */
export interface KnownPath {
  readonly template: string
  /** The value of the header `Allow`. */
  readonly allow: string
}

/** Makes a function that finds a path in the contract; it returns undefined for an unknown path. */
export function makePathLookup(operations: readonly ContractOperation[]): (path: string) => KnownPath | undefined {
  const paths = new Map<string, Set<string>>()
  for (const { path, method } of operations) {
    const methods = paths.get(path) ?? new Set<string>()
    paths.set(path, methods.add(method.toUpperCase()).add('OPTIONS'))
    if (method === 'get') methods.add('HEAD')
  }
  const patterns = [...paths].map(([path, methods]) => ({
    template: path,
    pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    allow: [...methods].sort().join(', '),
  }))
  return (path) => patterns.find(({ pattern }) => pattern.test(path))
}
