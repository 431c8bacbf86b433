import { isIPv6 } from 'node:net'
import { elapsed } from '../../contract/clock.js'
import { apiError } from '../../contract/errors.js'

const GUESS_WINDOW_MS = 60_000
const MAX_WRONG_TOKENS = 20
const MAX_NETWORKS = 1_000

interface Failures {
  /** Hashes of the wrong tokens that the network sent in the current minute. */
  readonly tokens: Set<string>
  readonly endsAt: number
}

/**
 * Limits how many different tokens one network can try in a minute. A repeated wrong token does not
 * count: it is an outdated setting, not a guess.
 */
export class FailedLogins {
  readonly #networks = new Map<string, Failures>()

  /** Checks a token by its hash. @throws ApiError 429 for a new token after too many wrong ones */
  check(address: string, hash: string): void {
    const failures = this.#failuresOf(networkOf(address))
    if (failures === undefined || failures.tokens.size < MAX_WRONG_TOKENS || failures.tokens.has(hash)) return
    const seconds = Math.max(1, Math.ceil((failures.endsAt - elapsed()) / 1000))
    throw apiError('rate_limit_exceeded', `Too many wrong tokens were sent from this address. Retry in ${seconds} s.`, {
      retryAfterSeconds: seconds,
    })
  }

  /** Counts a wrong token, given as its hash, for the network of an address. */
  add(address: string, hash: string): void {
    const network = networkOf(address)
    const failures = this.#failuresOf(network) ?? { tokens: new Set(), endsAt: elapsed() + GUESS_WINDOW_MS }
    failures.tokens.add(hash)
    this.#networks.delete(network)
    this.#networks.set(network, failures)
    const [leastRecent] = this.#networks.keys()
    if (this.#networks.size > MAX_NETWORKS && leastRecent !== undefined) this.#networks.delete(leastRecent)
  }

  #failuresOf(network: string): Failures | undefined {
    const failures = this.#networks.get(network)
    return failures !== undefined && failures.endsAt > elapsed() ? failures : undefined
  }
}

/** Returns an IPv4 address, or half an IPv6 address: one host can use any second half. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''))
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail].slice(0, 4).join(':')
}
