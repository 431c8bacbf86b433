import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** Encrypts text that callers store and send back; each caller has its own key. */
export interface Seals {
  seal(caller: string, text: string): string
  /** Encrypts deterministically: equal texts give equal results, as needed for ids. */
  sealDeterministically(caller: string, text: string): string
  /** Decrypts text; returns undefined unless this deployment sealed it for this caller. */
  open(caller: string, sealed: string): string | undefined
}

// Prefix of sealed text; a later version of the proxy can use another format.
const VERSION = 'gp1.'
const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
// Longest sealed text that is opened, in characters. The signatures of a response are shorter.
const MAX_SEALED_LENGTH = 4_194_304

/**
 * Makes the functions that encrypt and decrypt for callers: AES-256-GCM with a key per caller.
 *
 * @param secretOf - returns the caller's secret, which is equal on all instances
 */
export function makeSeals(secretOf: (caller: string) => string): Seals {
  const keys = new Map<string, Buffer>()
  // No key is evicted: there are as many callers as the operator has issued tokens.
  const keyOf = (caller: string): Buffer => {
    const key = keys.get(caller) ?? Buffer.from(hkdfSync('sha256', secretOf(caller), caller, 'gemini-proxy reasoning', 32))
    keys.set(caller, key)
    return key
  }

  const sealWith = (nonce: Buffer, caller: string, text: string): string => {
    const cipher = createCipheriv(CIPHER, keyOf(caller), nonce)
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return `${VERSION}${Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url')}`
  }

  return {
    seal: (caller, text) => sealWith(randomBytes(NONCE_BYTES), caller, text),
    // The nonce is a hash of the text: two different texts must never share a nonce.
    sealDeterministically: (caller, text) =>
      sealWith(createHmac('sha256', keyOf(caller)).update(text).digest().subarray(0, NONCE_BYTES), caller, text),
    open: (caller, sealed) => {
      if (!sealed.startsWith(VERSION) || sealed.length > MAX_SEALED_LENGTH) return undefined
      const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url')
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
      const decipher = createDecipheriv(CIPHER, keyOf(caller), bytes.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
      } catch {
        return undefined // the text was changed, or sealed for another caller
      }
    },
  }
}
