/**
 * Copies a short text that was cut from a longer one. Without the copy, V8 keeps the longer text in
 * memory as long as the short one is used.
 */
export const copyText = (text: string): string => Buffer.from(text).toString()
