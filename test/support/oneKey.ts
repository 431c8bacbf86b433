import { Secret } from '../../src/config/secret.js'
import { type KeyRing, makeKeyRing } from '../../src/upstream/keys/ring.js'

const ignore = (): void => undefined

/** A ring of one key, which withholds nothing. */
export const ONE_KEY: KeyRing = makeKeyRing({
  keys: [new Secret('the-only-key')],
  now: () => 0,
  onOutcome: ignore,
  onSetAside: ignore,
  onBack: ignore,
})
