import { createHash } from 'node:crypto'
import { randomText } from './random.js'

/** Placeholders that Google documents for history which another model generated. */
export const PLACEHOLDERS: readonly string[] = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']

// Signatures contain their own proof: nothing is stored, and all simulators, also in other
// processes, accept each other's signatures.
const seal = (nonce: string, subject: string): string =>
  createHash('sha256').update(`gemini-simulator ${nonce} ${subject}`).digest('base64')

/** Makes a thought signature for a call of this function, or for a text (`''`). */
export const sign = (subject: string): string => {
  const nonce = randomText(18, 'base64') // 24 characters, without padding
  return `${nonce}${seal(nonce, subject)}`
}

/**
 * Returns whether a signature is valid for a call of a function or, if `subject` is empty, for a
 * text: the simulator issued it, or it is a documented placeholder.
 */
export const isValidSignature = (signature: string, subject: string): boolean =>
  PLACEHOLDERS.includes(signature) || signature.slice(24) === seal(signature.slice(0, 24), subject)
