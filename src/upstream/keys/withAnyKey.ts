import type { Secret } from '../../config/secret.js'
import type { KeyRing } from './ring.js'

/** The result of a call with one key: a value, or the failure, which may be due to the key. */
export interface KeyCallResult<T> {
  readonly value?: T
  readonly failure?: unknown
}

// Stands for the model in key leases of calls that ask about models, which use no quota.
const MODELS_LEASE_MODEL = '/models'

/**
 * Asks Google about its models, with one key after another, until a call succeeds or fails for a
 * reason other than its key.
 *
 * @returns the result of the last call; {} if no key is usable
 * @throws what the call throws
 */
export async function callWithAnyKey<T>(keys: KeyRing, call: (key: Secret) => Promise<KeyCallResult<T>>): Promise<KeyCallResult<T>> {
  const tried = new Set<number>()
  let outcome: KeyCallResult<T> = {}
  for (let lease = keys.lease(MODELS_LEASE_MODEL, tried); lease !== undefined; lease = keys.lease(MODELS_LEASE_MODEL, tried)) {
    outcome = await call(lease.key)
    if (!keys.settle(lease, outcome.failure)) return outcome
    tried.add(lease.position)
  }
  return outcome
}
