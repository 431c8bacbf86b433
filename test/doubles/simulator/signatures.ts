import { createHash } from 'node:crypto'
import { randomText } from './random.js'

/** Google's documented stand-ins for history that another model wrote. */
const PLACEHOLDERS = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']

// Signatures prove themselves, so that nothing has to be remembered and every process of a test accepts the others'.
const seal = (nonce: string, subject: string): string =>
  createHash('sha256').update(`gemini-simulator ${nonce} ${subject}`).digest('base64')

/** A thought signature for a call of that function, or for a text (`''`). */
export const sign = (subject: string): string => {
  const nonce = randomText(18, 'base64') // 24 characters, no padding
  return `${nonce}${seal(nonce, subject)}`
}

/** Was this signature issued here for a call of that function, or is it a documented stand-in? */
export const isSignatureOf = (signature: string, subject: string): boolean =>
  PLACEHOLDERS.includes(signature) || signature.slice(24) === seal(signature.slice(0, 24), subject)
