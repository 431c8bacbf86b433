import { Secret } from '../../src/config/secret.js'
import { KeyRing } from '../../src/upstream/keys/ring.js'

const ignore = (): void => undefined

/** A key ring with a single key, which is never disabled. */
export const ONE_KEY = new KeyRing({
  keys: [new Secret('the-only-key')],
  clock: { now: () => 0, elapsed: () => 0 },
  onOutcome: ignore,
  onDisabled: ignore,
  onEnabled: ignore,
})
