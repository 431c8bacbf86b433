import type { ContractOperation } from './contractOperation.js'

/** The path for URLs that cannot be decoded; no operation has it. */
const MALFORMED_URL_PATH = '/malformed-url'

/** Normalises a URL for the router. Some clients do not encode the slash of `models/gemini-...`. */
export function canonicalUrl(url: string): string {
  const unprefixed = url.startsWith('/v1/models/models/') ? `/v1/models/${url.slice(18)}` : url
  if (!unprefixed.includes('%')) return unprefixed
  try {
    decodeURIComponent(unprefixed.split('?', 1)[0] ?? '')
    return unprefixed
  } catch {
    // Malformed percent-encoding: Fastify's own 400 has another body.
    return MALFORMED_URL_PATH
  }
}

/** Makes the look-up of the header `Allow` of a path; undefined for an unknown one. */
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
