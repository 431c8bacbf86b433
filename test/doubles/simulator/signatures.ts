import { createHash } from 'node:crypto'
import { randomText } from './random.js'

/** Google's documented placeholders for history that another model generated. */
export const PLACEHOLDERS: readonly string[] = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']

// Signatures are self-verifying: nothing is stored, and every process of a test accepts the others'
// signatures.
const seal = (nonce: string, subject: string): string =>
  createHash('sha256').update(`gemini-simulator ${nonce} ${subject}`).digest('base64')

/** Makes a thought signature for a call of this function, or for a text (`''`). */
export const sign = (subject: string): string => {
  const nonce = randomText(18, 'base64') // 24 characters, without padding
  return `${nonce}${seal(nonce, subject)}`
}

/**
 * Returns whether the simulator issued this signature for a call of this function, or it is a
 * documented placeholder.
 */
export const isSignatureOf = (signature: string, subject: string): boolean =>
  PLACEHOLDERS.includes(signature) || signature.slice(24) === seal(signature.slice(0, 24), subject)
