/** Both spellings of Google's value for no reason. */
const UNSPECIFIED = /^BLOCK(?:ED)?_REASON_UNSPECIFIED$/

/** Why Gemini has refused a prompt; undefined if it has not. @param reason - of `promptFeedback` */
export const toBlockReason = (reason: unknown): string | undefined =>
  typeof reason === 'string' && reason !== '' && !UNSPECIFIED.test(reason) ? reason : undefined
