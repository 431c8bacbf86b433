import type { ApiError } from '../../contract/errors.js'
import { isSchemaTooComplex, isSignatureRefused } from './rules.js'

/** What Gemini has refused of a request, which a further attempt can leave out. */
export interface Refusals {
  /** True after Gemini has refused a thought signature. */
  readonly areSignaturesRefused: boolean
  /** True after Gemini has refused a schema as too complex. */
  readonly areSchemasTooComplex: boolean
}

/** The refusals before the first attempt. */
export const NO_REFUSALS: Refusals = { areSignaturesRefused: false, areSchemasTooComplex: false }

/**
 * Adds what a failure of Gemini refuses.
 *
 * @returns undefined where the failure refuses none of this, or nothing more than `refusals` has
 */
export function addRefusal(refusals: Refusals, failure: ApiError): Refusals | undefined {
  if (isSignatureRefused(failure) && !refusals.areSignaturesRefused) return { ...refusals, areSignaturesRefused: true }
  if (isSchemaTooComplex(failure) && !refusals.areSchemasTooComplex) return { ...refusals, areSchemasTooComplex: true }
  return undefined
}
