import type { Operation } from '../contract/operation.js'

/** Dependencies of {@link makeGetRoot}. */
export interface GetRootParts {
  readonly version: string
  /** True if GET /console exists: browsers are redirected to it, otherwise to GET /docs. */
  readonly isConsoleServed: boolean
}

/** Handler of GET /: the main paths of the API; browsers are redirected to a page. */
export const makeGetRoot =
  ({ version, isConsoleServed }: GetRootParts): Operation<'getRoot'> =>
  async (_request, { accept }) => {
    if (prefersHtml(accept)) return { redirect: isConsoleServed ? '/console' : '/docs' }
    // Paths instead of URLs: the server does not know its public address.
    return { json: { name: 'Gemini Proxy', version, base_url: '/v1', docs: '/docs', openapi: '/openapi.json', health: '/health' } }
  }

/** True if `Accept` names HTML with at least the weight of JSON. Wildcards are not counted. */
function prefersHtml(accept = ''): boolean {
  const html = qualityOf('text/html', accept)
  return html > 0 && html >= qualityOf('application/json', accept)
}

/** Returns the weight of a media type in `Accept`, from 0 to 1; 0 if it is not named. */
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
