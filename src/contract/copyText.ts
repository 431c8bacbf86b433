/**
 * Copies a short text that was cut from a longer one. V8 would keep the longer one in memory as
 * long as the short one is used.
 */
export const copyText = (text: string): string => Buffer.from(text).toString()
