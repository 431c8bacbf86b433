/**
 * Reads the address of a page. Clients show it as a link: `javascript:` and the like are no pages.
 *
 * @returns undefined for anything but an http or https address
 */
export function toWebAddress(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  // Gemini sends searches with raw spaces, such as `https://google.com/search?q=time in London`.
  const address = value.trim().replace(/\s/g, encodeURIComponent)
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? address : undefined
}
