/** Matches Google's two spellings of the `blockReason` of a prompt that was not blocked. */
const UNSPECIFIED = /^BLOCK(?:ED)?_REASON_UNSPECIFIED$/

/** Returns `blockReason` of a `promptFeedback`; undefined if the prompt was not blocked. */
export const toBlockReason = (reason: unknown): string | undefined =>
  typeof reason === 'string' && reason !== '' && !UNSPECIFIED.test(reason) ? reason : undefined
