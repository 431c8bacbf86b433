/**
 * Returns the trimmed address of a web page. Clients link to it, so it must not be `javascript:`.
 *
 * @returns undefined for anything but an http or https address
 */
export function toWebAddress(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  // Gemini sends URLs with unencoded spaces: `https://google.com/search?q=time in London`.
  const address = value.trim().replace(/\s/g, encodeURIComponent)
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? address : undefined
}
