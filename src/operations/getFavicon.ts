import type { Operation } from '../contract/operation.js'
import { toStaticFile } from '../contract/storedFile.js'

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#3b5bdb"/>
<path fill="#fff" d="M16 4c1 7.5 4.5 11 12 12-7.5 1-11 4.5-12 12-1-7.5-4.5-11-12-12 7.5-1 11-4.5 12-12z"/>
</svg>
`

/** Handler of GET /favicon.ico: the icon that browsers request for every page. */
export const makeGetFavicon = (): Operation<'getFavicon'> => {
  const file = toStaticFile(ICON, 'image/svg+xml')
  return async () => ({ file })
}
