import type { LookupAddress } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { apiError } from '../../contract/errors.js'

/** Returns the IP addresses of a host; an abort of the signal ends the look-up. */
export type NameLookup = (host: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>

/** Limit and name servers of the DNS look-ups of this process; tests set others. */
export interface NameLookupParts {
  /** Maximum number of concurrent look-ups; each uses a socket. */
  readonly maxConcurrent?: number
  /** Addresses of name servers, such as `127.0.0.1:53`. Default: those of the system. */
  readonly servers?: readonly string[]
}

const MAX_CONCURRENT_LOOKUPS = 128
// A name server is asked twice, with timeouts of 2 and 4 s; a media request may take 10 s in all.
const QUERY_TIMEOUT = { timeout: 2_000, tries: 2 }

/**
 * Makes the DNS look-up for host names that callers choose. It does not use `dns.lookup`: a silent
 * name server would occupy one of the process's four threads, and Gemini's own host name could not
 * be looked up meanwhile. The hosts file is not read.
 *
 * @returns a look-up that throws 503 `server_overloaded` while too many others run
 */
export function makeNameLookup({ maxConcurrent = MAX_CONCURRENT_LOOKUPS, servers }: NameLookupParts = {}): NameLookup {
  let underWay = 0
  return async (host, signal) => {
    signal.throwIfAborted()
    if (underWay >= maxConcurrent) throw apiError('server_overloaded')
    underWay += 1
    // One resolver for each look-up: `cancel` ends all queries of a resolver.
    const resolver = new Resolver(QUERY_TIMEOUT)
    const cancel = (): void => resolver.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    try {
      if (servers !== undefined) resolver.setServers(servers)
      return await queryBothFamilies(resolver, host)
    } finally {
      signal.removeEventListener('abort', cancel)
      underWay -= 1
    }
  }
}

/**
 * Returns the IPv4 and the IPv6 addresses of a host. @throws the failure for IPv4 if there are none
 */
async function queryBothFamilies(resolver: Resolver, host: string): Promise<readonly LookupAddress[]> {
  const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
  const addresses = [ipv4, ipv6].flatMap((result, index) =>
    result.status === 'fulfilled' ? result.value.map((address) => ({ address, family: index === 0 ? 4 : 6 })) : [],
  )
  if (addresses.length === 0 && ipv4.status === 'rejected') throw ipv4.reason
  return addresses
}
