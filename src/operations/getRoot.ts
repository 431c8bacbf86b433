import type { Operation } from '../contract/operation.js'

/** What {@link makeGetRoot} needs. */
export interface GetRootParts {
  readonly version: string
  /** True where GET /console exists: browsers are redirected to it, otherwise to GET /docs. */
  readonly isConsoleServed: boolean
}

/** GET /: where to find what, or for browsers a redirect to a page. */
export const makeGetRoot =
  ({ version, isConsoleServed }: GetRootParts): Operation<'getRoot'> =>
  async (_request, { accept }) => {
    if (prefersHtml(accept)) return { redirect: isConsoleServed ? '/console' : '/docs' }
    // Paths instead of URLs: the server does not know under which address its clients reach it.
    return { json: { name: 'Gemini Proxy', version, base_url: '/v1', docs: '/docs', openapi: '/openapi.json', health: '/health' } }
  }

/** True if the header `Accept` names HTML, and JSON not before it. A wildcard names neither. */
function prefersHtml(accept = ''): boolean {
  const html = qualityOf('text/html', accept)
  return html > 0 && html >= qualityOf('application/json', accept)
}

/** The weight of a media type in the header `Accept`, from 0 to 1; 0 if it is not named. */
function qualityOf(type: string, accept: string): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim())
    if (name !== type) continue
    const weight = parameters.find((each) => each.startsWith('q='))
    const quality = weight === undefined ? 1 : Number(weight.slice(2))
    return quality >= 0 && quality <= 1 ? quality : 0
  }
  return 0
}
