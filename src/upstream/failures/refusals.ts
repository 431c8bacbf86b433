import type { ApiError } from '../../contract/errors.js'
import { isSchemaTooComplex, isSignatureRefused } from './rules.js'

/** Parts of a request that Gemini has refused: the next attempt removes or simplifies them. */
export interface Refusals {
  /** True after Gemini has refused a thought signature. */
  readonly areSignaturesRefused: boolean
  /** True after Gemini has refused a schema as too complex. */
  readonly areSchemasTooComplex: boolean
}

/** No refusals: the state before the first attempt. */
export const NO_REFUSALS: Refusals = { areSignaturesRefused: false, areSchemasTooComplex: false }

/**
 * Returns the refusals including the one that a failure reports.
 *
 * @returns undefined if the failure reports no refusal, or one that `refusals` already contains
 */
export function addRefusal(refusals: Refusals, failure: ApiError): Refusals | undefined {
  if (isSignatureRefused(failure) && !refusals.areSignaturesRefused) return { ...refusals, areSignaturesRefused: true }
  if (isSchemaTooComplex(failure) && !refusals.areSchemasTooComplex) return { ...refusals, areSchemasTooComplex: true }
  return undefined
}
