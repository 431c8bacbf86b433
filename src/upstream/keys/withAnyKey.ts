import type { Secret } from '../../config/secret.js'
import type { KeyRing } from './ring.js'

/** The result of a call with one key: a value, or the failure, which may be due to the key. */
export interface KeyTrial<T> {
  readonly value?: T
  readonly failure?: unknown
}

// The model name in key leases of calls about models, which use no model's quota.
const LEASE_NAME = '/models'

/**
 * Makes a call about models with one key after another, until it succeeds or fails for a reason
 * other than its key.
 *
 * @returns the result of the last call; {} if no key is usable
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
