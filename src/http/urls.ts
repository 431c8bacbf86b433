import type { ContractOperation } from './dispatch/dispatcher.js'

/** Where a URL goes that cannot be decoded: a path that no operation has. */
const MALFORMED = '/malformed-url'

/**
 * Gives the URL that is routed.
 *
 * `models/` may stand before a model's id, and some clients do not encode its slash.
 */
export function canonicalUrl(url: string): string {
  const unprefixed = url.startsWith('/v1/models/models/') ? `/v1/models/${url.slice(18)}` : url
  if (!unprefixed.includes('%')) return unprefixed
  try {
    decodeURIComponent(unprefixed.split('?', 1)[0] ?? '')
    return unprefixed
  } catch {
    // Malformed percent-encoding, which Fastify would answer in a form of its own.
    return MALFORMED
  }
}

/** Makes the look-up of the methods that a path allows; undefined where no operation has the path. */
export function makeAllowedMethods(operations: readonly ContractOperation[]): (url: string) => string | undefined {
  const paths = new Map<string, Set<string>>()
  for (const { path, method } of operations) {
    const methods = paths.get(path) ?? new Set<string>()
    paths.set(path, methods.add(method.toUpperCase()).add('OPTIONS'))
    if (method === 'get') methods.add('HEAD')
  }
  const patterns = [...paths].map(([path, methods]) => ({
    pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    allow: [...methods].sort().join(', '),
  }))
  return (url) => patterns.find(({ pattern }) => pattern.test(url.split('?', 1)[0] ?? ''))?.allow
}
