import type { Secret } from '../../config/secret.js'
import type { KeyRing } from './ring.js'

/** What a call with one key found: a value, or a failure, which may be the key's. */
export interface KeyTrial<T> {
  readonly value?: T
  readonly failure?: unknown
}

// Keys are leased under this name instead of a model's: what asks for models uses no model's quota.
const LEASE_NAME = '/models'

/**
 * Makes a call about models with one key after another, until the key is not at fault.
 *
 * @returns the outcome of the last call; empty where no key is usable
 * @throws what the call throws
 */
export async function withAnyKey<T>(keys: KeyRing, call: (key: Secret) => Promise<KeyTrial<T>>): Promise<KeyTrial<T>> {
  const tried = new Set<number>()
  let outcome: KeyTrial<T> = {}
  for (let lease = keys.lease(LEASE_NAME, tried); lease !== undefined; lease = keys.lease(LEASE_NAME, tried)) {
    outcome = await call(lease.key)
    if (!keys.settle(lease, outcome.failure)) return outcome
    tried.add(lease.position)
  }
  return outcome
}
