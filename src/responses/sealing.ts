import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Hides texts that travel through a client, for the caller they were made for. */
export interface Seals {
  seal(caller: string, text: string): string
  /** @returns undefined for what was not sealed here for this caller, or has changed since */
  open(caller: string, sealed: string): string | undefined
}

// Names the way of sealing, so that another can follow.
const VERSION = 'gp1.'
const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
// More than the signatures of any answer take.
const LONGEST = 4_194_304

/**
 * Makes the seals of one deployment: AES-256-GCM, with a key for each caller.
 *
 * @param secretOf - what only this deployment and the caller know, the same in all instances
 */
export function makeSeals(secretOf: (caller: string) => string): Seals {
  const keys = new Map<string, Buffer>()
  // Callers are those that the operator has given tokens, and so are few.
  const keyOf = (caller: string): Buffer => {
    const known = keys.get(caller)
    if (known !== undefined) return known
    const key = Buffer.from(hkdfSync('sha256', secretOf(caller), caller, 'gemini-proxy reasoning', 32))
    keys.set(caller, key)
    return key
  }

  return {
    seal: (caller, text) => {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, keyOf(caller), nonce)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `${VERSION}${Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url')}`
    },
    open: (caller, sealed) => {
      if (!sealed.startsWith(VERSION) || sealed.length > LONGEST) return undefined
      const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url')
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
      const decipher = createDecipheriv(CIPHER, keyOf(caller), bytes.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
      } catch {
        return undefined // the tag does not fit
      }
    },
  }
}
